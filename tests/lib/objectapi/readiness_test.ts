import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import type { Subscription } from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Readiness } from "#lib/objectapi/readiness.ts";

/** A subscription that is granted when the test says so. */
function pending(): PromiseWithResolvers<void> & {
  subscription: Subscription;
} {
  const grant = Promise.withResolvers<void>();
  const unsubscribe = () => Promise.resolve();
  return {
    ...grant,
    subscription: {
      filter: "a/b",
      ready: grant.promise,
      unsubscribe,
      [Symbol.asyncDispose]: unsubscribe,
    },
  };
}

async function connected(broker: EmbeddedBroker): Promise<MqttJsEndpoint> {
  const endpoint = new MqttJsEndpoint({
    backoff: { firstMs: 5, longestMs: 5 },
  });
  await endpoint.connect(broker.url);
  return endpoint;
}

Deno.test("Readiness is ready when the last subscription is granted and the preparation done", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using endpoint = await connected(broker);
  const [a, b] = [pending(), pending()];
  const steps: string[] = [];
  const readiness = new Readiness(
    endpoint,
    [a.subscription, b.subscription],
    () => Promise.resolve(void steps.push("prepared")),
  );
  readiness.onReady.add(() => steps.push("ready"));
  a.resolve();
  await Promise.resolve();
  assert.equal(readiness.isReady, false);
  b.resolve();
  await readiness.first;
  assert.equal(readiness.isReady, true);
  assert.deepEqual(steps, ["prepared", "ready"]);
  readiness.close();
  assert.equal(readiness.isReady, false);
});

Deno.test("Readiness without subscriptions is ready once connected", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using endpoint = new MqttJsEndpoint();
  const readiness = new Readiness(endpoint, []);
  await endpoint.connect(broker.url);
  await readiness.first;
  readiness.close();
});

Deno.test("Readiness.first rejects where a subscription is refused", async () => {
  await using endpoint = new MqttJsEndpoint();
  const a = pending();
  const readiness = new Readiness(endpoint, [a.subscription]);
  a.reject(new RangeError("refused"));
  await assert.rejects(readiness.first, { message: "refused" });
  readiness.close();
});

Deno.test("Readiness.first rejects where it is closed before", async () => {
  await using endpoint = new MqttJsEndpoint();
  const readiness = new Readiness(endpoint, []);
  await Promise.resolve();
  readiness.close();
  await assert.rejects(readiness.first);
});

Deno.test("Readiness fires once for each connection, where the first preparation outlives its own", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using endpoint = await connected(broker);
  const preparations: PromiseWithResolvers<void>[] = [];
  const readiness = new Readiness(endpoint, [], () => {
    const preparation = Promise.withResolvers<void>();
    preparations.push(preparation);
    return preparation.promise;
  });
  let fired = 0;
  readiness.onReady.add(() => fired++);
  await Promise.resolve();
  const back = endpoint.onConnected.next();
  broker.cutConnections();
  await back;
  for (const { resolve } of preparations) resolve();
  await readiness.first;
  assert.equal(preparations.length, 2);
  assert.equal(fired, 1);
  readiness.close();
});
