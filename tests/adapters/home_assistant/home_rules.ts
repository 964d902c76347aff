/**
 * The documented rules of Home Assistant's MQTT discovery, as a checker of
 * everything that was published.
 *
 * @module
 */

type Fields = Readonly<Record<string, unknown>>;

/** What a kind of entity must have and may have, besides what all have. */
interface Platform {
  readonly required: readonly string[];
  readonly allowed: readonly string[];
}

const COMMON = [
  "platform",
  "unique_id",
  "default_entity_id",
  "name",
  "icon",
  "entity_category",
  "enabled_by_default",
  "availability",
  "availability_mode",
  "qos",
];

const PLATFORMS: Readonly<Record<string, Platform>> = {
  sensor: {
    required: ["state_topic"],
    allowed: [
      "device_class",
      "unit_of_measurement",
      "state_class",
      "value_template",
      "expire_after",
      "suggested_display_precision",
      "force_update",
      "options",
    ],
  },
  "binary_sensor": {
    required: ["state_topic"],
    allowed: ["device_class", "value_template", "payload_on", "payload_off"],
  },
  number: {
    required: ["command_topic"],
    allowed: [
      "state_topic",
      "value_template",
      "min",
      "max",
      "step",
      "mode",
      "unit_of_measurement",
    ],
  },
  fan: {
    required: ["command_topic"],
    allowed: [
      "state_topic",
      "state_value_template",
      "percentage_command_topic",
      "percentage_state_topic",
      "percentage_value_template",
    ],
  },
  button: {
    required: ["command_topic"],
    allowed: ["payload_press", "device_class"],
  },
  event: {
    required: ["state_topic", "event_types"],
    allowed: ["device_class", "value_template"],
  },
};

/** Units and state classes that a class of sensors takes. */
const SENSOR_CLASSES: Readonly<
  Record<
    string,
    { readonly units: readonly string[]; readonly states: readonly string[] }
  >
> = {
  power: { units: ["W", "kW", "mW"], states: ["measurement"] },
  speed: { units: ["m/s", "km/h", "mph"], states: ["measurement"] },
  distance: {
    units: ["m", "km", "mi"],
    states: ["measurement", "total", "total_increasing"],
  },
  duration: {
    units: ["s", "min", "h", "d", "ms"],
    states: ["measurement", "total", "total_increasing"],
  },
  energy: {
    units: ["kJ", "kcal", "Wh", "kWh"],
    states: ["total", "total_increasing"],
  },
  battery: { units: ["%"], states: ["measurement"] },
  "signal_strength": { units: ["dBm", "dB"], states: ["measurement"] },
  timestamp: { units: [], states: [] },
  enum: { units: [], states: [] },
};

const BINARY_CLASSES = [
  "connectivity",
  "running",
  "battery",
  "problem",
  "moving",
];

/** Thirty entities take some 12 KB; brokers often allow no more than this. */
const MAX_BYTES = 32_768;

const ID = /^[a-zA-Z0-9_-]+$/;

/**
 * Checks one retained discovery message.
 *
 * @param topic Its topic.
 * @param text Its payload.
 * @returns What is wrong with it.
 */
export function checkDiscovery(topic: string, text: string): readonly string[] {
  const mistakes: string[] = [];
  const check = (isRight: boolean, what: string) => {
    if (!isRight) mistakes.push(`${topic}: ${what}`);
  };
  const [prefix, component, id = "", config] = topic.split("/");
  check(
    prefix === "homeassistant" && config === "config",
    "is no discovery topic",
  );
  check(component === "device" && ID.test(id), "names no device");
  check(new TextEncoder().encode(text).length <= MAX_BYTES, "is too long");
  const { device, origin, components, ...rest } = record(JSON.parse(text));
  check(Object.keys(rest).length === 0, `has ${Object.keys(rest)}`);
  check(typeof record(origin)["name"] === "string", "has no origin");
  const { identifiers, name } = record(device);
  check(
    Array.isArray(identifiers) && identifiers.includes(id),
    "has no identifier",
  );
  check(typeof name === "string", "has a device without a name");
  const entries = Object.entries(record(components));
  check(entries.length > 0, "has no components");
  for (const [key, value] of entries) {
    for (const mistake of checkComponent(record(value))) {
      mistakes.push(`${topic} ${key}: ${mistake}`);
    }
  }
  return mistakes;
}

function checkComponent(fields: Fields): readonly string[] {
  const mistakes: string[] = [];
  const check = (isRight: boolean, what: string) => {
    if (!isRight) mistakes.push(what);
  };
  const { platform, unique_id: uniqueId, default_entity_id: entityId } = fields;
  const kind = PLATFORMS[String(platform)];
  if (!kind) return [`${platform} is no platform`];
  const known = [...COMMON, ...kind.required, ...kind.allowed];
  for (const key of Object.keys(fields)) {
    check(known.includes(key), `${key} is unknown`);
  }
  for (const key of kind.required) check(key in fields, `${key} is missing`);
  check(typeof uniqueId === "string" && ID.test(uniqueId), "has no unique_id");
  check(
    typeof entityId === "string" &&
      new RegExp(`^${platform}\\.[a-z0-9_]+$`).test(
        entityId,
      ),
    `default_entity_id ${entityId}`,
  );
  checkAvailability(fields, check);
  for (const key of ["state_topic", "command_topic"]) {
    const topic = fields[key];
    check(
      topic === undefined || (typeof topic === "string" && !/[+#]/.test(topic)),
      key,
    );
  }
  if (platform === "sensor") checkSensor(fields, check);
  if (platform === "binary_sensor") {
    check(
      BINARY_CLASSES.includes(String(fields["device_class"])),
      "device_class",
    );
  }
  if (platform === "number") {
    const { min, max, step } = fields;
    check(Number(min) < Number(max) && Number(step) >= 0.001, "range");
  }
  return mistakes;
}

type Check = (isRight: boolean, what: string) => void;

function checkAvailability(fields: Fields, check: Check): void {
  const { availability, availability_mode: mode } = fields;
  check(mode === "all", "availability_mode");
  const list = Array.isArray(availability) ? availability.map(record) : [];
  check(list.length >= 1, "has no availability");
  for (const { topic, value_template: template } of list) {
    check(
      typeof topic === "string" && !/[+#]/.test(topic),
      "availability topic",
    );
    check(/^\{\{.*\}\}$/.test(String(template)), "availability template");
  }
}

function checkSensor(fields: Fields, check: Check): void {
  const {
    device_class: deviceClass,
    unit_of_measurement: unit,
    state_class: stateClass,
    expire_after: expireAfter,
  } = fields;
  check(
    expireAfter === undefined || Number.isInteger(expireAfter),
    "expire_after",
  );
  if (deviceClass === undefined) {
    check(
      stateClass === undefined || stateClass === "measurement",
      "state_class",
    );
    return;
  }
  const rule = SENSOR_CLASSES[String(deviceClass)];
  if (!rule) return check(false, `device_class ${deviceClass}`);
  check(
    rule.units.length === 0
      ? unit === undefined
      : rule.units.includes(String(unit)),
    `unit ${unit} of ${deviceClass}`,
  );
  check(
    stateClass === undefined || rule.states.includes(String(stateClass)),
    `state_class ${stateClass} of ${deviceClass}`,
  );
}

function record(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Checks that ids are unique over all messages, and that each refers to a
 * device that is there.
 *
 * @param messages Discovery payloads by topic.
 * @returns What is wrong with them.
 */
export function checkTogether(
  messages: ReadonlyMap<string, string>,
): readonly string[] {
  const devices = new Set<unknown>();
  const vias = new Set<unknown>();
  const ids: unknown[] = [];
  for (const text of messages.values()) {
    const { device, components } = record(JSON.parse(text));
    const { identifiers, via_device: via } = record(device);
    if (Array.isArray(identifiers)) {
      identifiers.forEach((id) => devices.add(id));
    }
    if (via !== undefined) vias.add(via);
    for (const component of Object.values(record(components))) {
      ids.push(record(component)["unique_id"]);
    }
  }
  return [
    ...[...vias].filter((via) => !devices.has(via)).map((via) =>
      `no device ${via}`
    ),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) =>
      `twice ${id}`
    ),
  ];
}
