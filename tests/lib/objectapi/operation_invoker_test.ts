import assert from "node:assert/strict";
import {
  Client,
  RemoteObject,
  ServedObject,
  Service,
} from "#lib/objectapi/mod.ts";
import { ScriptedObject } from "../../fixtures/scripted_object.ts";
import { everyTypeDescriptor } from "../../fixtures/test_bed.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";

/** Notes the timers that are set while a function runs. */
function timersOf(fn: () => void): readonly (number | undefined)[] {
  const original = globalThis.setTimeout;
  const delays: (number | undefined)[] = [];
  globalThis.setTimeout = Object.assign(
    (handler: () => void, delay?: number) => {
      delays.push(delay);
      return original(handler, delay);
    },
    original,
  );
  try {
    fn();
  } finally {
    globalThis.setTimeout = original;
  }
  return delays;
}

Deno.test("RemoteObject.call waits 500 seconds for a reply by default", async () => {
  await using client = new Client("client");
  await using remote = new RemoteObject(client, everyTypeDescriptor);
  const calls: Promise<unknown>[] = [];
  const delays = timersOf(() => calls.push(remote.call("negate", [true])));
  assert.deepEqual(delays, [500_000]);
  const ends = Promise.allSettled(calls);
  await client.disconnect();
  await ends;
});

Deno.test("RemoteObject.call refuses the name of no operation", async () => {
  await using client = new Client("client");
  await using remote = new RemoteObject(client, everyTypeDescriptor);
  await assert.rejects(remote.call("nonsense", []), TypeError);
});

testWith(
  { programs: ["mosquitto"] },
  "RemoteObject.call gives a RemoteError where the result is larger than the broker allows",
  async () => {
    await using broker = await Mosquitto.start({
      config: ["max_packet_size 4096"],
    });
    await using service = new Service("service");
    const object = new ScriptedObject(everyTypeDescriptor);
    object.implement("join", () => "x".repeat(5000));
    const { members } = object;
    await using served = new ServedObject(
      service,
      everyTypeDescriptor,
      members,
    );
    await service.connect(broker.url);
    await served.ready;
    await using client = new Client("client");
    await using remote = new RemoteObject(client, everyTypeDescriptor);
    await client.connect(broker.url);
    const call = remote.call("join", ["", "", ""]);
    await assert.rejects(within("the failure", call), {
      name: "RemoteError",
      remoteCode: "payload",
    });
  },
);
