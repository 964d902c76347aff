import assert from "node:assert/strict";
import { SubscriptionIdentifiers } from "#lib/mqtt/subscription_identifiers.ts";

Deno.test("SubscriptionIdentifiers.match finds the identifiers of all filters that match", () => {
  const identifiers = new SubscriptionIdentifiers<object>();
  const [one, other] = [{}, {}];
  identifiers.set(one, "a/+", 1);
  identifiers.set(one, "#", 2);
  identifiers.set(one, "b", 3);
  identifiers.set(other, "a/b", 4);
  assert.deepEqual(identifiers.match(one, "a/b"), [1, 2]);
  assert.deepEqual(identifiers.match(other, "a/b"), [4]);
});

Deno.test("SubscriptionIdentifiers.set replaces a filter's identifier, or forgets it", () => {
  const identifiers = new SubscriptionIdentifiers<object>();
  const client = {};
  identifiers.set(client, "a", 1);
  identifiers.set(client, "a", 2);
  assert.deepEqual(identifiers.match(client, "a"), [2]);
  identifiers.set(client, "a", undefined);
  assert.deepEqual(identifiers.match(client, "a"), []);
});

Deno.test("SubscriptionIdentifiers.delete forgets one filter of one client", () => {
  const identifiers = new SubscriptionIdentifiers<object>();
  const [one, other] = [{}, {}];
  identifiers.set(one, "a", 1);
  identifiers.set(other, "a", 2);
  identifiers.delete(one, "a");
  assert.deepEqual(identifiers.match(one, "a"), []);
  assert.deepEqual(identifiers.match(other, "a"), [2]);
});
