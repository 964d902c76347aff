/**
 * Discovery messages: one for the bike, one for each of its devices.
 *
 * @module
 */
import type { DeviceStatus } from "#lib/bike/device.ts";
import {
  bikeComponents,
  common,
  type Component,
  type ComponentContext,
  type Components,
  program,
} from "./components.ts";
import type { HomeNames } from "./names.ts";

/** Who sends the messages. */
export interface DiscoveryOrigin {
  /** Version of the program. */
  readonly version: string;
  /** Where a person can look at the bike: the dashboard. */
  readonly url?: string | undefined;
}

/** A discovery message. */
interface Discovery {
  /** Topic name. */
  readonly topic: string;
  /** The payload. */
  readonly payload: string;
}

/** Announces the bike itself. */
export function bikeDiscovery(
  context: ComponentContext,
  origin: DiscoveryOrigin,
): Discovery {
  const { names } = context;
  return announce(names, names.bike, {
    device: {
      identifiers: [names.bike],
      name: `Bike ${names.bikeId}`,
      manufacturer: "smartbike",
      model: "Smart bike",
      sw_version: origin.version,
      ...(origin.url && { configuration_url: origin.url }),
    },
    components: bikeComponents(context),
  }, origin);
}

/**
 * Announces a strap, a trainer or a fan as a device of its own.
 *
 * @param options Whether it can be calibrated, and who sends the message.
 */
export function deviceDiscovery(
  names: HomeNames,
  { device }: DeviceStatus,
  options: { readonly canCalibrate: boolean; readonly origin: DiscoveryOrigin },
): Discovery {
  const id = names.device(device);
  const { canCalibrate, origin } = options;
  const components = deviceComponents(names, device, canCalibrate);
  return announce(names, id, {
    device: {
      identifiers: [id],
      name: device,
      via_device: names.bike,
    },
    components,
  }, origin);
}

function deviceComponents(
  names: HomeNames,
  device: string,
  canCalibrate: boolean,
): Components {
  const id = names.device(device);
  const key = (name: string) => `${id.slice(names.bike.length + 1)}_${name}`;
  const isThere = {
    topic: names.topics.device(device),
    "value_template": "{{ value_json.state }}",
  };
  const diagnostic = (platform: string, name: string, text: string) => ({
    ...common(names, platform, key(name), text),
    state_topic: names.deviceState(device),
    entity_category: "diagnostic",
    availability: [program(names), isThere],
  });
  const sensor = (name: string, text: string, more: object): Component => ({
    ...diagnostic("sensor", name, text),
    value_template: `{{ value_json.${name} }}`,
    ...more,
  });
  return {
    connection: {
      ...diagnostic("binary_sensor", "connection", "Connection"),
      device_class: "connectivity",
      value_template: "{{ 'ON' if value_json.is_connected else 'OFF' }}",
      // It says itself that the device is gone.
      availability: [program(names)],
    },
    battery: sensor("battery", "Battery", {
      device_class: "battery",
      unit_of_measurement: "%",
      state_class: "measurement",
    }),
    signal: sensor("signal", "Signal", {
      device_class: "signal_strength",
      unit_of_measurement: "dBm",
      state_class: "measurement",
    }),
    last_seen: {
      ...sensor("last_seen", "Last seen", { device_class: "timestamp" }),
      availability: [program(names)],
    },
    ...(canCalibrate && {
      calibrate: {
        ...calibrate(common(names, "button", key("calibrate"), "Calibrate")),
        command_topic: names.command("calibrate"),
        payload_press: JSON.stringify({ device }),
        entity_category: "config",
        availability: [program(names), isThere],
      },
    }),
  };
}

function calibrate(component: Component): Component {
  const { state_topic: _, ...rest } = component;
  return rest;
}

function announce(
  names: HomeNames,
  id: string,
  content: object,
  { version }: DiscoveryOrigin,
): Discovery {
  return {
    topic: names.config(id),
    payload: JSON.stringify({
      ...content,
      origin: { name: "smartbike", sw_version: version },
    }),
  };
}
