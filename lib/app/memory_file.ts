/**
 * The file in which devices are remembered: its text, and what may stand there.
 *
 * @module
 */
import type {
  LearnedQuirks,
  RememberedPeripheral,
} from "#lib/driver/peripheral_memory.ts";
import { isRecord } from "#lib/objectapi/value.ts";
import { checkValue, type ValueRule } from "#lib/base/value_rule.ts";

/** Version of the file; another one is not read. */
const VERSION = 1;

/** The most devices that are remembered; the oldest goes first. */
const MAX_DEVICES = 64;

/** The largest file that is read, in bytes: twice what {@linkcode MAX_DEVICES} can take. */
export const MAX_MEMORY_BYTES = 128 * 1024;

/** A device that is remembered. */
export interface RememberedDevice extends RememberedPeripheral {
  /** Id of the bike. */
  readonly bike: string;
  /** Id of the device on the bike. */
  readonly device: string;
  /** Name of its driver. */
  readonly driver: string;
}

const WORD: ValueRule = {
  type: "text",
  pattern: "[^\\x00-\\x1f\\x7f-\\x9f]{1,64}",
  expected: "1 to 64 printable characters",
};

/** What each field of a device may be. */
const RULES: readonly (readonly [keyof RememberedDevice, ValueRule])[] = [
  ["bike", WORD],
  ["device", WORD],
  ["driver", WORD],
  ["address", {
    type: "text",
    pattern: "([0-9A-F]{2}:){5}[0-9A-F]{2}",
    expected: "an address such as EC:B2:8A:26:85:C5",
  }],
  ["name", {
    type: "text",
    pattern: "[^\\x00-\\x1f\\x7f-\\x9f]{0,64}",
    expected: "at most 64 printable characters",
  }],
];

/** The devices of a file, or what is wrong with it. */
type MemoryContent =
  | { readonly devices: readonly RememberedDevice[] }
  | { readonly devices?: undefined; readonly wrong: string };

/**
 * Reads the text of the file, whatever it is.
 *
 * @returns The devices, the newest first; or what is wrong, and what was expected.
 */
export function parseMemory(text: string): MemoryContent {
  const json = parseJson(text);
  if (!isRecord(json)) {
    return { wrong: "it is no JSON object, expected what the program wrote" };
  }
  const { version, devices } = json;
  if (version !== VERSION) {
    const found = JSON.stringify(version) ?? "none";
    return {
      wrong: `its version is ${found.slice(0, 20)}, expected ${VERSION}`,
    };
  }
  if (!Array.isArray(devices) || devices.length > MAX_DEVICES) {
    return { wrong: `expected at most ${MAX_DEVICES} devices` };
  }
  const checked = devices.map(checkDevice);
  const wrong = checked.find((one) => typeof one === "string");
  return wrong === undefined
    ? { devices: checked.filter((one) => typeof one !== "string") }
    : { wrong };
}

/**
 * Writes the text of the file.
 *
 * @param devices The devices, the newest first; those beyond the most that are remembered are left out.
 * @returns The text, for {@linkcode parseMemory}.
 */
export function formatMemory(devices: readonly RememberedDevice[]): string {
  const file = { version: VERSION, devices: devices.slice(0, MAX_DEVICES) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Makes a device fit to be remembered.
 *
 * @param device The device; its name is as the air gave it.
 * @returns The same with a name that can be kept; undefined where its ids or its address cannot.
 */
export function toRemembered(
  device: RememberedDevice,
): RememberedDevice | undefined {
  const name = [...device.name.replace(/\p{Cc}/gu, "")].slice(0, 32).join("");
  const checked = checkDevice({ ...device, name });
  return typeof checked === "string" ? undefined : checked;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The device, or what is wrong with it. */
function checkDevice(json: unknown): RememberedDevice | string {
  if (!isRecord(json)) return "one of its devices is no object";
  for (const [field, rule] of RULES) {
    const { value, expected } = {
      expected: "",
      ...checkValue(rule, json[field]),
    };
    if (value === undefined) {
      return `the ${field} of one of its devices cannot be, expected ${expected}`;
    }
  }
  const read = (field: Exclude<keyof RememberedDevice, "learned">) =>
    String(json[field]);
  const learned = learnedIn(json["learned"]);
  return {
    bike: read("bike"),
    device: read("device"),
    driver: read("driver"),
    address: read("address"),
    name: read("name"),
    ...(learned && { learned }),
  };
}

/** What was found out about a device; what cannot be is found out anew. */
function learnedIn(json: unknown): LearnedQuirks | undefined {
  if (!isRecord(json)) return undefined;
  const { control, resistanceWidth } = json;
  const learned: LearnedQuirks = {
    ...((control === "on" || control === "off") && { control }),
    ...((resistanceWidth === 1 || resistanceWidth === 2) &&
      { resistanceWidth }),
  };
  return Object.keys(learned).length > 0 ? learned : undefined;
}
