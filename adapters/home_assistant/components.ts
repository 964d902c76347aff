/**
 * The entities of a bike: their classes and units are those that Home Assistant
 * takes together.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { SteppedRange } from "#lib/bike/limits.ts";
import type { HomeNames } from "./names.ts";

/** One entity of a discovery message. */
export type Component = Readonly<Record<string, unknown>>;

/** Entities by key. */
export type Components = Readonly<Record<string, Component>>;

/** After so many seconds without a message a live value is not available. */
const EXPIRE_SECONDS = 10;

interface SensorKind {
  readonly key: string;
  readonly name: string;
  readonly unit?: string;
  readonly class?: string;
  readonly stateClass?: "measurement" | "total_increasing";
  readonly icon?: string;
  readonly digits?: number;
  readonly category?: "diagnostic";
  readonly isEnabled?: boolean;
  /** Whether a value that is not repeated is old. */
  readonly expires?: boolean;
}

/** What a rider does, and what the ride adds up to. */
const SENSORS: readonly SensorKind[] = [
  {
    key: "power",
    name: "Power",
    unit: "W",
    class: "power",
    stateClass: "measurement",
    digits: 0,
    expires: true,
  },
  {
    key: "cadence",
    name: "Cadence",
    unit: "rpm",
    stateClass: "measurement",
    icon: "mdi:rotate-right",
    digits: 0,
    expires: true,
  },
  {
    key: "heart_rate",
    name: "Heart rate",
    unit: "bpm",
    stateClass: "measurement",
    icon: "mdi:heart-pulse",
    digits: 0,
    expires: true,
  },
  {
    key: "speed",
    name: "Speed",
    unit: "km/h",
    class: "speed",
    stateClass: "measurement",
    digits: 1,
    expires: true,
  },
  {
    key: "distance",
    name: "Ride distance",
    unit: "km",
    class: "distance",
    stateClass: "total_increasing",
    digits: 2,
  },
  {
    key: "duration",
    name: "Ride time",
    unit: "s",
    class: "duration",
    stateClass: "total_increasing",
    digits: 0,
  },
  {
    key: "average_power",
    name: "Ride average power",
    unit: "W",
    class: "power",
    stateClass: "measurement",
    digits: 0,
  },
  // What a rider does is not the house's energy, unless somebody wants it there.
  {
    key: "work",
    name: "Ride work",
    unit: "kJ",
    class: "energy",
    stateClass: "total_increasing",
    digits: 1,
    isEnabled: false,
  },
  {
    key: "refusal",
    name: "Last refusal",
    icon: "mdi:alert-circle-outline",
    category: "diagnostic",
  },
];

/** What Home Assistant sets as a number. */
export const NUMBERS = [
  {
    key: "incline",
    name: "Incline",
    actuator: "inclinePercent",
    unit: "%",
    icon: "mdi:slope-uphill",
  },
  {
    key: "resistance",
    name: "Resistance",
    actuator: "resistancePercent",
    unit: "%",
    icon: "mdi:car-brake-alert",
  },
  {
    key: "target_power",
    name: "Target power",
    actuator: "targetPowerWatts",
    unit: "W",
    icon: "mdi:target",
  },
] as const;

/** What the parts of a discovery message have to know. */
export interface ComponentContext {
  /** Topics and ids. */
  readonly names: HomeNames;
  /** The bike. */
  readonly bike: Bike;
}

/**
 * The entities of the bike itself.
 *
 * @returns The entities by key.
 */
export function bikeComponents(context: ComponentContext): Components {
  const { names, bike } = context;
  return Object.fromEntries([
    ...SENSORS.map((kind) => [kind.key, sensor(names, kind)] as const),
    ["riding", {
      ...common(names, "binary_sensor", "riding", "Riding"),
      device_class: "running",
      value_template: "{{ 'ON' if value_json.riding else 'OFF' }}",
      availability: [program(names)],
    }] as const,
    ...NUMBERS.map((kind) =>
      [
        kind.key,
        number(names, kind, bike.limits.get(kind.actuator)),
      ] as const
    ),
    ["fan", fan(names)] as const,
    ["stop", {
      ...withoutState(common(names, "button", "stop", "Stop")),
      command_topic: names.command("stop"),
      icon: "mdi:stop-circle",
      availability: [program(names)],
    }] as const,
    ...[...new Set(bike.buttons.map(({ button }) => button))].map((button) =>
      eventOf(names, button)
    ),
  ]);
}

/** Whether the program that runs the bike is there. */
export function program(names: HomeNames): object {
  return {
    topic: names.topics.availability,
    value_template: "{{ value_json.state }}",
  };
}

/** What every entity has. */
export function common(
  names: HomeNames,
  platform: string,
  key: string,
  name: string,
): Component {
  return {
    platform,
    unique_id: `${names.bike}_${key}`,
    default_entity_id: `${platform}.${entityName(names.bikeId, key)}`,
    name,
    state_topic: names.state,
    availability_mode: "all",
  };
}

/** Letters, digits and `_` are all that stands in the id of an entity. */
function entityName(bikeId: string, key: string): string {
  return `bike_${bikeId}_${key}`.toLowerCase().replaceAll(/[^a-z0-9_]+/g, "_");
}

function withoutState(component: Component): Component {
  const { state_topic: _, ...rest } = component;
  return rest;
}

/** A value that there is none of is not available, rather than unknown. */
function present(names: HomeNames, key: string): object {
  return {
    topic: names.state,
    value_template:
      `{{ 'online' if value_json.${key} is not none else 'offline' }}`,
  };
}

function sensor(names: HomeNames, kind: SensorKind): Component {
  const { key, unit, stateClass, icon, digits, category } = kind;
  const isOptional = kind.expires || key === "average_power";
  return {
    ...common(names, "sensor", key, kind.name),
    value_template: `{{ value_json.${key} }}`,
    availability: [program(names), ...isOptional ? [present(names, key)] : []],
    ...(kind.class && { device_class: kind.class }),
    ...(unit && { unit_of_measurement: unit }),
    ...(stateClass && { state_class: stateClass }),
    ...(icon && { icon }),
    ...(digits !== undefined && { suggested_display_precision: digits }),
    ...(category && { entity_category: category }),
    ...(kind.isEnabled === false && { enabled_by_default: false }),
    ...(kind.expires && { expire_after: EXPIRE_SECONDS }),
  };
}

function number(
  names: HomeNames,
  { key, name, unit, icon }: (typeof NUMBERS)[number],
  { min, max, step = 1 }: SteppedRange,
): Component {
  return {
    ...common(names, "number", key, name),
    command_topic: names.command(key),
    value_template: `{{ value_json.${key} }}`,
    availability: [program(names), settable(names, key)],
    min,
    max,
    step,
    mode: key === "target_power" ? "box" : "slider",
    unit_of_measurement: unit,
    icon,
  };
}

/** Whether a device is there that carries the command out. */
function settable(names: HomeNames, key: string): object {
  return {
    topic: names.state,
    value_template: `{{ 'online' if value_json.can_${key} else 'offline' }}`,
  };
}

function fan(names: HomeNames): Component {
  return {
    ...common(names, "fan", "fan", "Fan"),
    command_topic: names.command("fan"),
    state_value_template: "{{ 'ON' if (value_json.fan or 0) > 0 else 'OFF' }}",
    percentage_command_topic: names.command("fan_percentage"),
    percentage_state_topic: names.state,
    percentage_value_template: "{{ value_json.fan }}",
    availability: [program(names), settable(names, "fan")],
  };
}

function eventOf(names: HomeNames, button: string): [string, Component] {
  const topic = names.button(button);
  const key = `button_${topic.slice(topic.lastIndexOf("/") + 1)}`;
  return [key, {
    ...common(names, "event", key, `Button ${button}`),
    state_topic: topic,
    device_class: "button",
    event_types: ["press", "release"],
    availability: [program(names)],
  }];
}
