import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import { valueOf } from "../../../support/bike_follower.ts";
import { Inbox, settled } from "../../../support/inbox.ts";
import { freePort } from "../../../support/ports.ts";
import { BIKE, StartedBike } from "../started_bike.ts";

Deno.test("start runs the broker, the bike and the devices of its file, until it is interrupted", async () => {
  await using started = await new StartedBike(`
devices: [{ driver: heart-rate, id: strap }, { driver: fan }]
topics: { decimal: always }
limits: { fanPercent: { max: 50 } }
`).start();
  const { broker, follower, io } = started;
  assert.equal(
    io.out,
    `Bike ${BIKE} on mqtt://${broker} (MQTT 5): strap, fan\n`,
  );
  await follower.seen(
    "heartrate/report",
    (text) => /"value": \d+\.0/.test(text),
  );
  await follower.seen("devices/fan/status", (text) => text.includes("online"));
  await follower.command("fan", "60");
  await follower.seen("fan/status", (text) => text.includes("out_of_range"));
  await follower.command("fan", "40");
  await follower.seen("fan/report", (text) => valueOf(text) === 40);
  assert.equal(await started.end(), 0);
});

Deno.test("a bike without devices says so, and that simulated rides are not recorded", async () => {
  await using started = await new StartedBike("devices: []\n").start();
  assert.match(started.io.out, /: no devices, as none are named\n$/);
  await started.io.seen(/Rides are not recorded.* \(rides\.db\)/);
});

const DEVICES = "devices: [{ driver: heart-rate, id: strap }, { driver: fan }]";

Deno.test("a bike is found by ApiGear clients, unless it is started without the object", async () => {
  for (const [args, count] of [[[], 1], [["--without-object"], 0]] as const) {
    await using started = await new StartedBike(DEVICES).start(args);
    const { endpoint } = started.follower;
    const inbox = new Inbox();
    await endpoint.subscribe("apigear/services/+/alive", inbox.handler).ready;
    await settled(endpoint);
    assert.equal(inbox.messages.length, count);
  }
});

Deno.test("SIGHUP changes limits, devices, topics and the log, and touches nothing else", async () => {
  await using started = await new StartedBike(DEVICES).start();
  const { follower, io } = started;
  await follower.seen("devices/fan/status", (text) => text.includes("online"));
  await io.seen(/strap is connected/);
  const before = follower.on("devices/strap/status").length;
  await started.reload(
    `
devices: [{ driver: heart-rate, id: strap }, { driver: trainer }]
limits: { resistancePercent: { max: 50 } }
topics: { decimal: always }
log: { level: debug }
health: { intervalMs: 5000 }
bluetooth: { powerOn: true }
`,
    /A restart is needed for bluetooth\.powerOn\n/,
  );
  assert.match(
    io.error,
    /Reloaded smartbike\.yaml; changed: topics\.decimal, limits\.resistancePercent\.max, log\.level, health\.intervalMs, device fan, device trainer\n/,
  );
  await follower.seen(
    "devices/trainer/status",
    (text) => text.includes("online"),
  );
  await follower.seen("devices/fan/status", (text) => text === "");
  await follower.seen(
    "heartrate/report",
    (text) => /"value": \d+\.0/.test(text),
  );
  await follower.command("resistance", "60");
  await follower.seen(
    "resistance/status",
    (text) => text.includes("out_of_range"),
  );
  assert.doesNotMatch(io.error, /strap is connected/);
  const statuses = follower.on("devices/strap/status").slice(before);
  assert.ok(
    !statuses.some((text) => text.includes('"offline"')),
    statuses.join(),
  );
});

Deno.test("SIGHUP gives a device its new options, by running its driver again", async () => {
  await using started = await new StartedBike(DEVICES).start();
  const { follower } = started;
  await follower.seen("devices/fan/status", (text) => text.includes("online"));
  await started.reload(
    "devices: [{ driver: heart-rate, id: strap }, { driver: fan, options: { priority: 5 } }]",
    /changed: device fan\n/,
  );
  await started.io.seen(/fan is connected/);
});

Deno.test("a broken new file changes nothing, and it is said why", async () => {
  await using started = await new StartedBike(DEVICES).start();
  const { follower, io } = started;
  await started.reload(
    "limits: { fanPercent: { max: 500 } }\nbik: {}\n",
    /the old settings stay\n/,
  );
  assert.match(
    io.error,
    /error.* config: smartbike\.yaml:3:30: Cannot use "limits\.fanPercent\.max"/,
  );
  assert.match(
    io.error,
    /error.* config: smartbike\.yaml:4:1: Cannot use "bik"/,
  );
  await follower.seen("devices/fan/status", (text) => text.includes("online"));
  await follower.command("fan", "60");
  await follower.seen("fan/report", (text) => valueOf(text) === 60);
  await started.reload(
    `${DEVICES}\nlimits: { fanPercent: { max: 50 } }\n`,
    /changed: limits\.fanPercent\.max\n/,
  );
  // What stands beyond a new limit is brought back.
  await follower.seen("fan/report", (text) => valueOf(text) === 50);
});

Deno.test("start without a file says how to get one, and with mistakes reports them all", async () => {
  const io = new FakeCliIo();
  assert.equal(await runCli(["start"], compose(io)), 2);
  assert.match(
    io.error,
    /there is no smartbike\.yaml, write one with "smartbike init"/,
  );
  const files = { "smartbike.yaml": "bik: {}\nlog: 5\n" };
  const wrong = new FakeCliIo({ files });
  assert.equal(await runCli(["start"], compose(wrong)), 2);
  assert.match(
    wrong.error,
    /smartbike\.yaml:1:1: .*\n.*smartbike\.yaml:2:6: .*\n.*2 settings are wrong/,
  );
  const stray = new FakeCliIo({ files: { "smartbike.yaml": "" } });
  assert.equal(await runCli(["start", "fan"], compose(stray)), 2);
  assert.match(stray.error, /Cannot start "fan"/);
});

const SECRET = "pedal-secret";

/** Ways to say the password of the account `me`. */
const ACCOUNTS: Readonly<
  Record<string, {
    readonly text: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
  }>
> = {
  "a file beside the configuration": {
    text: "username: me, passwordFile: pw",
  },
  "a variable that the configuration names": {
    text: "username: me, passwordEnv: BIKE_SECRET",
    env: { BIKE_SECRET: SECRET },
  },
  "the predecessor's variables, before the file": {
    text: "passwordFile: wrong",
    env: { MQTT_USER: "me", MQTT_PASSWORD: SECRET },
  },
  "options, before the predecessor's variables": {
    text: "username: you",
    env: { MQTT_PASSWORD: "wrong" },
    args: ["--username", "me", "--password-file", "etc/pw"],
  },
};

for (const [way, { text, env = {}, args = [] }] of Object.entries(ACCOUNTS)) {
  Deno.test(`a password comes from ${way}, and appears nowhere`, async () => {
    const account = { username: "me", password: SECRET };
    await using broker = await EmbeddedBroker.listen({ account });
    await using reader = new MqttJsEndpoint();
    await reader.connect(broker.url, account);
    const inbox = new Inbox();
    await reader.subscribe("#", inbox.handler).ready;
    const io = new FakeCliIo({
      files: {
        "etc/bike.yaml": `broker: { address: "${broker.url}", ${text} }`,
        "etc/pw": `${SECRET}\n`,
      },
      env,
    });
    const done = runCli(
      ["start", "--config", "etc/bike.yaml", "--log-level", "debug", ...args],
      compose(io),
    );
    await io.seen(/^Bike .* on /m);
    io.interrupt("SIGTERM");
    assert.equal(await done, 0);
    assert.doesNotMatch(io.out + io.error, /pedal-secret/);
    assert.ok(inbox.messages.some(({ topic }) => topic.endsWith("/health")));
    assert.doesNotMatch(inbox.texts.join(), /pedal-secret/);
  });
}

Deno.test("a refused password ends the program with 1, and appears nowhere", async () => {
  const account = { username: "me", password: "another" };
  await using broker = await EmbeddedBroker.listen({ account });
  const io = new FakeCliIo({
    files: {
      "smartbike.yaml":
        `broker: { address: "${broker.url}", username: me, passwordEnv: S }`,
    },
    env: { S: SECRET },
  });
  const args = ["start", "--log-level", "debug", "--log-format", "json"];
  assert.equal(await runCli(args, compose(io)), 1);
  assert.match(io.error, /refused the user name or password/);
  assert.doesNotMatch(io.out + io.error, /pedal-secret/);
});

Deno.test("a secret that is referred to must be there", async () => {
  for (
    const [text, why] of [
      [
        "passwordEnv: NONE",
        'broker.passwordEnv (smartbike.yaml:1:38) "NONE": the variable is not set',
      ],
      [
        "passwordFile: none",
        'broker.passwordFile (smartbike.yaml:1:39) "none": there is no such file',
      ],
      [
        "tls: { ca: none }, address: mqtts://h",
        'broker.tls.ca (smartbike.yaml:1:36) "none": there is no such file',
      ],
    ] as const
  ) {
    const files = { "smartbike.yaml": `broker: { username: me, ${text} }` };
    const io = new FakeCliIo({ files });
    assert.equal(await runCli(["start"], compose(io)), 2);
    assert.ok(io.error.includes(why), io.error);
  }
});

Deno.test("start reports how it is on bike/ID/health, retained, and serves metrics for Prometheus", async () => {
  const port = freePort();
  await using started = await new StartedBike(
    `${DEVICES}\nhealth: { intervalMs: 1000 }`,
  ).start(["--metrics", `${port}`]);
  const { follower } = started;
  const text = await follower.seen("health", (text) => {
    const { devices } = JSON.parse(text);
    return devices.every((device: { lastSeen: unknown }) =>
      device.lastSeen !== null
    );
  });
  const { devices, mqtt, memoryBytes, version } = JSON.parse(text);
  assert.equal(version, "1.2.3");
  assert.ok(memoryBytes > 1e7);
  assert.ok(mqtt.topics.published > 0 && mqtt.topics.reconnects === 0);
  assert.deepEqual(
    devices.map(({ id, driver, state, isConnected, restarts, error }: Record<
      string,
      unknown
    >) => ({ id, driver, state, isConnected, restarts, error })),
    [["strap", "heart-rate"], ["fan", "fan"]].map(([id, driver]) => ({
      id,
      driver,
      state: "running",
      isConnected: true,
      restarts: 0,
      error: null,
    })),
  );
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
  const metrics = await response.text();
  assert.match(
    metrics,
    /^smartbike_device_connected\{bike="[^"]+",device="strap"\} 1$/m,
  );
  assert.match(
    metrics,
    /^smartbike_value_state\{bike="[^"]+",name="heartRate",state="live"\} 1$/m,
  );
  const elsewhere = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(elsewhere.status, 404);
  await elsewhere.body?.cancel();
});

Deno.test("start ends with 1 where metrics cannot be served", async () => {
  await using taken = await EmbeddedBroker.listen();
  const { host } = new URL(taken.url);
  const io = new FakeCliIo({ files: { "smartbike.yaml": "" } });
  const args = ["start", "simulated", "--metrics", host, "--broker", taken.url];
  assert.equal(await runCli(args, compose(io)), 1);
  assert.match(
    io.error,
    /Cannot serve metrics on ".*": the port is in use/,
  );
});

Deno.test("a simulated ride takes any device that fits, whatever address the file names", async () => {
  await using started = await new StartedBike(`
devices:
  - driver: fan
    options: { address: "ED:CB:F5:DA:D3:F5", adapter: hci7 }
`).start();
  const { follower } = started;
  await follower.seen("devices/fan/status", (text) => text.includes("online"));
  assert.equal(await started.end(), 0);
});
