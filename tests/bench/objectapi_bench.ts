/**
 * What the layer costs: operations and signals through adapters, beside the
 * same exchange on MQTT.js alone, in turn, in one run. Client, service and
 * broker are processes of their own, as on a bike.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { When } from "#adapters/io_world/api.gen.ts";
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { Client } from "#lib/objectapi/mod.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { BURST_TOPIC, connectRaw } from "./peer.ts";
import { compare, type Measurement } from "./compare.ts";

const WAYS = ["raw", "layer"] as const;
type Way = (typeof WAYS)[number];

const IN_FLIGHT = 64;
const MESSAGE = { content: "hi" };

/** The calling side of an exchange. */
interface Caller extends AsyncDisposable {
  /** Calls `say`. */
  call(): Promise<number>;
  /** Asks for signals and waits until all have come. */
  burst(count: number): Promise<void>;
}

/** Starts the serving process. */
async function startPeer(
  way: Way,
  broker: string,
  qos: Qos,
): Promise<AsyncDisposable> {
  const file = new URL("peer.ts", import.meta.url).pathname;
  const flags = ["--quiet", "--allow-net", "--allow-env", "--allow-read"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, file, way, broker, `${qos}`],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.status;
      await reader.cancel();
    },
  };
}

/** Counts signals up to a number. */
class Tally {
  #left = 0;
  #done: () => void = () => {};

  expect(count: number): Promise<void> {
    this.#left = count;
    return new Promise((resolve) => this.#done = resolve);
  }

  count(): void {
    if (--this.#left === 0) this.#done();
  }
}

async function layerCaller(broker: string, qos: Qos): Promise<Caller> {
  const client = new Client(`bench-layer-${qos}`, { qos });
  const hello = new HelloClientAdapter(client);
  const tally = new Tally();
  hello.onJustSaid.add(() => tally.count());
  await client.connect(broker);
  await hello.ready;
  return {
    call: () => hello.say(MESSAGE, When.Soon),
    burst: async (count) => {
      const done = tally.expect(count);
      await client.endpoint.publish(`${BURST_TOPIC}/layer`, `${count}`);
      await done;
    },
    [Symbol.asyncDispose]: () => client.disconnect(),
  };
}

async function rawCaller(broker: string, qos: Qos): Promise<Caller> {
  const client = await connectRaw(broker);
  const pending = new Map<string, (result: number) => void>();
  const tally = new Tally();
  const responseTopic = "raw.world/Hello/rpc/say/bench/result";
  let calls = 0;
  client.on("message", (topic, payload, packet) => {
    const value = JSON.parse(payload.toString());
    if (topic !== responseTopic) return tally.count();
    const id = packet.properties?.correlationData?.toString("latin1") ?? "";
    pending.get(id)?.(value);
    pending.delete(id);
  });
  const topics = [responseTopic, "raw.world/Hello/sig/justSaid"];
  await client.subscribeAsync(topics, { qos });
  return {
    call: () => {
      const id = `0123456789abcdef${calls++}`;
      const correlationData = Buffer.from(id, "latin1");
      const request = JSON.stringify([MESSAGE, When.Soon]);
      client.publish("raw.world/Hello/rpc/say", request, {
        qos,
        properties: { responseTopic, correlationData },
      });
      return new Promise((resolve) => pending.set(id, resolve));
    },
    burst: async (count) => {
      const done = tally.expect(count);
      client.publish(`${BURST_TOPIC}/raw`, `${count}`, { qos: 1 });
      await done;
    },
    [Symbol.asyncDispose]: () => client.endAsync(),
  };
}

async function oneAtATime(caller: Caller, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await caller.call();
}

async function manyInFlight(caller: Caller, count: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await caller.call();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** Measures all exchanges of one quality of service. */
async function measureQos(
  broker: string,
  qos: Qos,
): Promise<readonly Measurement[]> {
  await using peers = new AsyncDisposableStack();
  for (const way of WAYS) peers.use(await startPeer(way, broker, qos));
  const raw = peers.use(await rawCaller(broker, qos));
  const layer = peers.use(await layerCaller(broker, qos));
  const measure = (
    name: string,
    count: number,
    run: (caller: Caller, count: number) => Promise<void>,
  ) =>
    compare(`${name}, QoS ${qos}`, count, {
      raw: () => run(raw, count),
      layer: () => run(layer, count),
    });
  return [
    await measure("operation, one at a time", 1000, oneAtATime),
    await measure(`operation, ${IN_FLIGHT} in flight`, 5000, manyInFlight),
    await measure("signal, one way", 5000, (caller, n) => caller.burst(n)),
  ];
}

/**
 * Measures operations and signals over QoS 0 and 1 on mosquitto.
 *
 * @returns One measurement an exchange.
 */
export async function measureObjectApi(): Promise<readonly Measurement[]> {
  await using broker = await Mosquitto.start({
    config: ["set_tcp_nodelay true", "max_queued_messages 0"],
  });
  return [
    ...await measureQos(broker.url, 0),
    ...await measureQos(broker.url, 1),
  ];
}
