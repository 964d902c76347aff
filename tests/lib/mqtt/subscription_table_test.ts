import assert from "node:assert/strict";
import type { MessageHandler, MqttMessage } from "#lib/mqtt/endpoint.ts";
import { SubscriptionTable } from "#lib/mqtt/subscription_table.ts";

/** A message on a topic. */
function message(topic: string, retain = false): MqttMessage {
  return { topic, payload: new Uint8Array(), qos: 1, retain, properties: {} };
}

/** A handler that is distinguished from others by its name only. */
function handler(name: string): MessageHandler {
  const result = () => {};
  Object.defineProperty(result, "name", { value: name });
  return result;
}

/** The names of the handlers that get a message. */
function receivers(
  table: SubscriptionTable,
  message: MqttMessage,
  identifiers: readonly number[] = [],
): string[] {
  return Array.from(table.match(message, identifiers), ({ name }) => name);
}

Deno.test("SubscriptionTable.match finds handlers by topic when there are no identifiers", () => {
  const table = new SubscriptionTable();
  table.add("a/b", handler("exact"), {});
  table.add("a/+", handler("plus"), {});
  table.add("#", handler("all"), {});
  table.add("b", handler("other"), {});
  assert.deepEqual(receivers(table, message("a/b")), ["exact", "plus", "all"]);
});

Deno.test("SubscriptionTable.match finds handlers by identifier without regard to the topic", () => {
  const table = new SubscriptionTable();
  const one = table.add("a", handler("one"), {});
  table.add("#", handler("all"), {});
  assert.deepEqual(
    receivers(table, message("a"), [one.identifier]),
    ["one"],
  );
});

Deno.test("SubscriptionTable.match finds the handlers of all identifiers of a message", () => {
  const table = new SubscriptionTable();
  const one = table.add("a", handler("one"), {});
  const all = table.add("#", handler("all"), {});
  assert.deepEqual(
    receivers(table, message("a"), [one.identifier, all.identifier]),
    ["one", "all"],
  );
});

Deno.test("SubscriptionTable.match finds nobody for an unknown identifier", () => {
  const table = new SubscriptionTable();
  table.add("a", handler("one"), {});
  assert.deepEqual(receivers(table, message("a"), [99]), []);
});

Deno.test("SubscriptionTable.match gives a retained message only to handlers that its SUBSCRIBE was sent for", () => {
  const table = new SubscriptionTable();
  table.add("a", handler("first"), {});
  const { identifier } = table.add("a", handler("second"), {});
  assert.deepEqual(
    receivers(table, message("a", true), [identifier]),
    ["second"],
  );
  assert.deepEqual(
    receivers(table, message("a"), [identifier]),
    ["first", "second"],
  );
});

Deno.test("SubscriptionTable.renew makes all handlers receive retained messages again", () => {
  const table = new SubscriptionTable();
  table.add("a", handler("first"), {});
  const { identifier } = table.add("a", handler("second"), {});
  table.renew();
  assert.deepEqual(
    receivers(table, message("a", true), [identifier]),
    ["first", "second"],
  );
});

Deno.test("SubscriptionTable.match still knows the identifier of an earlier SUBSCRIBE of the filter", () => {
  const table = new SubscriptionTable();
  const first = table.add("a", handler("first"), {}).identifier;
  table.add("a", handler("second"), {});
  assert.deepEqual(
    receivers(table, message("a"), [first]),
    ["first", "second"],
  );
});

Deno.test("SubscriptionTable.match knows the identifier of a SUBSCRIBE whose handler has left, while others stay", () => {
  const table = new SubscriptionTable();
  const leaving = handler("leaving");
  table.add("a", handler("first"), {});
  const { identifier } = table.add("a", leaving, {});
  table.add("a", handler("third"), {});
  table.remove("a", leaving);
  assert.deepEqual(
    receivers(table, message("a"), [identifier]),
    ["first", "third"],
  );
});

Deno.test("SubscriptionTable.remove reports when the last handler of a filter has left", () => {
  const table = new SubscriptionTable();
  const [one, two] = [handler("one"), handler("two")];
  table.add("a/+", one, {});
  const { identifier } = table.add("a/+", two, {});
  assert.equal(table.remove("a/+", one), false);
  assert.deepEqual(receivers(table, message("a/b")), ["two"]);
  assert.equal(table.remove("a/+", two), true);
  assert.deepEqual(receivers(table, message("a/b")), []);
  assert.deepEqual(receivers(table, message("a/b"), [identifier]), []);
  assert.deepEqual([...table.entries], []);
});

Deno.test("SubscriptionTable.remove says false for what it does not hold", () => {
  const table = new SubscriptionTable();
  table.add("a", handler("one"), {});
  assert.equal(table.remove("a", handler("other")), false);
  assert.equal(table.remove("b", handler("one")), false);
});

Deno.test("SubscriptionTable.add keeps the highest QoS of a filter's handlers", () => {
  const table = new SubscriptionTable();
  assert.equal(table.add("a", handler("one"), { qos: 0 }).qos, 0);
  assert.equal(table.add("a", handler("two"), { qos: 2 }).qos, 2);
  assert.equal(table.add("a", handler("three"), {}).qos, 2);
});

Deno.test("SubscriptionTable.add serves both versions when its handlers differ in theirs", () => {
  const table = new SubscriptionTable();
  const only = table.add("a", handler("one"), { protocolVersion: "5" });
  assert.equal(only.protocolVersion, "5");
  const both = table.add("a", handler("two"), {});
  assert.equal(both.protocolVersion, undefined);
});

Deno.test("SubscriptionTable.entries lists filters in the order they were added", () => {
  const table = new SubscriptionTable();
  for (const filter of ["b", "a", "b", "c"]) {
    table.add(filter, handler(filter), {});
  }
  assert.deepEqual(
    Array.from(table.entries, ({ filter }) => filter),
    ["b", "a", "c"],
  );
});

Deno.test("SubscriptionTable.isForeign finds messages for subscriptions of another table", () => {
  const table = new SubscriptionTable();
  const other = new SubscriptionTable();
  const own = table.add("a", handler("own"), {}).identifier;
  const foreign = other.add("a", handler("foreign"), {}).identifier;
  assert.deepEqual(
    [[own], [foreign], [foreign, own], []].map((one) => table.isForeign(one)),
    [false, true, false, false],
  );
  table.remove("a", handler("own"));
  assert.equal(table.isForeign([own]), false, "late, but its own");
});
