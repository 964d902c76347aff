/**
 * All settings but those of devices: the one table from which checks, schema,
 * help and defaults follow. A new setting is a row here.
 *
 * @module
 */
import { PACE } from "#lib/bike/actuators.ts";
import {
  actuatorOf,
  HARD_LIMITS,
  LIMIT_NAMES,
  type LimitName,
} from "#lib/bike/limits.ts";
import { STALE_AFTER_MS } from "#lib/bike/staleness.ts";
import { CHANNELS, METRIC_NAMES } from "#lib/bike/values.ts";
import { LOG_FORMATS, LOG_LEVELS } from "#lib/base/logger.ts";
import type { SettingDefinition } from "./setting.ts";

/** The longest time that a timer takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

const LISTEN = {
  type: "text",
  pattern: "\\d{1,5}|(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9_.-]+)?(:\\d{1,5})?",
  expected: "host:port, host or port, such as 127.0.0.1:1883",
} as const;

const TIME = {
  type: "number",
  min: 1,
  max: LONGEST_MS,
  isInteger: true,
} as const;

const BIKE: readonly SettingDefinition[] = [
  {
    path: "bike.id",
    summary: "id of the bike in its topics",
    type: "text",
    pattern: "[A-Za-z0-9_-]{1,64}",
    expected: "1 to 64 letters, digits, _ or -",
    default: "000001",
    variables: ["DEVICE_ID"],
    option: "bike",
  },
  {
    path: "bike.name",
    summary: "name of this computer in reports (default: bike and the id)",
    type: "text",
  },
  {
    path: "bike.object",
    summary:
      "show it as smartbike.Bike to ApiGear clients; all bikes on a broker would share that object",
    type: "flag",
    default: true,
    option: "without-object",
    isOptionInverted: true,
  },
  {
    path: "bike.holdMs",
    summary:
      "how long a command keeps those of lower priority away, in milliseconds",
    ...TIME,
    default: 10_000,
  },
];

const BROKER: readonly SettingDefinition[] = [
  {
    path: "broker.address",
    summary:
      "host, host:port, or a URL of scheme mqtt, mqtts, ws or wss (default: the embedded broker, else localhost:1883)",
    type: "text",
    variables: ["MQTT_HOSTNAME", "MQTT_HOST"],
    option: "broker",
  },
  {
    path: "broker.username",
    summary: "account name",
    type: "text",
    variables: ["MQTT_USERNAME", "MQTT_USER"],
    option: "username",
  },
  {
    path: "broker.password",
    summary: "password of the account; in the environment only",
    type: "text",
    variables: ["MQTT_PASSWORD"],
    advice: "passwordFile, or passwordEnv with the name of a variable",
  },
  {
    path: "broker.passwordFile",
    summary: "file that holds the password, one line",
    type: "text",
    option: "password-file",
  },
  {
    path: "broker.passwordEnv",
    summary: "variable of the environment that holds the password",
    type: "text",
    pattern: "[A-Za-z_][A-Za-z0-9_]*",
    expected: "the name of a variable, not the password itself",
  },
  {
    path: "broker.protocol",
    summary: "MQTT version; auto is 5, and 3.1.1 where 5 is refused",
    type: "text",
    choices: ["5", "3.1.1", "auto"],
    default: "auto",
    option: "protocol",
  },
  {
    path: "broker.qos",
    summary: "quality of service of the bike's topics",
    type: "number",
    min: 0,
    max: 2,
    isInteger: true,
    default: 1,
  },
  {
    path: "broker.tls.ca",
    summary: "file of certificates to trust instead of the system's, in PEM",
    type: "text",
    option: "ca",
  },
  {
    path: "broker.tls.cert",
    summary: "file of the own certificate, in PEM",
    type: "text",
    option: "cert",
  },
  {
    path: "broker.tls.key",
    summary: "file of the own private key, in PEM",
    type: "text",
    option: "key",
  },
  {
    path: "broker.tls.insecure",
    summary: "accept any certificate; for a laboratory only",
    type: "flag",
    default: false,
    option: "insecure",
  },
];

const EMBEDDED_BROKER: readonly SettingDefinition[] = [
  {
    path: "embeddedBroker.listen",
    summary:
      "run a broker in this program too, on host:port, host or port (default: none)",
    ...LISTEN,
  },
  {
    path: "embeddedBroker.username",
    summary: "the only account that it lets in (default: everybody)",
    type: "text",
  },
  {
    path: "embeddedBroker.password",
    summary: "password of that account; never in this file",
    type: "text",
    advice: "passwordFile, or passwordEnv with the name of a variable",
  },
  {
    path: "embeddedBroker.passwordFile",
    summary: "file that holds its password, one line",
    type: "text",
  },
  {
    path: "embeddedBroker.passwordEnv",
    summary: "variable of the environment that holds its password",
    type: "text",
    pattern: "[A-Za-z_][A-Za-z0-9_]*",
    expected: "the name of a variable, not the password itself",
  },
];

const BLUETOOTH: readonly SettingDefinition[] = [
  {
    path: "bluetooth.powerOn",
    summary: "put radios on that are off, but none that rfkill blocks",
    type: "flag",
    default: false,
    option: "power-on",
  },
];

const TOPICS: readonly SettingDefinition[] = [
  {
    path: "topics.decimal",
    summary:
      "always writes a decimal point, which the Flutter app needs; auto where the first programs did",
    type: "text",
    choices: ["auto", "always"],
    default: "auto",
    option: "decimal",
  },
  {
    path: "topics.aliases",
    summary: "tell values on the older names bike/ID/speed and so on too",
    type: "flag",
    default: true,
    option: "without-aliases",
    isOptionInverted: true,
  },
  {
    path: "topics.legacyCommands",
    summary: "take commands on bike/ID/incline, resistance and fan too",
    type: "flag",
    default: false,
    option: "legacy-commands",
  },
  {
    path: "topics.turnTopics",
    summary: "tell buttons on Turn/Left and Turn/Right too",
    type: "flag",
    default: false,
    option: "turn-topics",
  },
  {
    path: "topics.idle.repeatMs",
    summary: "time between two reports of the same value, in milliseconds",
    ...TIME,
    default: 1000,
  },
  {
    path: "topics.idle.maxZeros",
    summary: "after so many zeros in a row a value counts as idle",
    type: "number",
    min: 1,
    max: 1_000_000,
    isInteger: true,
    default: 10,
  },
  {
    path: "topics.idle.idleRepeatMs",
    summary: "time between two reports of an idle value, in milliseconds",
    ...TIME,
    default: 30_000,
  },
];

const FAIL_SAFE: readonly SettingDefinition[] = [
  {
    path: "failSafe.afterMs",
    summary: "how long to wait for a lost controller, in milliseconds",
    ...TIME,
    default: 5000,
  },
  {
    path: "failSafe.afterDeviceLoss",
    summary: "also after a device was away",
    type: "flag",
    default: false,
  },
];

const LOG: readonly SettingDefinition[] = [
  {
    path: "log.level",
    summary: "what is logged",
    type: "text",
    choices: LOG_LEVELS,
    default: "info",
    option: "log-level",
  },
  {
    path: "log.format",
    summary: "lines for people, or JSON; auto is text on a terminal",
    type: "text",
    choices: LOG_FORMATS,
    default: "auto",
    option: "log-format",
  },
];

const WATCHING: readonly SettingDefinition[] = [
  {
    path: "health.intervalMs",
    summary: "time between two reports on bike/ID/health, in milliseconds",
    ...TIME,
    min: 1000,
    default: 60_000,
  },
  {
    path: "metrics.listen",
    summary:
      "answer Prometheus on host:port, host or port (default: it is not answered)",
    ...LISTEN,
    option: "metrics",
  },
];

/** Every setting but those of devices, in the order in which they are shown. */
export const SETTINGS: readonly SettingDefinition[] = [
  ...BIKE,
  ...BROKER,
  ...EMBEDDED_BROKER,
  ...BLUETOOTH,
  ...TOPICS,
  ...LIMIT_NAMES.flatMap(limitSettings),
  ...FAIL_SAFE,
  ...LIMIT_NAMES.map(safeValue),
  ...METRIC_NAMES.map((name): SettingDefinition => ({
    path: `staleAfterMs.${name}`,
    summary: "how old the value may become, in milliseconds",
    ...TIME,
    ...(Number.isFinite(STALE_AFTER_MS[name]) &&
      { default: STALE_AFTER_MS[name] }),
  })),
  ...CHANNELS.flatMap((channel): readonly SettingDefinition[] => [
    {
      path: `pace.${channel}.minIntervalMs`,
      summary: "least time between the starts of two commands, in milliseconds",
      ...TIME,
      min: 0,
      default: PACE[channel].minIntervalMs,
    },
    {
      path: `pace.${channel}.maxAgeMs`,
      summary: "how old a command may be when its turn comes, in milliseconds",
      ...TIME,
      default: PACE[channel].maxAgeMs,
    },
    {
      path: `pace.${channel}.timeoutMs`,
      summary: "how long the device may take to answer, in milliseconds",
      ...TIME,
      default: PACE[channel].timeoutMs,
    },
  ]),
  ...LOG,
  ...WATCHING,
];

/**
 * Where the safe value of a limited number stands.
 *
 * @param name The number.
 * @returns Its path; numbers of the imitated road stand together.
 */
export function safeValuePath(name: LimitName): string {
  return actuatorOf(name) === "simulation"
    ? `failSafe.values.simulation.${name}`
    : `failSafe.values.${name}`;
}

function limitSettings(name: LimitName): readonly SettingDefinition[] {
  const { min, max } = HARD_LIMITS[name];
  return [
    {
      path: `limits.${name}.min`,
      summary: "the smallest value that is allowed",
      type: "number",
      min,
      max,
      default: min,
    },
    {
      path: `limits.${name}.max`,
      summary: "the largest value that is allowed",
      type: "number",
      min,
      max,
      default: max,
    },
  ];
}

function safeValue(name: LimitName): SettingDefinition {
  const { min, max } = HARD_LIMITS[name];
  return {
    path: safeValuePath(name),
    summary: "where it goes when its controller is lost (default: it stays)",
    type: "number",
    min,
    max,
  };
}
