/**
 * From a configuration to a bike that can be run.
 *
 * @module
 */
import { bikeOptionsOf } from "#lib/config/bike_options.ts";
import type { Configuration } from "#lib/config/configuration.ts";
import type { PanelRider } from "#lib/bike/remote_bike.ts";
import type { ConfiguredDevice } from "#lib/config/devices.ts";
import type { Config } from "#lib/config/schema.ts";
import type { DriverSetup } from "#lib/driver/driver_host.ts";
import type { TopicSettings } from "./bike_adapters.ts";
import type { BrokerSettings } from "./broker_settings.ts";
import type { BikeSettings } from "./run_bike.ts";

/**
 * What a bike is made of.
 *
 * @returns The settings of `runBike`.
 */
export function bikeSettingsOf(
  configuration: Configuration,
  broker: BrokerSettings,
): BikeSettings {
  const { config, devices } = configuration;
  return {
    broker,
    topics: topicSettingsOf(config),
    drivers: devices.map(toSetup),
    bike: bikeOptionsOf(configuration),
    rider: riderOf(config),
    hasObject: config.bike.object,
    objectId: config.bike.objectId,
  };
}

/** What others have to know of the rider to show zones. */
export function riderOf({ rider }: Config): PanelRider | undefined {
  const { ftpWatts, zonesPercent } = rider;
  return ftpWatts === undefined
    ? undefined
    : { ftpWatts, zonesPercent: Object.values(zonesPercent) };
}

/**
 * How a bike is shown on its topics.
 *
 * @returns The same for the adapter.
 */
export function topicSettingsOf(
  { bike: { id, name }, topics, broker: { qos } }: Config,
): TopicSettings {
  const { decimal, aliases, legacyCommands, turnTopics, idle } = topics;
  return {
    decimal,
    aliases,
    legacyCommands,
    turnTopics,
    idle,
    bikeId: id,
    ...(name !== undefined && { deviceName: name }),
    qos,
  };
}

/**
 * A device as the driver host takes it.
 *
 * @returns Its driver, id and options.
 */
export function toSetup(
  { definition, id, options }: ConfiguredDevice,
): DriverSetup & { readonly id: string } {
  const values = [...options].map(([name, { value }]) => [name, value]);
  return { definition, id, options: Object.fromEntries(values) };
}

/** Options that select a device of this machine. */
const PLACES = ["address", "name-prefix", "adapter"];

/**
 * The same devices in an imitated world, where whichever fits will do.
 *
 * @param configuration Devices of this machine.
 * @returns The configuration without the options that name devices, but for those of the command line.
 */
export function withoutPlaces(configuration: Configuration): Configuration {
  const devices = configuration.devices.map((device): ConfiguredDevice => {
    const kept = [...device.options].filter(([name, { origin }]) =>
      origin.kind === "option" || !PLACES.includes(name)
    );
    return { ...device, options: new Map(kept) };
  });
  return { ...configuration, devices };
}
