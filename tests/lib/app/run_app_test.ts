/**
 * A bike that is run from code, without a command line.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DRIVERS } from "#drivers/all.ts";
import { type AppOptions, runApp, type RunningApp } from "#lib/app/run_app.ts";
import { simulatedWorld } from "#lib/app/world.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { configure } from "#lib/config/configuration.ts";
import { SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";
import { BikeFollower, valueOf } from "../../support/bike_follower.ts";
import { freePort } from "../../support/ports.ts";
import { within } from "../../support/within.ts";

const adapters = await compose(new FakeCliIo()).bikeAdapters();

/** A configuration of a file that has no mistake. */
function configured(text: string) {
  const { configuration, mistakes } = configure({
    source: { file: "bike.yaml", text },
    drivers: DRIVERS,
  });
  assert.deepEqual(mistakes, []);
  return configuration;
}

/** Runs a bike while something is done with it. */
async function withApp(
  text: string,
  work: (app: RunningApp) => Promise<void>,
  options: Partial<AppOptions> = {},
  isReady: "onReady" | "onStarted" = "onReady",
) {
  await using world = simulatedWorld(absentHardware("tests have none"), {
    speedUp: 10,
  });
  const end = new AbortController();
  const ready = Promise.withResolvers<RunningApp>();
  const running = runApp({
    configuration: configured(text),
    world,
    adapters,
    secrets: {
      environment: () => undefined,
      files: new FakeCliIo(),
      conceal: () => {},
    },
    version: "1.2.3",
    [isReady](app: RunningApp) {
      ready.resolve(app);
      return new AsyncDisposableStack();
    },
    ...options,
  }, end.signal);
  running.catch(ready.reject);
  try {
    await work(await within("the bike", ready.promise));
  } finally {
    end.abort();
    await running.catch((error) => {
      if (!end.signal.aborted) throw error;
    });
  }
}

Deno.test("code runs the bike of a configuration, and gives it another one while it runs", async () => {
  await using broker = await EmbeddedBroker.listen();
  const text = `
bike: { id: b7 }
broker: { address: "${broker.url}" }
devices: [{ driver: fan }]
`;
  await using follower = new Following(broker.url);
  await withApp(text, async ({ running, reload }) => {
    const seen = await follower.connected;
    await seen.seen("devices/fan/status", (text) => text.includes("online"));
    await seen.command("fan", "60");
    await seen.seen("fan/report", (text) => valueOf(text) === 60);
    const limits = "limits: { fanPercent: { max: 50 } }\n";
    const outcome = await reload(
      configured(`${text}${limits}bluetooth: { powerOn: true }\n`),
    );
    assert.deepEqual(outcome, {
      changed: ["limits.fanPercent.max"],
      afterRestart: ["bluetooth.powerOn"],
    });
    await seen.seen("fan/report", (text) => valueOf(text) === 50);
    assert.equal(running.bike.limits.get("fanPercent").max, 50);
  });
  const seen = await follower.connected;
  await seen.seen("status", (text) => text.includes('"offline"'));
});

Deno.test("code runs the embedded broker of a configuration, which others can use", async () => {
  const text = "bike: { id: b7 }\nembeddedBroker: { listen: '127.0.0.1:0' }\n";
  await withApp(text, async ({ running }) => {
    const url = running.endpoint.brokerUrl ?? "";
    await using follower = new Following(url);
    const seen = await follower.connected;
    const health = await seen.seen("health", () => true);
    assert.equal(JSON.parse(health).version, "1.2.3");
  });
});

Deno.test("health says when a device was seen as soon as it has come, however long its interval", async () => {
  const text = `
bike: { id: b7 }
embeddedBroker: { listen: "127.0.0.1:0" }
health: { intervalMs: 3600000 }
devices: [{ driver: heart-rate }]
`;
  await withApp(text, async ({ running }) => {
    await using follower = new Following(running.endpoint.brokerUrl ?? "");
    const seen = await follower.connected;
    await seen.seen("health", (text) => {
      const [device] = JSON.parse(text).devices;
      return typeof device?.lastSeen === "number";
    });
  });
});

Deno.test("a bike takes new settings and devices while its broker is away, and is on its topics as they say later", async () => {
  const port = freePort();
  const text = (rest: string) => `
bike: { id: b7 }
broker: { address: "127.0.0.1:${port}" }
${rest}`;
  await withApp(
    text(
      "devices: [{ driver: fan }]\ngears: { enabled: true }\nhomeAssistant: { enabled: true }",
    ),
    async ({ running, reload }) => {
      const outcome = await within(
        "the reload",
        reload(configured(text(
          "devices: [{ driver: heart-rate }]\ntopics: { decimal: always }",
        ))),
      );
      assert.deepEqual(outcome, {
        changed: [
          "topics.decimal",
          "homeAssistant.enabled",
          "gears.enabled",
          "device fan",
          "device heart-rate",
        ],
        afterRestart: [],
      });
      await using broker = await EmbeddedBroker.listen({ port });
      await using follower = new Following(broker.url);
      const seen = await follower.connected;
      await seen.seen("heartrate/report", (text) => text.includes(".0"));
      assert.equal(running.endpoint.connected, true);
    },
    {},
    "onStarted",
  );
});

Deno.test("a new id and broker hold after a restart, and until then the bike keeps its own everywhere", async () => {
  await using broker = await EmbeddedBroker.listen();
  const text = (rest: string) =>
    `broker: { address: "${broker.url}" }\n${rest}`;
  await withApp(text("bike: { id: b7 }"), async ({ reload }) => {
    await using follower = new Following(broker.url);
    const seen = await follower.connected;
    await seen.seen("health", () => true);
    const before = seen.on("health").length;
    const outcome = await reload(
      configured(
        "bike: { id: b8 }\nbroker: { address: other }\nhealth: { intervalMs: 1000 }",
      ),
    );
    assert.deepEqual(outcome, {
      changed: ["health.intervalMs"],
      afterRestart: ["bike.id", "broker.address"],
    });
    await seen.seen("health", () => seen.on("health").length > before);
  });
});

/** Settings that need a restart; all others change while a bike runs. */
const FIXED =
  /^(bike\.(id|name|object|objectId)|broker|embeddedBroker|bluetooth|dashboard|history)(\.|$)/;

Deno.test("every setting changes while the bike runs, but for its id and those of its connections", async () => {
  const text = "bike: { id: b7 }\nembeddedBroker: { listen: '127.0.0.1:0' }\n";
  await withApp(text, async ({ reload }) => {
    const before = configured(text);
    for (const { path } of placedSettings(SCHEMA)) {
      const given = new Map(before.given);
      given.set(path, { value: NaN, origin: { kind: "default" } });
      const { changed, afterRestart } = await reload({ ...before, given });
      const isFixed = FIXED.test(path);
      assert.deepEqual(
        [changed.includes(path), afterRestart.includes(path)],
        [!isFixed, isFixed],
        path,
      );
    }
  });
});

Deno.test("metrics that cannot be served after a reload leave the health reports as they were", async () => {
  await using taken = await EmbeddedBroker.listen();
  const text = "bike: { id: b7 }\nembeddedBroker: { listen: '127.0.0.1:0' }\n";
  await withApp(text, async ({ running, reload }) => {
    await using follower = new Following(running.endpoint.brokerUrl ?? "");
    const seen = await follower.connected;
    await seen.seen("health", () => true);
    const before = seen.on("health").length;
    const { host } = new URL(taken.url);
    await assert.rejects(
      reload(configured(`${text}metrics: { listen: "${host}" }\n`)),
      { code: "connection" },
    );
    await seen.seen("health", () => seen.on("health").length > before);
  });
});

/** Reads the topics of the bike; closes its connection when disposed. */
class Following implements AsyncDisposable {
  readonly connected: Promise<BikeFollower>;
  readonly #follower = new BikeFollower("b7");

  constructor(url: string) {
    this.connected = this.#follower.connect(url).then(() => this.#follower);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower.endpoint.close();
  }
}
