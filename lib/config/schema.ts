/**
 * All settings but those of devices. The type of the configuration, the check
 * of the file, its JSON Schema, the file that `init` writes, the variables, the
 * options and their help follow from it; a new setting is a line here.
 *
 * @module
 */
import { PACE } from "#lib/bike/actuators.ts";
import { HARD_LIMITS, LIMIT_NAMES, type LimitName } from "#lib/bike/limits.ts";
import { STALE_AFTER_MS } from "#lib/bike/staleness.ts";
import { CHANNELS, METRIC_NAMES } from "#lib/bike/values.ts";
import { LOG_FORMATS, LOG_LEVELS } from "#lib/base/logger.ts";
import { dashboard, homeAssistant } from "./view_schema.ts";
import { broker, embeddedBroker } from "./broker_schema.ts";
import { listenAddress } from "./listen_address.ts";
import { gears, history, loops, rider, rides } from "./ride_schema.ts";
import {
  choice,
  flag,
  group,
  groupOf,
  type Infer,
  milliseconds,
  number,
  text,
} from "./setting.ts";

const bike = group({
  id: text({
    summary: "id of the bike in its topics",
    pattern: "[A-Za-z0-9_-]{1,64}",
    expected: "1 to 64 letters, digits, _ or -",
    default: "000001",
    variables: ["DEVICE_ID"],
    option: "--bike <id>",
  }),
  name: text({
    summary: "name of this computer in reports",
    fallback: "bike and the id",
  }),
  object: flag({
    summary: "publish the bike as smartbike.Bike for ApiGear clients",
    default: true,
    option: "--without-object",
    optionSummary: "leave out smartbike.Bike, the object for ApiGear clients",
  }),
  objectId: text({
    summary:
      "identity of smartbike.Bike in front of ApiGear's topics, such as bike/000001",
    pattern: "[A-Za-z0-9_.-]{1,64}(/[A-Za-z0-9_.-]{1,64}){0,7}",
    expected: "letters, digits, _, . or -, in levels with a slash between",
    fallback: "none; bike/ and the id where another bike is on the broker",
    option: "--object <id>",
  }),
  holdMs: milliseconds({
    summary: "how long a command blocks those of lower priority",
    default: 10_000,
  }),
});

const bluetooth = group({
  powerOn: flag({
    summary:
      "switch Bluetooth radios on that are off, unless rfkill blocks them",
    default: false,
    option: "--power-on",
  }),
});

const topics = group({
  compatible: choice(["none", "redback"], {
    summary:
      "redback changes the defaults to what the apps of the Redback programs need: decimal always, and aliases, legacyCommands and turnTopics on",
    default: "none",
    option: "--compatible <system>",
    optionSummary:
      "redback publishes and accepts all that the apps of the Redback programs use: decimal points, older names, Turn topics",
  }),
  decimal: choice(["auto", "always"], {
    summary:
      "always writes a decimal point, which the Flutter app needs; auto where the Redback programs did",
    default: "auto",
    option: "--decimal <style>",
  }),
  aliases: flag({
    summary:
      "publish values on the older names bike/ID/speed, fan/status and so on too",
    default: true,
    option: "--without-aliases",
    optionSummary:
      "leave out the older names bike/ID/speed, fan/status and so on",
  }),
  legacyCommands: flag({
    summary: "accept commands on bike/ID/incline, resistance and fan too",
    default: false,
    option: "--legacy-commands",
  }),
  turnTopics: flag({
    summary: "publish buttons on Turn/Left and Turn/Right too",
    default: false,
    option: "--turn-topics",
  }),
  idle: group({
    repeatMs: milliseconds({
      summary: "time between two reports of the same value",
      default: 1000,
    }),
    maxZeros: number({
      summary: "after so many zeros in a row a value counts as idle",
      min: 1,
      max: 1_000_000,
      isInteger: true,
      default: 10,
    }),
    idleRepeatMs: milliseconds({
      summary: "time between two reports of an idle value",
      default: 30_000,
    }),
  }),
}, { title: "Topics:" });

const limits = groupOf(LIMIT_NAMES, (name) => {
  const { min, max } = HARD_LIMITS[name];
  return group({
    min: number({
      summary: "the smallest value that is allowed",
      min,
      max,
      default: min,
    }),
    max: number({
      summary: "the largest value that is allowed",
      min,
      max,
      default: max,
    }),
  });
});

const safeValue = (name: LimitName) =>
  number({
    summary: "value to return to when the controller is lost",
    fallback: "it stays",
    min: HARD_LIMITS[name].min,
    max: HARD_LIMITS[name].max,
  });

const failSafe = group({
  afterMs: milliseconds({
    summary: "how long to wait for a lost controller",
    default: 5000,
  }),
  afterDeviceLoss: flag({
    summary: "also after a device was away",
    default: false,
  }),
  values: group({
    inclinePercent: safeValue("inclinePercent"),
    resistancePercent: safeValue("resistancePercent"),
    fanPercent: safeValue("fanPercent"),
    targetPowerWatts: safeValue("targetPowerWatts"),
    simulation: groupOf([
      "gradePercent",
      "windSpeedMetersPerSecond",
      "rollingResistanceCoefficient",
      "windResistanceKgPerMeter",
    ], safeValue),
  }),
});

const staleAfterMs = groupOf(METRIC_NAMES, (name) => {
  const usual = STALE_AFTER_MS[name];
  return milliseconds({
    summary: "how old the value may become",
    default: Number.isFinite(usual) ? usual : undefined,
  });
}, { isRare: true });

const pace = groupOf(CHANNELS, (channel) =>
  group({
    minIntervalMs: milliseconds({
      summary: "least time between the starts of two commands",
      min: 0,
      default: PACE[channel].minIntervalMs,
    }),
    maxAgeMs: milliseconds({
      summary: "how old a command may be when its turn comes",
      default: PACE[channel].maxAgeMs,
    }),
    timeoutMs: milliseconds({
      summary: "how long the device may take to answer",
      default: PACE[channel].timeoutMs,
    }),
  }), { isRare: true });

const log = group({
  level: choice(LOG_LEVELS, {
    summary: "the least severe records that the program of the bike logs",
    default: "info",
    option: "--log-level <level>",
    optionSummary: "least severe level of log records on stderr",
  }),
  format: choice(LOG_FORMATS, {
    summary: "log records as text or as JSON; auto is text on a terminal",
    default: "auto",
    option: "--log-format <format>",
  }),
});

const health = group({
  intervalMs: milliseconds({
    summary: "time between two reports on bike/ID/health",
    min: 1000,
    default: 60_000,
  }),
});

const metrics = group({
  listen: listenAddress({
    summary: "serve metrics for Prometheus on host:port, host or port",
    fallback: "no metrics are served",
    defaultPort: 9464,
    option: "--metrics <address>",
  }),
});

/** All settings but those of devices, in the order in which they are shown. */
export const SCHEMA = group({
  bike,
  broker,
  embeddedBroker,
  bluetooth,
  topics,
  limits,
  failSafe,
  staleAfterMs,
  pace,
  log,
  health,
  metrics,
  dashboard,
  homeAssistant,
  history,
  rider,
  rides,
  loops,
  gears,
});

/**
 * All that is configured but devices, for example
 * `config.topics.idle.repeatMs`: what was given, else the defaults.
 */
export type Config = Infer<typeof SCHEMA>;

/** The groups and settings, for commands that take some of them as options. */
export const { members: SETTINGS } = SCHEMA;
