/**
 * What the way from the radio to the broker costs: a strap's notification over
 * D-Bus to its report over MQTT, beside the two packages alone doing the same,
 * in turn, in one run. BlueZ is the fake; bike and broker are processes of
 * their own, each way with a bus of its own.
 *
 * @module
 */
import type { MqttClient } from "mqtt";
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { FakeBluez } from "../fakes/bluez/fake_bluez.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { CPU_TOPIC, reportTopicOf } from "./ble_peer.ts";
import { compare, type Measurement } from "./compare.ts";
import { connectRaw } from "./peer.ts";

const WAYS = ["raw", "layer"] as const;

/** Notifications in one round. */
const COUNT = 500;

/** A strap that a process brings to the broker. */
interface Line extends AsyncDisposable {
  /** Sends notifications, one when the report of the one before has come. */
  send(count: number): Promise<void>;
  /** Processor time of the process so far, in seconds. */
  cpuSeconds(): Promise<number>;
}

/** Hears what comes on topics, one message at a time. */
class Ear {
  readonly #waiters = new Map<string, (text: string) => boolean>();

  constructor(client: MqttClient) {
    client.on("message", (topic, payload) => {
      const isHeard = this.#waiters.get(topic)?.(payload.toString());
      if (isHeard) this.#waiters.delete(topic);
    });
  }

  next(topic: string, fits: (text: string) => boolean): Promise<string> {
    return new Promise((resolve) =>
      this.#waiters.set(topic, (text) => {
        const isFit = fits(text);
        if (isFit) resolve(text);
        return isFit;
      })
    );
  }
}

async function startLine(
  way: typeof WAYS[number],
  broker: string,
  client: MqttClient,
  ear: Ear,
): Promise<Line> {
  const keep = new AsyncDisposableStack();
  const uuid = CHARACTERISTICS.heartRateMeasurement;
  const service = SERVICES.heartRate;
  const strap = new FakePeripheral({
    address: "EC:B2:8A:26:85:C5",
    name: "TICKR 4A2B",
    services: [service],
    characteristics: [{ uuid, service, properties: ["notify"] }],
  });
  const bluez = keep.use(await FakeBluez.start({ peripherals: [strap] }));
  const subscribed = strap.onSubscribed.next();
  const file = new URL("ble_peer.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      file,
      way,
      broker,
      bluez.busAddress,
    ],
  }).spawn();
  keep.defer(async () => {
    child.kill();
    await child.status;
  });
  await subscribed;
  const topic = reportTopicOf(way);
  const cpuTopic = `${CPU_TOPIC}/${way}`;
  await client.subscribeAsync([topic, `${cpuTopic}/result`], { qos: 1 });
  let beats = 0;
  return {
    async send(count) {
      for (let i = 0; i < count; i++) {
        const bpm = 60 + beats++ % 100;
        const text = `"value": ${bpm}`;
        const heard = ear.next(
          topic,
          (report) => report.replace(/:(?=\S)/, ": ").includes(text),
        );
        strap.notify(uuid, Uint8Array.of(0x06, bpm));
        await heard;
      }
    },
    async cpuSeconds() {
      const answer = ear.next(`${cpuTopic}/result`, () => true);
      client.publish(cpuTopic, "");
      return Number(await answer) / 1_000_000;
    },
    [Symbol.asyncDispose]: () => keep[Symbol.asyncDispose](),
  };
}

/**
 * Measures a notification's way to the broker: its time, and the processor
 * time of the process that brings it there.
 *
 * @returns One measurement each.
 */
export async function measureBle(): Promise<readonly Measurement[]> {
  await using keep = new AsyncDisposableStack();
  const broker = keep.use(await Mosquitto.start());
  const client = await connectRaw(broker.url);
  keep.defer(() => client.endAsync());
  const ear = new Ear(client);
  const raw = keep.use(await startLine("raw", broker.url, client, ear));
  const layer = keep.use(await startLine("layer", broker.url, client, ear));
  const cpuOf = async (line: Line) => {
    const before = await line.cpuSeconds();
    await line.send(COUNT);
    return await line.cpuSeconds() - before;
  };
  return [
    await compare("notification to report, one at a time", COUNT, {
      raw: () => raw.send(COUNT),
      layer: () => layer.send(COUNT),
    }),
    await compare("the same, processor time", COUNT, {
      raw: () => cpuOf(raw),
      layer: () => cpuOf(layer),
    }),
  ];
}
