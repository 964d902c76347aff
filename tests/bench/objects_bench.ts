/**
 * Many adapters on one client: how long until all their retained properties
 * are known, beside MQTT.js with as many subscriptions.
 *
 * @module
 */
import { Client, RemoteObject } from "#lib/objectapi/mod.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { connectRaw } from "./peer.ts";

/** How many adapters; each has ten properties. */
const ADAPTERS = [100, 1000] as const;

const ROUNDS = 3;

const PROPERTIES = Array.from({ length: 10 }, (_, at) => `p${at}`);

function interfaceOf(at: number) {
  return {
    module: "bench.world",
    name: `Thing${at}`,
    properties: Object.fromEntries(
      PROPERTIES.map((name) => [name, { type: { kind: "int" as const } }]),
    ),
    operations: {},
    signals: {},
  };
}

function topicsOf(adapters: number): readonly string[] {
  return Array.from(
    { length: adapters },
    (_, at) => PROPERTIES.map((name) => `bench.world/Thing${at}/prop/${name}`),
  ).flat();
}

/** Measures MQTT.js: a SUBSCRIBE for each property, as the layer sends it. */
async function rawMs(broker: string, adapters: number): Promise<number> {
  const client = await connectRaw(broker);
  const topics = topicsOf(adapters);
  const { promise: known, resolve } = Promise.withResolvers<void>();
  let left = topics.length;
  client.on("message", () => {
    if (--left === 0) resolve();
  });
  const started = performance.now();
  await Promise.all(topics.map((topic, at) =>
    client.subscribeAsync(topic, {
      qos: 1,
      properties: { subscriptionIdentifier: at + 1 },
    })
  ));
  await known;
  const tookMs = performance.now() - started;
  await client.endAsync();
  return tookMs;
}

async function layerMs(broker: string, adapters: number): Promise<number> {
  await using client = new Client(`bench-objects-${adapters}`);
  await client.connect(broker);
  const started = performance.now();
  const objects = Array.from(
    { length: adapters },
    (_, at) => new RemoteObject(client, interfaceOf(at)),
  );
  const known = objects.flatMap((object) =>
    PROPERTIES.map((name) => object.onPropertyReceived(name).next())
  );
  await Promise.all(objects.map(({ ready }) => ready));
  await Promise.all(known);
  return performance.now() - started;
}

/**
 * Measures 1,000 and 10,000 retained properties.
 *
 * @returns Rows of a table; times a property, so that equal ones mean linear.
 */
export async function measureObjects(): Promise<
  readonly (readonly string[])[]
> {
  await using broker = await Mosquitto.start({
    config: ["max_queued_messages 0", "max_inflight_messages 0"],
    logTypes: ["information"],
  });
  const most = Math.max(...ADAPTERS);
  const publisher = await connectRaw(broker.url);
  await Promise.all(
    topicsOf(most).map((topic, at) =>
      publisher.publishAsync(topic, `${at + 1}`, { qos: 1, retain: true })
    ),
  );
  await publisher.endAsync();
  const rows = [["", "MQTT.js", "layer", "time ratio"]];
  for (const adapters of ADAPTERS) {
    const count = adapters * PROPERTIES.length;
    const taken: { raw: number; layer: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const raw = await rawMs(broker.url, adapters);
      taken.push({ raw, layer: await layerMs(broker.url, adapters) });
    }
    const middle = (numbers: readonly number[]) =>
      numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
    const each = (ms: number) => `${Math.round(ms * 1000 / count)} µs each`;
    rows.push([
      `${adapters} adapters, ${count.toLocaleString("en")} retained properties`,
      each(middle(taken.map(({ raw }) => raw))),
      each(middle(taken.map(({ layer }) => layer))),
      middle(taken.map(({ raw, layer }) => layer / raw)).toFixed(2),
    ]);
  }
  return rows;
}
