/**
 * From a configuration to a bike that can be run.
 *
 * @module
 */
import { bikeOptionsOf } from "#lib/config/bike_options.ts";
import type { Configuration } from "#lib/config/configuration.ts";
import type { FileDevice } from "#lib/config/file_devices.ts";
import type { Settings } from "#lib/config/settings.ts";
import type { DriverSetup } from "#lib/driver/driver_host.ts";
import type { Qos } from "#lib/mqtt/endpoint.ts";
import type { TopicSettings } from "../bike_adapters.ts";
import type { BrokerSettings } from "../options/broker_options.ts";
import type { BikeSettings } from "./run_bike.ts";

/**
 * What a bike is made of.
 *
 * @param configuration The configuration.
 * @param broker The broker it is shown on.
 * @returns The settings of `runBike`.
 */
export function bikeSettingsOf(
  { settings, devices }: Configuration,
  broker: BrokerSettings,
): BikeSettings {
  return {
    broker,
    topics: topicSettingsOf(settings),
    drivers: devices.map(toSetup),
    bike: bikeOptionsOf(settings),
    hasObject: settings.flag("bike.object"),
  };
}

/**
 * How a bike is shown on its topics.
 *
 * @param settings The settings.
 * @returns The same for the adapter.
 */
export function topicSettingsOf(settings: Settings): TopicSettings {
  const deviceName = settings.text("bike.name");
  return {
    bikeId: settings.text("bike.id") ?? "",
    ...(deviceName !== undefined && { deviceName }),
    decimal: settings.text("topics.decimal") === "always" ? "always" : "auto",
    aliases: settings.flag("topics.aliases"),
    legacyCommands: settings.flag("topics.legacyCommands"),
    turnTopics: settings.flag("topics.turnTopics"),
    qos: toQos(settings.number("broker.qos")),
    idle: idleOf(settings),
  };
}

/**
 * A device as the driver host takes it.
 *
 * @param device The device.
 * @returns Its driver, id and options.
 */
export function toSetup(
  { definition, id, options }: FileDevice,
): DriverSetup & { readonly id: string } {
  const values = [...options].map(([name, { value }]) => [name, value]);
  return { definition, id, options: Object.fromEntries(values) };
}

function idleOf(settings: Settings): TopicSettings["idle"] & object {
  const repeatMs = settings.number("topics.idle.repeatMs");
  const maxZeros = settings.number("topics.idle.maxZeros");
  const idleRepeatMs = settings.number("topics.idle.idleRepeatMs");
  return {
    ...(repeatMs !== undefined && { repeatMs }),
    ...(maxZeros !== undefined && { maxZeros }),
    ...(idleRepeatMs !== undefined && { idleRepeatMs }),
  };
}

function toQos(number: number | undefined): Qos {
  return number === 0 || number === 2 ? number : 1;
}
