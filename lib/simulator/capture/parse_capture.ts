/**
 * Reads captured sessions.
 *
 * @module
 */
import { BLE_PROPERTIES, type BleCharacteristic } from "#lib/hardware/ble.ts";
import { CaptureLine, refuse } from "./capture_line.ts";
import {
  type CapturedDevice,
  type CapturedEvent,
  PASSED,
  type Passed,
} from "./captured.ts";
import { deriveTable } from "./derived_table.ts";

/** The longest capture, in ms: a week. */
const LONGEST_MS = 604_800_000;

/** The address of a device that was captured without one: locally administered. */
const NO_ADDRESS = "02:00:00:00:00:01";

/** Lines whose `char` counts, and those whose `hex` does. */
const WITH_CHARACTERISTIC: readonly Passed[] = [
  "read",
  "write",
  "subscribe",
  "notify",
  "indicate",
];
const WITH_VALUE: readonly Passed[] = ["read", "write", "notify", "indicate"];

/** A device of which not all is known yet. */
interface Draft {
  readonly address: string;
  name: string;
  services: readonly string[] | undefined;
  readonly table: Map<string, BleCharacteristic>;
  readonly events: CapturedEvent[];
}

/**
 * Reads a capture: what `recordCentral` has written, or the session of one
 * device whose header has its name (`device`) and what was read from it
 * (`reads`), and whose lines are `{tMs, dir, char, hex}`.
 *
 * @param file The file, as errors call it.
 * @returns The devices, in the order in which they appear.
 * @throws {ConfigError} If a line is no part of a capture; it names file and line.
 *
 * @example Usage
 * ```ts
 * import { parseCapture } from "#lib/simulator/capture/parse_capture.ts";
 * import assert from "node:assert/strict";
 *
 * const [hub] = parseCapture(
 *   '{"type":"header","device":"Hub"}\n{"tMs":0,"dir":"notify","char":"2a37","hex":"0048"}\n',
 *   "hub.jsonl",
 * );
 * assert.equal(hub?.name, "Hub");
 * assert.deepEqual(hub?.services, ["0000180d-0000-1000-8000-00805f9b34fb"]);
 * ```
 */
export function parseCapture(
  text: string,
  file: string,
): readonly CapturedDevice[] {
  const lines = text.split(/\r?\n/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== "")
    .map(({ content, line }) => CaptureLine.parse(content, { file, line }));
  const [header, ...rest] = lines;
  if (header === undefined) {
    const expected = "a header";
    return refuse({ file, line: 1 }, { key: "the line", value: "", expected });
  }
  header.choice("type", ["header"]);
  const drafts = new Drafts(header);
  for (const line of rest) drafts.add(line);
  return drafts.finish();
}

class Drafts {
  readonly #drafts = new Map<string, Draft>();
  /** The device of lines that name none. */
  readonly #only: Draft | undefined;

  constructor(header: CaptureLine) {
    if (!header.has("device")) return;
    const address = header.has("address")
      ? header.text("address").toUpperCase()
      : NO_ADDRESS;
    this.#only = this.#draft(address);
    this.#only.name = header.text("device");
    if (!header.has("reads")) return;
    for (const [characteristic, value] of header.bytesByUuid("reads")) {
      this.#only.events.push({ tMs: 0, dir: "read", characteristic, value });
    }
  }

  /** Adds what a line holds. */
  add(line: CaptureLine): void {
    const tMs = line.number("tMs", 0, LONGEST_MS);
    const dir = line.choice("dir", PASSED);
    const draft = this.#only && !line.has("device")
      ? this.#only
      : this.#draft(line.text("device").toUpperCase());
    if (dir === "advertise") {
      draft.name = line.text("name");
      draft.services = line.uuids("services");
    }
    if (dir === "connect") {
      draft.name = line.text("name");
      for (const part of line.parts("characteristics")) {
        const uuid = part.uuid("uuid");
        draft.table.set(uuid, {
          uuid,
          service: part.uuid("service"),
          properties: part.choices("properties", BLE_PROPERTIES),
        });
      }
    }
    draft.events.push({
      tMs,
      dir,
      characteristic: WITH_CHARACTERISTIC.includes(dir)
        ? line.uuid("char")
        : "",
      value: WITH_VALUE.includes(dir) ? line.bytes("hex") : new Uint8Array(),
      ...(line.has("signalDbm") &&
        { signalDbm: line.number("signalDbm", -127, 20) }),
    });
  }

  /** Completes the devices. */
  finish(): readonly CapturedDevice[] {
    return [...this.#drafts.values()].map((draft) => {
      const { address, name } = draft;
      const events = draft.events.toSorted((a, b) => a.tMs - b.tMs);
      const characteristics = draft.table.size > 0
        ? [...draft.table.values()]
        : deriveTable(events);
      const services = draft.services ??
        [...new Set(characteristics.map(({ service }) => service))];
      return { address, name, services, characteristics, events };
    });
  }

  #draft(address: string): Draft {
    const known = this.#drafts.get(address);
    if (known) return known;
    const draft: Draft = {
      address,
      name: "",
      services: undefined,
      table: new Map(),
      events: [],
    };
    this.#drafts.set(address, draft);
    return draft;
  }
}
