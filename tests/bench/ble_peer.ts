/**
 * The bike's process of the benchmark: `ble_peer.ts layer|raw BROKER BUS`. It
 * brings heart rates from BlueZ to the broker, and reports its processor time on
 * {@linkcode CPU_TOPIC} when it is asked there.
 *
 * @module
 */
import process from "node:process";
import { createClient, type MessageBus, Variant } from "dbus-native";
import type { MqttClient } from "mqtt";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { driver as heartRateDriver } from "#drivers/heart_rate.ts";
import { Bike } from "#lib/bike/bike.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { connectRaw } from "./peer.ts";

/** With `/raw` or `/layer` behind it, asks for processor time; with `/result` behind that, it is answered in microseconds. */
export const CPU_TOPIC = "bench/cpu";

/**
 * Where heart rates go.
 *
 * @param way Which process.
 * @returns The topic.
 */
export function reportTopicOf(way: string): string {
  return `bike/${way}/heartrate/report`;
}

/** UUID of Heart Rate Measurement. */
const MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb";

/** The product, but for its command line. */
async function runLayer(broker: string, busAddress: string): Promise<void> {
  const bike = new Bike();
  const endpoint = new MqttJsEndpoint();
  const hardware = {
    ...absentHardware("a benchmark has none"),
    ble: new BluezCentral({ busAddress }),
  };
  const shown = serveBikeTopics(bike, endpoint, {
    bikeId: "layer",
    aliases: false,
  });
  await endpoint.connect(broker);
  await shown.ready;
  new DriverHost({ bike, hardware }).start({ definition: heartRateDriver });
}

/** The same with nothing but the two packages: no reconnect, no checks, one characteristic. */
async function runRaw(
  client: MqttClient,
  busAddress: string,
): Promise<void> {
  const bus = createClient({ busAddress });
  const call = (path: string, name: string, member: string) =>
    bus.invoke({
      destination: "org.bluez",
      path,
      interface: `org.bluez.${name}`,
      member,
    });
  await bus.invoke({
    destination: "org.bluez",
    path: "/org/bluez/hci0",
    interface: "org.bluez.Adapter1",
    member: "SetDiscoveryFilter",
    signature: "a{sv}",
    body: [{ Transport: new Variant("s", "le") }],
  });
  await call("/org/bluez/hci0", "Adapter1", "StartDiscovery");
  const device = await findPath(bus, "Device1", () => true);
  await call("/org/bluez/hci0", "Adapter1", "StopDiscovery");
  await call(device, "Device1", "Connect");
  const measurement = await findPath(
    bus,
    "GattCharacteristic1",
    ({ UUID }) => UUID === MEASUREMENT,
  );
  bus.connection.on("message", ({ path, member, body }) => {
    if (member !== "PropertiesChanged" || path !== measurement) return;
    const value = Object(body?.[1]).Value;
    if (!(value instanceof Uint8Array)) return;
    const timestamp = Date.now() / 1000;
    const metadata = { deviceName: "bikeraw" };
    client.publish(
      reportTopicOf("raw"),
      JSON.stringify({ value: value[1], unitName: "bpm", timestamp, metadata }),
      { qos: 1 },
    );
  });
  await bus.addMatch(
    `type='signal',member='PropertiesChanged',path='${measurement}'`,
  );
  await call(measurement, "GattCharacteristic1", "StartNotify");
}

/** Asks until an object is there. */
async function findPath(
  bus: MessageBus,
  name: string,
  fits: (properties: Readonly<Record<string, unknown>>) => boolean,
): Promise<string> {
  for (;;) {
    await using view = await bus.objects("org.bluez", "/");
    const found = Object.entries(view.filter(`org.bluez.${name}`))
      .find(([, properties]) => fits(properties));
    if (found) return found[0];
  }
}

if (import.meta.main) {
  const [way = "", broker = "", busAddress = ""] = Deno.args;
  const client = await connectRaw(broker);
  client.on("message", (topic) => {
    const { user, system } = process.cpuUsage();
    client.publish(`${topic}/result`, `${user + system}`);
  });
  await client.subscribeAsync(`${CPU_TOPIC}/${way}`);
  if (way === "raw") await runRaw(client, busAddress);
  else await runLayer(broker, busAddress);
}
