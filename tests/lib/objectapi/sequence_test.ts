import assert from "node:assert/strict";
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";
import { SequenceCounter, SequenceFilter } from "#lib/objectapi/sequence.ts";

/** A message that a counter has numbered. */
function message(counter: SequenceCounter): MqttMessage {
  const properties = counter.next();
  const payload = new Uint8Array();
  return { topic: "a", payload, qos: 1, retain: false, properties };
}

Deno.test("SequenceFilter finds older messages, and the same one again", () => {
  const service = new SequenceCounter();
  const [first, second] = [message(service), message(service)];
  const filter = new SequenceFilter();
  assert.deepEqual(
    [first, second, second, first].map((one) => filter.judge(one)),
    ["newer", "newer", "same", "older"],
  );
});

Deno.test("SequenceFilter takes what a former service said for old where it may have waited in the broker", () => {
  const former = new SequenceCounter();
  const service = new SequenceCounter();
  const filter = new SequenceFilter();
  assert.equal(filter.judge(message(former)), "newer");
  const waited = message(former);
  assert.equal(filter.judge(message(service), true), "newer");
  assert.equal(filter.judge(waited, true), "older");
  assert.equal(filter.judge(message(service), true), "newer");
});

Deno.test("SequenceFilter follows a service that is back after another one, and hears nothing of it twice", () => {
  const one = new SequenceCounter();
  const other = new SequenceCounter();
  const filter = new SequenceFilter();
  const first = message(one);
  assert.equal(filter.judge(first), "newer");
  assert.equal(filter.judge(message(other)), "newer");
  assert.equal(filter.judge(first), "older");
  assert.equal(filter.judge(message(one)), "newer");
});
