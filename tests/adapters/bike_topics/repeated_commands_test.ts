import assert from "node:assert/strict";
import { RepeatedCommands } from "#adapters/bike_topics/repeated_commands.ts";
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function command(text: string, more: Partial<MqttMessage> = {}): MqttMessage {
  return {
    topic: "bike/000001/incline/control",
    payload: new TextEncoder().encode(text),
    qos: 1,
    retain: false,
    properties: {},
    ...more,
  };
}

const correlationData = new Uint8Array([7]);
const PAIRS: readonly (readonly [string, boolean, MqttMessage, MqttMessage])[] =
  [
    ["nothing that names them", false, command("6"), command("6")],
    [
      "the broker's word for it",
      true,
      command("6"),
      command("6", { isRepeated: true }),
    ],
    [
      "the broker's word, but another value",
      false,
      command("6"),
      command("7", { isRepeated: true }),
    ],
    [
      "the broker's word, but another topic",
      false,
      command("6"),
      command("6", { isRepeated: true, topic: "bike/000001/fan/control" }),
    ],
    [
      "the same correlation data",
      true,
      command("6", { properties: { correlationData } }),
      command("6", { properties: { correlationData } }),
    ],
    [
      "the same id",
      true,
      command('{"incline":6,"id":"a"}'),
      command('{"incline":6,"id":"a"}'),
    ],
    [
      "another id",
      false,
      command('{"incline":6,"id":"a"}'),
      command('{"incline":6,"id":"b"}'),
    ],
    [
      "the same time with a fraction",
      true,
      command('{"incline":6,"ts":1722834169.25}'),
      command('{"incline":6,"ts":1722834169.25}'),
    ],
    [
      "the same time in milliseconds",
      true,
      command('{"incline":6,"timestamp":1722834169250}'),
      command('{"incline":6,"timestamp":1722834169250}'),
    ],
    [
      "the same second, in which one may ask twice",
      false,
      command('{"incline":6,"ts":1722834169}'),
      command('{"incline":6,"ts":1722834169}'),
    ],
    [
      "an inherited name for an id",
      false,
      command('{"incline":6,"__proto__":{"id":"a"}}'),
      command('{"incline":6,"__proto__":{"id":"a"}}'),
    ],
  ];

for (const [what, expected, first, second] of PAIRS) {
  Deno.test(`RepeatedCommands judges two commands by ${what}`, () => {
    const repeated = new RepeatedCommands(new FakeClock());
    assert.equal(repeated.isRepeated(first), false);
    assert.equal(repeated.isRepeated(second), expected);
  });
}

Deno.test("RepeatedCommands takes what the broker repeats for new where it did not come before", () => {
  const repeated = new RepeatedCommands(new FakeClock());
  assert.equal(repeated.isRepeated(command("6", { isRepeated: true })), false);
});

Deno.test("RepeatedCommands forgets a command after two minutes, and the oldest of many", async () => {
  const clock = new FakeClock();
  const repeated = new RepeatedCommands(clock);
  const again = { isRepeated: true };
  repeated.isRepeated(command("6"));
  await clock.advance(120_001);
  assert.equal(repeated.isRepeated(command("6", again)), false);
  for (let count = 0; count < 256; count++) {
    repeated.isRepeated(command(`{"id":${count}}`));
  }
  assert.equal(repeated.isRepeated(command("6", again)), false);
});
