/**
 * Any device that sends lines: a number, a JSON object, or what a regular
 * expression finds. For the next Arduino, without a new driver.
 *
 * @module
 */
import {
  isSensorName,
  SENSOR_NAME_EXPECTED,
  SENSOR_NAME_PATTERN,
  type SensorField,
} from "#lib/bike/sensors.ts";
import { ConfigError } from "#lib/base/errors.ts";
import type {
  DriverDefinition,
  DriverOptionValues,
} from "#lib/driver/driver.ts";
import {
  compileLinePattern,
  type LinePattern,
  MAX_MATCHED_LENGTH,
} from "#lib/driver/line_pattern.ts";
import {
  lineError,
  parseNumberLine,
  serialDriver,
  type SerialSession,
} from "#lib/driver/serial_driver.ts";

/** Name of the sensor unless an option or the line says otherwise. */
const SENSOR = "serial";

/** The group of a pattern that alone makes up the value. */
const VALUE_GROUP = "value";

/** The most fields that are taken from a line. */
const MAX_FIELDS = 32;

/** The most sensors that the lines of one port can name. */
const MAX_SENSORS = 32;

/** Names that fields may have. */
const FIELD_NAME = /^[a-z_]\w{0,63}$/i;

/** Fields of a sensor, by name. */
type Fields = Readonly<Record<string, SensorField>>;

/** Reports a sensor with what the lines say. */
export const driver: DriverDefinition = serialDriver({
  name: "serial-lines",
  summary: "any device that sends numbers, JSON or other lines",
  port: "/dev/ttyACM0",
  options: [
    {
      name: "sensor",
      summary: `name of the sensor in topics (default: ${SENSOR})`,
      type: "text",
      pattern: SENSOR_NAME_PATTERN,
      expected: SENSOR_NAME_EXPECTED,
    },
    {
      name: "format",
      summary: "what lines hold (default: json, or pattern where one is given)",
      type: "text",
      choices: ["json", "number", "pattern"],
    },
    {
      name: "pattern",
      summary:
        `regular expression with named groups, one for each field; one group (?<${VALUE_GROUP}>…) alone makes a number`,
      type: "text",
    },
    {
      name: "unit",
      summary: "unit of a number, for example cm (default: none)",
      type: "text",
    },
    {
      name: "sensor-key",
      summary:
        "member of the JSON object that names the sensor (default: none)",
      type: "text",
    },
    {
      name: "data-key",
      summary:
        "member of the JSON object that holds the fields (default: the object itself)",
      type: "text",
    },
  ],
  check(options) {
    if (formatOf(options) === "pattern") compilePattern(options);
  },
  start(session) {
    const { options } = session;
    const sensor = textOption(options, "sensor") ?? SENSOR;
    const format = formatOf(options);
    if (format === "pattern") return patternLines(session, sensor);
    if (format === "json") return jsonLines(session, sensor);
    return (line) => reportNumber(session, sensor, parseNumberLine(line));
  },
});

function formatOf(options: DriverOptionValues): string {
  return textOption(options, "format") ??
    (textOption(options, "pattern") === undefined ? "json" : "pattern");
}

function compilePattern(options: DriverOptionValues): LinePattern {
  const source = textOption(options, "pattern") ?? "";
  const pattern = compileLinePattern(source, "pattern");
  if (pattern.names.length > 0) return pattern;
  throw new ConfigError(
    `Cannot use pattern "${source}": it has no named group, expected one such as (?<${VALUE_GROUP}>\\d+)`,
    { option: "pattern", value: source },
  );
}

function patternLines(
  session: SerialSession,
  sensor: string,
): (line: string) => void {
  const pattern = compilePattern(session.options);
  const [first] = pattern.names;
  const isNumber = pattern.names.length === 1 && first === VALUE_GROUP;
  return (line) => {
    if (line.length > MAX_MATCHED_LENGTH) {
      throw lineError(line, `at most ${MAX_MATCHED_LENGTH} characters`);
    }
    const groups = pattern.match(line);
    if (!groups) {
      const source = textOption(session.options, "pattern");
      throw lineError(line, `what matches ${source}`);
    }
    if (isNumber) {
      const number = parseNumberLine(groups.get(VALUE_GROUP) ?? "");
      return reportNumber(session, sensor, number);
    }
    reportFields(session, line, sensor, [...groups]);
  };
}

function jsonLines(
  session: SerialSession,
  usual: string,
): (line: string) => void {
  const sensorKey = textOption(session.options, "sensor-key");
  const dataKey = textOption(session.options, "data-key");
  const sensors = new SensorNames();
  return (line) => {
    const value = parseJson(line);
    if (typeof value === "number") return reportNumber(session, usual, value);
    const members = membersOf(line, value);
    const named = sensorKey === undefined ? usual : members[sensorKey];
    const sensor = typeof named === "string" ? named.toLowerCase() : "";
    if (!isSensorName(sensor)) {
      throw lineError(line, `the name of a sensor in "${sensorKey}"`);
    }
    const data = dataKey === undefined
      ? members
      : membersOf(line, members[dataKey]);
    const fields = Object.entries(data).filter(([name]) => name !== sensorKey);
    sensors.require(line, sensor);
    reportFields(session, line, sensor, fields);
  };
}

/** The sensors that lines name: each one takes a topic, so they have an end. */
class SensorNames {
  readonly #names = new Set<string>();

  require(line: string, sensor: string): void {
    if (this.#names.has(sensor)) return;
    if (this.#names.size >= MAX_SENSORS) {
      throw lineError(line, `no more than ${MAX_SENSORS} sensors on one port`);
    }
    this.#names.add(sensor);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw lineError(line, "JSON", { cause: error });
  }
}

function membersOf(
  line: string,
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw lineError(line, "an object, or a number");
  }
  return Object.fromEntries(Object.entries(value));
}

function reportNumber(
  session: SerialSession,
  sensor: string,
  value: number,
): void {
  const unitName = textOption(session.options, "unit") ?? "";
  session.device.reportSensor({ sensor, value, unitName });
}

/** Reports what can be reported: numbers, texts, truths; texts that are numbers become such. */
function reportFields(
  { device }: SerialSession,
  line: string,
  sensor: string,
  values: readonly (readonly [name: string, value: unknown])[],
): void {
  const fields: Fields = Object.fromEntries(
    values
      .filter(([name]) => FIELD_NAME.test(name) && name !== "__proto__")
      .flatMap(([name, value]) => {
        const field = toField(value);
        return field === undefined ? [] : [[name, field] as const];
      })
      .slice(0, MAX_FIELDS),
  );
  if (Object.keys(fields).length === 0) {
    throw lineError(line, "at least one number, text, true, false or null");
  }
  device.reportSensor({ sensor, fields });
}

function toField(value: unknown): SensorField | undefined {
  // A group that took no part in the match is undefined.
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
}

function textOption(
  options: DriverOptionValues,
  name: string,
): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}
