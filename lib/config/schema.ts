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
import { dashboard, homeAssistant } from "./schema_of_views.ts";
import { listenAddress } from "./listen_address.ts";
import {
  choice,
  flag,
  group,
  groupOf,
  type Infer,
  level,
  milliseconds,
  number,
  path,
  secret,
  text,
} from "./setting.ts";

/** What to write into the file in the place of a password. */
const ADVICE = "passwordFile, or passwordEnv with the name of a variable";

const passwordEnv = () =>
  text({
    summary: "variable of the environment that holds the password",
    pattern: "[A-Za-z_][A-Za-z0-9_]*",
    expected: "the name of a variable, not the password itself",
  });

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

const broker = group({
  address: text({
    summary: "host, host:port, or a URL of scheme mqtt, mqtts, ws or wss",
    fallback: "the embedded broker, else localhost:1883",
    variables: ["MQTT_HOSTNAME", "MQTT_HOST"],
    option: "--broker <address>",
  }),
  username: text({
    summary: "account name",
    variables: ["MQTT_USERNAME", "MQTT_USER"],
    option: "--username <name>",
  }),
  password: secret({
    summary: "password of the account; in the environment only",
    variables: ["MQTT_PASSWORD"],
    advice: ADVICE,
  }),
  passwordFile: path({
    summary: "file that holds the password, one line",
    option: "--password-file <file>",
  }),
  passwordEnv: passwordEnv(),
  protocol: choice(["5", "3.1.1", "auto"], {
    summary: "MQTT version; auto is 5, and 3.1.1 where 5 is refused",
    default: "auto",
    option: "--protocol <version>",
  }),
  qos: level([0, 1, 2], {
    summary: "quality of service of the bike's topics",
    default: 1,
  }),
  tls: group({
    ca: path({
      summary: "file of certificates to trust instead of the system's, in PEM",
      option: "--ca <file>",
    }),
    cert: path({
      summary: "file of the own certificate, in PEM",
      option: "--cert <file>",
    }),
    key: path({
      summary: "file of the own private key, in PEM",
      option: "--key <file>",
    }),
    insecure: flag({
      summary: "accept any certificate; for a laboratory only",
      default: false,
      option: "--insecure",
    }),
  }),
}, { title: "Broker:" });

const embeddedBroker = group({
  listen: listenAddress({
    summary:
      "host:port, host or port on which this program runs a broker too; port 0 takes a free one",
    fallback: "no broker is run",
    defaultPort: 1883,
    option: "--listen <address>",
    optionSummary:
      "host:port, host or port to listen on; port 0 takes a free one",
  }),
  username: text({
    summary: "the only account that it accepts",
    fallback: "clients need no account",
    option: "--username <name>",
  }),
  password: secret({
    summary: "password of that account; never in this file",
    advice: ADVICE,
  }),
  passwordFile: path({
    summary: "file that holds the password of that account, one line",
    option: "--password-file <file>",
  }),
  passwordEnv: passwordEnv(),
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
      "always writes a decimal point, which the Flutter app needs; auto where the first programs did",
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
    summary: "what the program that runs the bike writes to its log",
    default: "info",
    option: "--log-level <level>",
    optionSummary: "the least severe log records that go to stderr",
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

/** Upper ends of the first six of seven power zones (Coggan's classic levels), in percent of FTP. */
const ZONE_ENDS = { z1: 55, z2: 75, z3: 90, z4: 105, z5: 120, z6: 150 };

const ZONES = ["z1", "z2", "z3", "z4", "z5", "z6"] as const;

const rider = group({
  ftpWatts: number({
    summary: "the rider's functional threshold power, in watts",
    fallback: "it is not known",
    min: 50,
    max: 600,
    option: "--ftp <watts>",
  }),
  intensityPercent: number({
    summary: "how hard workouts are ridden, in percent of what they say",
    min: 50,
    max: 150,
    default: 100,
    option: "--intensity <percent>",
  }),
  zonesPercent: groupOf(
    ZONES,
    (zone) =>
      number({
        summary: "upper end of the power zone, in percent of FTP",
        min: 1,
        max: 1000,
        default: ZONE_ENDS[zone],
      }),
    { isRare: true },
  ),
});

const rides = group({
  record: flag({
    summary: "record the rides of this bike",
    default: true,
    option: "--without-record",
    optionSummary: "leave out the record of this bike's rides",
  }),
  db: text({
    summary:
      "SQLite file, or postgres://user@host:port/name with the password in PGPASSWORD",
    fallback: "rides.db in the state folder",
    option: "--db <place>",
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
  rider,
  rides,
});

/**
 * All that is configured but devices, for example
 * `config.topics.idle.repeatMs`: what was given, else the defaults.
 */
export type Config = Infer<typeof SCHEMA>;

/** The groups and settings, for commands that take some of them as options. */
export const { members: SETTINGS } = SCHEMA;
