import assert from "node:assert/strict";
import { systemClock } from "#lib/base/clock.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import { Outbox, type OutgoingMessage } from "#lib/mqtt/outbox.ts";

/** An outbox over a connection that keeps what it is given. */
function makeOutbox(limit = 10) {
  const sent: OutgoingMessage[] = [];
  const outbox = new Outbox((message) => sent.push(message), {
    limit,
    brokerUrl: () => "mqtt://broker:1883",
    clock: systemClock,
  });
  const topics = () => sent.map(({ topic }) => topic);
  return { outbox, sent, topics };
}

const acknowledged = { reasonCode: 0 };

Deno.test("Outbox.push holds messages while closed, and open sends them in order", async () => {
  const { outbox, sent, topics } = makeOutbox();
  const pushed = ["a", "b"].map((topic) => outbox.push(topic, "", {}));
  assert.deepEqual(topics(), []);
  outbox.open(10);
  assert.deepEqual(topics(), ["a", "b"]);
  for (const message of sent) message.resolve(acknowledged);
  assert.deepEqual(await Promise.all(pushed), [acknowledged, acknowledged]);
});

Deno.test("Outbox.push sends at once while open", () => {
  const { outbox, topics } = makeOutbox();
  outbox.open(1);
  void outbox.push("a", "", {});
  assert.deepEqual(topics(), ["a"]);
});

Deno.test("Outbox keeps at most a window of messages on their way", async () => {
  const { outbox, sent, topics } = makeOutbox();
  outbox.open(2);
  for (const topic of ["a", "b", "c", "d"]) void outbox.push(topic, "", {});
  assert.deepEqual(topics(), ["a", "b"]);
  sent[1]?.resolve(acknowledged);
  await Promise.resolve();
  assert.deepEqual(topics(), ["a", "b", "c"]);
});

Deno.test("Outbox.push rejects what the connection throws at, and the window stays whole", async () => {
  const topics: string[] = [];
  const outbox = new Outbox(({ topic }) => {
    topics.push(topic);
    throw new TypeError("no payload");
  }, { limit: 10, brokerUrl: () => "", clock: systemClock });
  outbox.open(1);
  for (const topic of ["a", "b"]) {
    await assert.rejects(outbox.push(topic, "", {}), TypeError);
  }
  assert.deepEqual(topics, ["a", "b"]);
});

Deno.test("Outbox.close holds messages back until open", () => {
  const { outbox, topics } = makeOutbox();
  outbox.open(1);
  outbox.close();
  void outbox.push("a", "", {});
  assert.deepEqual(topics(), []);
  outbox.open(1);
  assert.deepEqual(topics(), ["a"]);
});

Deno.test("Outbox.push rejects with reason queue_full past its limit", async () => {
  const { outbox } = makeOutbox(1);
  void outbox.push("a", "", {});
  await assert.rejects(
    outbox.push("b", "", {}),
    (error: ConnectionError) =>
      error instanceof ConnectionError && error.reason === "queue_full" &&
      error.endpoint === "mqtt://broker:1883",
  );
});

Deno.test("Outbox.push rejects with the signal's reason and frees the place when it is aborted", async () => {
  const { outbox, topics } = makeOutbox(1);
  const controller = new AbortController();
  const gone = outbox.push("a", "", { signal: controller.signal });
  controller.abort(new RangeError("not needed any more"));
  await assert.rejects(gone, RangeError);
  void outbox.push("b", "", {});
  outbox.open(1);
  assert.deepEqual(topics(), ["b"]);
});

Deno.test("Outbox.push leaves a message alone that is on its way when its signal is aborted", async () => {
  const { outbox, sent } = makeOutbox();
  const controller = new AbortController();
  outbox.open(1);
  const pushed = outbox.push("a", "", { signal: controller.signal });
  controller.abort();
  sent[0]?.resolve(acknowledged);
  assert.deepEqual(await pushed, acknowledged);
});

Deno.test("Outbox.putBack puts a message before all others until open", () => {
  const { outbox, sent, topics } = makeOutbox();
  outbox.open(1);
  void outbox.push("a", "", {});
  void outbox.push("b", "", {});
  const [first] = sent;
  assert.ok(first);
  outbox.putBack(first);
  outbox.open(2);
  assert.deepEqual(topics(), ["a", "a", "b"]);
});

Deno.test("Outbox.putBack ends when the connection takes nothing at all", () => {
  let tries = 0;
  const outbox: Outbox = new Outbox((message) => {
    tries++;
    outbox.putBack(message);
  }, { limit: 10, brokerUrl: () => "", clock: systemClock });
  void outbox.push("a", "", { qos: 0 });
  void outbox.push("b", "", { qos: 0 });
  outbox.open(10);
  assert.equal(tries, 1);
});

Deno.test("Outbox.putBack lets a message be taken back by its signal", async () => {
  const { outbox, sent } = makeOutbox();
  const controller = new AbortController();
  outbox.open(1);
  const pushed = outbox.push("a", "", { signal: controller.signal });
  const [message] = sent;
  assert.ok(message);
  outbox.putBack(message);
  controller.abort(new RangeError("not needed any more"));
  await assert.rejects(pushed, RangeError);
});

Deno.test("Outbox.clear rejects all messages, waiting and on their way", async () => {
  const { outbox } = makeOutbox();
  outbox.open(1);
  const pushed = ["a", "b"].map((topic) => outbox.push(topic, "", {}));
  outbox.clear(new RangeError("closed"));
  for (const message of pushed) await assert.rejects(message, RangeError);
});

Deno.test("Outbox.drain resolves when the last message is settled", async () => {
  const { outbox, sent } = makeOutbox();
  outbox.open(1);
  void outbox.push("a", "", {});
  void outbox.push("b", "", {});
  const drained = outbox.drain(600_000);
  sent[0]?.resolve(acknowledged);
  await Promise.resolve();
  sent[1]?.resolve(acknowledged);
  await drained;
});

Deno.test("Outbox.drain resolves at once when nothing is on its way", async () => {
  const { outbox } = makeOutbox();
  await outbox.drain(600_000);
});

Deno.test("Outbox.drain gives up after its time", async () => {
  const { outbox } = makeOutbox();
  outbox.open(1);
  void outbox.push("a", "", {});
  await outbox.drain(1);
});
