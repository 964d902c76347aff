import assert from "node:assert/strict";
import { formatStatus } from "#lib/cli/commands/status_table.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import {
  FakeCliIo,
  type FakeCliIoOptions,
} from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import { ROOT } from "../../../support/source_files.ts";
import { BIKE, StartedBike } from "../started_bike.ts";

async function status(args: readonly string[], options: FakeCliIoOptions = {}) {
  const io = new FakeCliIo(options);
  const code = await runCli(["status", ...args], compose(io));
  return { code, out: io.out, error: io.error };
}

const HOUR_SECONDS = 3600;

Deno.test("status prints the sample of the page on configuration", async () => {
  const page = await Deno.readTextFile(new URL("docs/configuration.md", ROOT));
  const [, sample = ""] = /^```text\n(bike .*?)\n```$/ms.exec(page) ?? [];
  const nowSeconds = 1_000_000;
  const reportSeconds = nowSeconds - 12;
  const device = { restarts: 0, notes: [], error: undefined };
  const lines = formatStatus({
    bike: "000002",
    state: "online",
    version: "0.1.0",
    uptimeSeconds: 3 * HOUR_SECONDS,
    memoryBytes: 74 * 2 ** 20,
    timestamp: reportSeconds,
    devices: [{
      ...device,
      id: "heart-rate",
      driver: "heart-rate",
      state: "online",
      lastSeen: reportSeconds,
      batteryPercent: 84,
      signalDbm: -59,
    }, {
      ...device,
      id: "trainer",
      driver: "trainer",
      state: "offline",
      lastSeen: nowSeconds - 240,
      batteryPercent: undefined,
      signalDbm: undefined,
      error: "Cannot use …",
    }],
  }, nowSeconds * 1000);
  assert.deepEqual(lines, sample.split("\n"));
});

Deno.test("status counts the time since the report to the uptime of a bike that is online, and to no other", () => {
  const bike = {
    bike: "b7",
    version: undefined,
    memoryBytes: undefined,
    timestamp: 1000,
    uptimeSeconds: 7,
    devices: [],
  };
  const lineOf = (state: "online" | "offline") =>
    formatStatus({ ...bike, state }, 1_028_000);
  assert.deepEqual(lineOf("online"), [
    "bike b7 is online, up 35 s, reported 28 s ago",
  ]);
  assert.deepEqual(lineOf("offline"), [
    "bike b7 is offline, up 7 s, reported 28 s ago",
  ]);
});

/** A broker with stored messages of the bike. */
async function brokerWith(messages: Readonly<Record<string, unknown>>) {
  const broker = await EmbeddedBroker.listen();
  await using endpoint = new MqttJsEndpoint();
  await endpoint.connect(broker.url);
  for (const [topic, data] of Object.entries(messages)) {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    await endpoint.publish(`bike/${BIKE}/${topic}`, text, { retain: true });
  }
  return broker;
}

const HEALTH = {
  timestamp: 1000,
  uptimeSeconds: 7300,
  memoryBytes: 2 ** 26,
  version: "0.1.0",
  devices: [
    {
      id: "strap",
      driver: "heart-rate",
      lastSeen: 999,
      restarts: 1,
      error: null,
      notes: ["power is the sum of two"],
    },
    {
      id: "fan",
      driver: "fan",
      lastSeen: null,
      restarts: 7,
      error: "Cannot find it",
    },
  ],
};

Deno.test("status shows a running bike and its devices, and ends with 0", async () => {
  await using started = await new StartedBike(
    "devices: [{ driver: heart-rate, id: strap }, { driver: fan }]\n",
  ).start();
  const { broker, follower } = started;
  for (const id of ["strap", "fan"]) {
    await follower.seen(
      `devices/${id}/status`,
      (text) => text.includes("online"),
    );
  }
  const { code, out, error } = await status([
    ...["--broker", broker, "--bike", BIKE],
  ]);
  assert.deepEqual({ code, error }, { code: 0, error: "" });
  assert.match(
    out,
    /^bike b7 is online, smartbike 1\.2\.3, up \d+ (s|min), \d+ MiB, reported \d+ s ago\nDEVICE +DRIVER +STATE .*\nstrap +heart-rate +online .*\nfan +fan +online .*\n$/,
  );
});

Deno.test("status takes broker, id and devices of the configuration", async () => {
  await using started = await new StartedBike("devices: [{ driver: fan }]\n")
    .start();
  await started.follower.seen(
    "devices/fan/status",
    (text) => text.includes("online"),
  );
  const text = await started.io.readTextFile("smartbike.yaml");
  const files = { "smartbike.yaml": text };
  assert.equal((await status([], { files })).code, 0);
  const more = {
    "smartbike.yaml": text.replace("}]", "}, { driver: climb }]"),
  };
  const { code, out, error } = await status(["--json", "--timeout", "1s"], {
    files: more,
  });
  assert.equal(code, 1);
  assert.match(
    error,
    /devices of bike "b7": climb offline, expected all online/,
  );
  const { devices } = JSON.parse(out);
  assert.deepEqual(
    devices.map(({ id, state }: Record<string, string>) => [id, state]),
    [["fan", "online"], ["climb", "unknown"]],
  );
});

Deno.test("status ends with 1 where a device is offline, and says what its driver met", async () => {
  await using broker = await brokerWith({
    "health": HEALTH,
    "devices/strap/status": {
      state: "online",
      batteryPercent: 80,
      signalDbm: -60,
    },
    "devices/fan/status": { state: "offline" },
    "status": { state: "online" },
  });
  const { code, out, error } = await status([
    "--broker",
    broker.url,
    "--bike",
    BIKE,
  ]);
  assert.equal(code, 1);
  assert.match(
    out,
    /^bike b7 is online, smartbike 0\.1\.0, up \d+ days, 64 MiB, reported \d+ days ago\n/,
  );
  assert.match(
    out,
    /^strap +heart-rate +online +1 s ago +80 % +-60 dBm +power is the sum of two$/m,
  );
  assert.match(out, /^fan +fan +offline +- +- +- +Cannot find it$/m);
  assert.match(error, /fan offline/);
});

Deno.test("devices of a bike that is gone are gone, whatever the broker has stored", async () => {
  await using broker = await brokerWith({
    "health": HEALTH,
    "devices/strap/status": { state: "online" },
    "status": { state: "offline" },
  });
  const { code, out, error } = await status([
    "--json",
    "--broker",
    broker.url,
    "--bike",
    BIKE,
  ]);
  assert.equal(code, 1);
  assert.match(error, /Cannot reach bike "b7": it is offline/);
  const { state, devices } = JSON.parse(out);
  assert.deepEqual([state, devices[0].state], ["offline", "offline"]);
});

for (
  const health of [
    "",
    "not JSON",
    "[]",
    "5",
    { devices: 5 },
    { devices: [null, 5, { id: 7 }, { id: "x\u001b[2J", driver: 5 }] },
  ]
) {
  Deno.test(`status is not misled by ${JSON.stringify(health)} on the health topic`, async () => {
    await using broker = await brokerWith({
      health,
      status: { state: "online" },
    });
    const { out } = await status([
      ...["--broker", broker.url, "--bike", BIKE, "--timeout", "300ms"],
    ]);
    assert.match(out, /^bike b7 is online\n/);
    assert.ok(!out.includes("\u001b"));
  });
}

Deno.test("status reads the devices that it can, whatever the health topic lists besides", async () => {
  const long = "x".repeat(70_000);
  const more = Array.from({ length: 300 }, (_, index) => ({ id: `d${index}` }));
  await using broker = await brokerWith({
    "health": { ...HEALTH, devices: [{ id: long }, { id: "fan" }, ...more] },
    "devices/fan/status": { state: "online" },
    "status": { state: "online" },
  });
  const { out } = await status([
    ...["--broker", broker.url, "--bike", BIKE, "--json"],
  ]);
  const { devices } = JSON.parse(out);
  assert.deepEqual(
    [devices[0].state, devices[1].state, devices[301].state],
    ["unknown", "online", "unknown"],
  );
});

Deno.test("status ends with 1 where nobody knows the bike, and where no broker is", async () => {
  await using broker = await EmbeddedBroker.listen();
  const args = ["--bike", BIKE, "--timeout", "300ms", "--broker"];
  const unknown = await status([...args, broker.url]);
  assert.equal(unknown.code, 1);
  assert.equal(unknown.out, "bike b7 is unknown\n");
  await broker.close();
  const nobody = await status([...args, broker.url]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.error, /nothing listens there/);
});

Deno.test("status --all shows every bike on the broker, and ends with 1 where one is offline", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using endpoint = new MqttJsEndpoint();
  await endpoint.connect(broker.url);
  const report = async (bike: string, state: string) => {
    const text = JSON.stringify({ state });
    await endpoint.publish(`bike/${bike}/status`, text, { retain: true });
  };
  const none = await status(["--all", "--broker", broker.url]);
  assert.deepEqual([none.code, none.out], [0, ""]);
  assert.match(none.error, /no bike was found on mqtt:/);
  await report("b2", "online");
  await report("b1", "online");
  const good = await status(["--all", "--broker", broker.url]);
  assert.deepEqual([good.code, good.out], [
    0,
    "bike b1 is online\nbike b2 is online\n",
  ]);
  await report("b3", "offline");
  const { code, out } = await status([
    "--all",
    "--json",
    "--broker",
    broker.url,
  ]);
  assert.equal(code, 1);
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ bike, state }) => [bike, state]),
    [["b1", "online"], ["b2", "online"], ["b3", "offline"]],
  );
});
