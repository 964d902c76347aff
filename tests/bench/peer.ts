/**
 * The serving process of the benchmark: `peer.ts layer|raw BROKER QOS`. It
 * answers `say`, emits `justSaid` a number of times when asked to, and prints
 * `ready`.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { connectAsync, type MqttClient } from "mqtt";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { Service } from "#lib/objectapi/mod.ts";
import type { Qos } from "#lib/mqtt/endpoint.ts";

/** With `/raw` or `/layer` behind it: asks a peer for a burst; the payload is the number of signals. */
export const BURST_TOPIC = "bench/burst";

/**
 * Connects MQTT.js by itself, in the best way it can be used.
 *
 * @param broker URL of the broker.
 * @returns The connected client.
 */
export async function connectRaw(broker: string): Promise<MqttClient> {
  const client = await connectAsync(broker, { protocolVersion: 5 });
  const { stream } = client;
  if ("setNoDelay" in stream && typeof stream.setNoDelay === "function") {
    stream.setNoDelay(true);
  }
  return client;
}

/** The exchange of the layer, with nothing but MQTT.js. */
async function serveRaw(broker: string, qos: Qos): Promise<void> {
  const client = await connectRaw(broker);
  let saidCount = 0;
  client.on("message", (topic, payload, packet) => {
    const value = JSON.parse(payload.toString());
    if (topic === `${BURST_TOPIC}/raw`) {
      const text = JSON.stringify([{ content: "hi" }]);
      for (let i = 0; i < value; i++) {
        client.publish("raw.world/Hello/sig/justSaid", text, { qos });
      }
      return;
    }
    const { correlationData, responseTopic } = packet.properties ?? {};
    client.publish(responseTopic ?? "", JSON.stringify(++saidCount), {
      qos,
      properties: { correlationData: correlationData ?? Buffer.alloc(0) },
    });
  });
  await client.subscribeAsync(
    ["raw.world/Hello/rpc/say", `${BURST_TOPIC}/raw`],
    { qos },
  );
}

/** The same exchange through the whole layer. */
async function serveLayer(broker: string, qos: Qos): Promise<void> {
  const service = new Service("bench-service", { qos });
  const hello = new Hello();
  let saidCount = 0;
  hello.say = () => Promise.resolve(++saidCount);
  const adapter = new HelloServiceAdapter(hello, service);
  await service.connect(broker);
  await adapter.ready;
  await service.endpoint.subscribe(`${BURST_TOPIC}/layer`, ({ payload }) => {
    const count = Number(new TextDecoder().decode(payload));
    for (let i = 0; i < count; i++) hello.onJustSaid.fire({ content: "hi" });
  }).ready;
}

if (import.meta.main) {
  const [way, broker = "", qos] = Deno.args;
  const serve = way === "raw" ? serveRaw : serveLayer;
  await serve(broker, qos === "0" ? 0 : 1);
  await Deno.stdout.write(new TextEncoder().encode("ready\n"));
}
