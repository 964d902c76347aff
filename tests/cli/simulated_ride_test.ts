/**
 * A simulated ride as a process, followed by both kinds of clients: topics and
 * ApiGear.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BikeClientAdapter } from "#adapters/smartbike/client_adapter.gen.ts";
import { ValueState } from "#adapters/smartbike/api.gen.ts";
import { RemoteError } from "#lib/base/errors.ts";
import { Client } from "#lib/objectapi/mod.ts";
import { BikeFollower, valueOf } from "../support/bike_follower.ts";
import { type ProgramProcess, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { freePort } from "../support/ports.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

const REQUIRES = { programs: ["mosquitto"] };
const BIKE = "000042";

/** A ride, and both kinds of clients that follow it. */
async function ride(
  args: readonly string[],
  keep: AsyncDisposableStack,
  env: Readonly<Record<string, string>> = {},
) {
  const broker = keep.use(await Mosquitto.start());
  const { host } = new URL(broker.url);
  const follower = new BikeFollower(BIKE);
  keep.use(follower.endpoint);
  await follower.connect(broker.url);
  const program = keep.use(startProgram([
    ...["driver", "simulated", "--broker", host, "--bike", BIKE],
    ...["--speed-up", "20", "--log-level", "error", ...args],
  ], { env }));
  await program.seen(/\n/);
  const client = keep.use(new Client("test-rider"));
  const bike = new BikeClientAdapter(client);
  await client.connect(broker.url);
  await within("the bike", bike.ready);
  return { bike, broker, follower, program };
}

async function end(program: ProgramProcess) {
  program.kill("SIGTERM");
  return await within("the end of the ride", program.result);
}

testWith(
  REQUIRES,
  "topics and ApiGear clients see the same simulated ride",
  async (t) => {
    await using keep = new AsyncDisposableStack();
    const parts = await ride(["--seed", "7"], keep);
    await hearValues(t, parts);
    for (const device of ["trainer", "climb", "fan"]) {
      await parts.follower.seen(
        `devices/${device}/status`,
        (text) => JSON.parse(text).state === "online",
      );
    }
    await obeyCommands(t, parts);
    await refuseCommands(t, parts);
    await showDevicesAndEnd(t, parts);
  },
);

type Parts = Awaited<ReturnType<typeof ride>>;

async function hearValues(t: Deno.TestContext, { bike, follower }: Parts) {
  await t.step(
    "both hear of speed, cadence, power and heart rate",
    async () => {
      const heard: number[] = [];
      bike.onPowerWattsChanged.add(({ value }) =>
        heard.push(Math.round(value))
      );
      for (const metric of ["speed", "cadence", "power", "heartrate"]) {
        const report = await follower.seen(
          `${metric}/report`,
          (text) => Number(valueOf(text)) > 0,
        );
        await follower.seen(metric, (text) => text === report);
      }
      const reported = await follower.seen(
        "power/report",
        (text) => heard.includes(Number(valueOf(text))),
      );
      assert.match(
        reported,
        /^{"value": \d+, "unitName": "W", "timestamp": [\d.]+, /,
      );
      assert.equal(bike.getHeartRate().state, ValueState.Live);
    },
  );
}

async function obeyCommands(t: Deno.TestContext, { bike, follower }: Parts) {
  await t.step(
    "an incline commanded on a topic is seen by ApiGear clients",
    async () => {
      const changed = new Promise<number>((resolve) =>
        bike.onInclinePercentChanged.add(({ value }) => {
          if (value !== 0) resolve(value);
        })
      );
      await follower.command("incline", '{"incline": 6}');
      await follower.seen("incline/report", (text) => valueOf(text) === 6);
      assert.equal(await within("the incline", changed), 6);
    },
  );
  await t.step(
    "a fan set by an ApiGear client is reported on topics",
    async () => {
      assert.equal(await bike.setFan(60, "test"), 60);
      await follower.seen("fan/report", (text) => valueOf(text) === 60);
    },
  );
  await t.step("target power is held, and resistance ends it", async () => {
    assert.equal(await bike.setTargetPower(150, "test"), 150);
    await follower.seen(
      "power/report",
      (text) => Math.abs(Number(valueOf(text)) - 150) <= 5,
    );
    await follower.command("resistance", "24");
    await follower.seen("resistance/report", (text) => valueOf(text) === 24);
    while (bike.getTargetPowerWatts().state !== ValueState.Unknown) {
      await within("no target", bike.onTargetPowerWattsChanged.next());
    }
  });
}

async function refuseCommands(t: Deno.TestContext, { bike, follower }: Parts) {
  await t.step("both get the reason a command was refused", async () => {
    await follower.command("incline", '{"incline": 19.5}');
    const text = await follower.seen(
      "incline/status",
      (text) => text.includes('"error"'),
    );
    assert.equal(JSON.parse(text).error.code, "out_of_range");
    await assert.rejects(
      bike.setIncline(2.3, "test"),
      (error) =>
        error instanceof RemoteError && error.remoteCode === "out_of_step",
    );
  });
}

async function showDevicesAndEnd(
  t: Deno.TestContext,
  { bike, follower, program }: Parts,
) {
  await t.step("all devices are there, with battery", async () => {
    await follower.seen(
      "devices/heart-rate/status",
      (text) => JSON.parse(text).state === "online",
    );
    assert.deepEqual(
      bike.getDevices().map(({ id }) => id),
      [
        "heart-rate",
        "trainer",
        "climb",
        "fan",
        "cadence",
      ],
    );
  });
  await t.step("it ends with 0, and says that the bike is gone", async () => {
    const { code, error } = await end(program);
    assert.deepEqual([code, error], [0, ""]);
    await follower.seen(
      "status",
      (text) => JSON.parse(text).state === "offline",
    );
  });
}

testWith(
  REQUIRES,
  "a simulated ride with all faults goes on, and its devices come back",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { follower, program } = await ride(
      [
        "--seed",
        "3",
        "--speed-up",
        "60",
        "--faults",
        "all",
        "--log-level",
        "error",
      ],
      keep,
    );
    const states = () =>
      follower.on("devices/heart-rate/status")
        .map((text) => JSON.parse(text).state);
    await follower.seen("devices/heart-rate/status", () => {
      const all = states();
      return all.lastIndexOf("online") > all.indexOf("offline") &&
        all.includes("offline");
    });
    assert.deepEqual((await end(program)).error, "");
  },
);

testWith(
  REQUIRES,
  "a ride is simulated where the environment names the devices of a real bike",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { follower, program } = await ride([], keep, {
      KICKR_MAC_ADDRESS: "D9:07:E8:1C:DB:94",
      HEART_RATE_ADAPTER_NAME: "hci7",
    });
    await follower.seen("power/report", (text) => Number(valueOf(text)) > 0);
    await follower.seen(
      "heartrate/report",
      (text) => Number(valueOf(text)) > 0,
    );
    assert.equal((await end(program)).code, 0);
  },
);

testWith(
  REQUIRES,
  "a bike without the object is left alone by what ApiGear clients call, and rides on its topics",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { bike, broker, follower } = await ride([], keep);
    const other = new BikeFollower("000043");
    keep.use(other.endpoint);
    await other.connect(broker.url);
    const { host } = new URL(broker.url);
    keep.use(startProgram([
      ...["driver", "simulated", "--broker", host, "--bike", "000043"],
      ...["--speed-up", "20", "--log-level", "error", "--without-object"],
    ]));
    for (const one of [follower, other]) {
      await one.seen(
        "devices/fan/status",
        (text) => JSON.parse(text).state === "online",
      );
    }
    assert.equal(await bike.setFan(60, "test"), 60);
    await follower.seen("fan/report", (text) => valueOf(text) === 60);
    await other.command("fan", "20");
    await other.seen("fan/report", (text) => valueOf(text) === 20);
    const fans = other.on("fan/report").map(valueOf);
    assert(!fans.includes(60), fans.join(", "));
  },
);

testWith(
  REQUIRES,
  "fault 15: a broker restarted during a ride gets status, values and commands back",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { broker, follower, program } = await ride(
      [],
      keep,
    );
    await follower.seen("speed/report", (text) => Number(valueOf(text)) > 0);
    await follower.seen(
      "devices/climb/status",
      (text) => JSON.parse(text).state === "online",
    );
    await broker.restart();
    await follower.seen("status", (text) => JSON.parse(text).connection === 2);
    await follower.command("incline", "-10");
    await follower.seen("incline/report", (text) => valueOf(text) === -10);
    assert.equal((await end(program)).code, 0);
  },
);

Deno.test("a ride whose broker never came ends with 0, and complains of nothing else", async () => {
  await using program = startProgram(
    ["driver", "simulated", "--broker", `127.0.0.1:${freePort()}`],
  );
  await program.seen(/nothing listens there/);
  const { code, error } = await end(program);
  assert.equal(code, 0);
  const others = error.trimEnd().split("\n").filter((line) =>
    !/nothing listens there|Rides are not recorded/.test(line)
  );
  assert.deepEqual(others, []);
});

Deno.test("an empty bike id, as of a variable that is not set, is refused", async () => {
  await using program = startProgram(
    ["driver", "simulated", "--bike", "", "--broker", "127.0.0.1:1"],
  );
  const { code, error } = await within("the refusal", program.result);
  assert.equal(code, 2);
  assert.match(error, /^smartbike: Cannot use --bike: it is empty/);
});
