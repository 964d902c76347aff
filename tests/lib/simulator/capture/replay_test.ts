import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { decodeFitnessMachineFeature } from "#lib/gatt/fitness_machine_feature.ts";
import { assignedUuid, SERVICES } from "#lib/gatt/uuids.ts";
import { parseCapture } from "#lib/simulator/capture/parse_capture.ts";
import { ReplayCentral } from "#lib/simulator/capture/replay_central.ts";
import { FakeClock } from "../../../fakes/fake_clock.ts";
import { ROOT } from "../../../support/source_files.ts";
import { NEVER } from "../../simulator/setup.ts";

const HUB = await Deno.readTextFile(
  new URL("tests/fixtures/gatt/session.jsonl", ROOT),
);
const BIKE = assignedUuid(0x2ad2);
const CONTROL = assignedUuid(0x2ad9);
const WAHOO = "-0a7d-4ab3-97fa-f1500f9feb8b";

function open(text: string) {
  const clock = new FakeClock();
  const replay = ReplayCentral.open(text, "session.jsonl", { clock });
  const connect = () => replay.connect({}, { signal: NEVER });
  return { clock, replay, connect };
}

Deno.test("the session of one device is played back, each value at its time", async () => {
  const { clock, replay, connect } = open(HUB);
  const hub = await connect();
  assert.equal(hub.name, "Zwift Hub");
  const heard: string[] = [];
  const startMs = clock.monotonicMs();
  await hub.subscribe(BIKE, (value) => {
    const tMs = clock.monotonicMs() - startMs;
    heard.push(`${tMs} ${value.toHex()}`);
  });
  await clock.advance(60_000);
  const expected = HUB.split("\n").filter(Boolean).slice(1)
    .map((line) => JSON.parse(line))
    .filter(({ char }) => char === "2ad2")
    .map(({ tMs, hex }) => `${tMs} ${hex}`);
  assert.equal(expected.length, 54);
  assert.deepEqual(heard, expected);
  assert(replay.ended.aborted);
});

Deno.test("a session without a table has one of what passed, and is found by its services", async () => {
  const { replay, connect } = open(HUB);
  await using hub = await connect();
  const table = new Map(
    hub.characteristics.map((one) => [one.uuid.slice(4, 8), one]),
  );
  assert.deepEqual(table.get("2ad9"), {
    uuid: CONTROL,
    service: SERVICES.fitnessMachine,
    properties: ["write", "indicate"],
  });
  assert.deepEqual(table.get("2ad2")?.properties, ["notify"]);
  assert.equal(table.get("2a65")?.service, SERVICES.cyclingPower);
  assert.equal(table.size, 11);
  const feature = await hub.read(assignedUuid(0x2acc));
  assert(decodeFitnessMachineFeature(feature).targets.includes("power"));
  await using _ = await replay.connect(
    { services: [SERVICES.fitnessMachine] },
    { signal: NEVER },
  );
  await assert.rejects(
    hub.read(assignedUuid(0x2ad3)),
    (error) => error instanceof DeviceError && error.reason === "not_found",
  );
});

Deno.test("requests get the captured answer after the captured time, and other ones a plausible one", async () => {
  const { clock, connect } = open(HUB);
  const hub = await connect();
  const heard: string[] = [];
  await hub.subscribe(CONTROL, (value) => heard.push(value.toHex()));
  await clock.advance(3000);
  assert.deepEqual(heard, [], "an answer came that nobody asked for");
  const ask = async (hex: string) => {
    heard.length = 0;
    const startMs = clock.monotonicMs();
    await hub.write(CONTROL, Uint8Array.fromHex(hex));
    while (heard.length === 0) await clock.advance(1);
    return `${heard} after ${clock.monotonicMs() - startMs} ms`;
  };
  assert.equal(await ask("00"), "800001 after 32 ms");
  assert.equal(await ask("00"), "800001 after 31 ms");
  assert.equal(await ask("00"), "800001 after 31 ms");
  assert.equal(await ask("11000022012833"), "801101 after 277 ms");
  assert.equal(await ask("05b400"), "800501 after 60 ms");
});

/** A session with nothing but a write to a characteristic, to have it in the table. */
function deviceWith(char: string, dir = "notify"): string {
  return `{"type":"header","device":"KICKR"}
{"tMs":0,"dir":"write","char":"${char}","hex":"ff"}
{"tMs":90000,"dir":"${dir}","char":"${char}","hex":"fd010000"}
`;
}

for (
  const [what, char, dir, exchanges] of [
    ["the fitness machine", "2ad9", "indicate", [
      ["00", "800001"],
      ["1301", "801301100ea00f"],
    ]],
    ["the power meter", "2a66", "indicate", [
      ["0c", "200c010000"],
      ["044a01", "200401"],
      ["05", "200502"],
    ]],
    ["Wahoo's trainer control", "a026e005", "indicate", [
      ["20eefc", "012002"],
      ["427300", "014201007300"],
    ]],
    ["the tilt", "a026e037", "notify", [
      ["66f401", "fe6601"],
      ["67", "fe670100"],
      ["68", "fe68010000"],
      ["69", "fe690118fcd007"],
      ["77", "fe7702"],
    ]],
    ["the fan", "a026e038", "notify", [
      ["0404", "fe040104"],
      ["021e", "fe02011e"],
      ["77", "fe7702"],
    ]],
  ] as const
) {
  Deno.test(`a replayed device answers requests to ${what} that were not captured as if they had succeeded`, async () => {
    const { clock, connect } = open(deviceWith(char, dir));
    const device = await connect();
    const [one] = device.characteristics;
    assert(one);
    const heard: string[] = [];
    await device.subscribe(one.uuid, (value) => heard.push(value.toHex()));
    for (const [request] of exchanges) {
      await device.write(one.uuid, Uint8Array.fromHex(request));
      await clock.advance(100);
    }
    assert.deepEqual(heard, exchanges.map(([, answer]) => answer));
  });
}

Deno.test("what devices report unasked comes at its time, also where they answer on the same characteristic", async () => {
  const { clock, connect } = open(`{"type":"header","device":"HEADWIND 1A2B"}
{"tMs":1000,"dir":"notify","char":"a026e038","hex":"fd010001"}
{"tMs":1500,"dir":"write","char":"a026e038","hex":"0404"}
{"tMs":1600,"dir":"notify","char":"a026e038","hex":"fe040104"}
{"tMs":2000,"dir":"notify","char":"a026e038","hex":"fd010004"}
`);
  const fan = await connect();
  const heard: string[] = [];
  await fan.subscribe(`a026e038${WAHOO}`, (value) => heard.push(value.toHex()));
  await clock.advance(5000);
  assert.deepEqual(heard, ["fd010001", "fd010004"]);
});

Deno.test("reading gives what was read last at that time, and is refused where nothing was read", async () => {
  const { clock, connect } = open(`{"type":"header","device":"Strap"}
{"tMs":0,"dir":"notify","char":"2a37","hex":"0648"}
{"tMs":1000,"dir":"read","char":"2a19","hex":"54"}
{"tMs":5000,"dir":"read","char":"2a19","hex":"53"}
`);
  const strap = await connect();
  const read = async (uuid: number) =>
    (await strap.read(assignedUuid(uuid))).toHex();
  assert.equal(await read(0x2a19), "54");
  await strap.subscribe(assignedUuid(0x2a37), () => {});
  await clock.advance(4000);
  assert.equal(await read(0x2a19), "54");
  await clock.advance(2000);
  assert.equal(await read(0x2a19), "53");
  await assert.rejects(
    read(0x2a37),
    (error) => error instanceof DeviceError && error.reason === "refused",
  );
});

Deno.test("a device that did not report its services advertises those that it has", () => {
  const [strap, fan] = parseCapture(
    `{"type":"header","format":"smartbike.capture/1.0"}
{"tMs":0,"device":"ec:b2:8a:26:85:c5","dir":"connect","name":"TICKR","characteristics":[{"uuid":"2a37","service":"180d","properties":["notify"]}]}
{"tMs":0,"device":"D4:11:38:6B:F2:90","dir":"advertise","name":"HEADWIND","services":[]}
`,
    "a.jsonl",
  );
  assert.equal(strap?.address, "EC:B2:8A:26:85:C5");
  assert.deepEqual(strap?.services, [SERVICES.heartRate]);
  assert.deepEqual(fan?.services, []);
  assert.deepEqual(fan?.characteristics, []);
});

Deno.test("time starts with the first subscription: what was lost before is there", async () => {
  const table =
    '"name":"TICKR","characteristics":[{"uuid":"2a37","service":"180d","properties":["notify"]}]';
  const { clock, connect } = open(`{"type":"header"}
{"tMs":0,"device":"A","dir":"connect",${table}}
{"tMs":500,"device":"A","dir":"lost"}
{"tMs":9000,"device":"A","dir":"connect",${table}}
{"tMs":9500,"device":"A","dir":"subscribe","char":"2a37"}
{"tMs":10000,"device":"A","dir":"notify","char":"2a37","hex":"0648"}
`);
  const strap = await connect();
  const heard: string[] = [];
  await strap.subscribe(
    assignedUuid(0x2a37),
    (value) => heard.push(value.toHex()),
  );
  await clock.advance(499);
  assert.deepEqual(heard, []);
  await clock.advance(1);
  assert.deepEqual(heard, ["0648"]);
  assert(!strap.lost.aborted);
});
