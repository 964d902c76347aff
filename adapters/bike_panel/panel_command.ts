/**
 * Commands of a panel and their answers, as payloads.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";
import {
  PANEL_CONTROLS,
  type PanelAnswer,
  type PanelCommand,
} from "#lib/bike/remote_bike.ts";
import { fieldIn, type Fields, readFields, textIn } from "./json_fields.ts";

/** The longest id of a command, in UTF-16 code units. */
const MAX_ID_LENGTH = 64;

/**
 * Reads the id of a command.
 *
 * @returns The id; undefined without one, which nobody can answer.
 */
export function readCommandId(payload: Uint8Array): string | undefined {
  const id = textIn(readFields(payload) ?? {}, "id");
  return id !== null && id !== "" && id.length <= MAX_ID_LENGTH
    ? id
    : undefined;
}

/**
 * Reads a command.
 *
 * @param topic Where it came in.
 * @throws {PayloadError} If it is none.
 */
export function parsePanelCommand(
  topic: string,
  payload: Uint8Array,
): PanelCommand {
  const fields = readFields(payload) ?? {};
  const command = fieldIn(fields, "command");
  switch (command) {
    case "stop":
      return { command };
    case "set":
      return readSetting(topic, fields);
    case "calibrate": {
      const device = textIn(fields, "device");
      if (device !== null) return { command, device };
      throw refusal({ topic, fields, path: "device", expected: "a device id" });
    }
    default:
      throw refusal({
        topic,
        fields,
        path: "command",
        expected: "set, stop or calibrate",
      });
  }
}

function readSetting(topic: string, fields: Fields): PanelCommand {
  const name = fieldIn(fields, "control");
  const control = PANEL_CONTROLS.find((one) => one === name);
  if (control === undefined) {
    const expected = PANEL_CONTROLS.join(", ");
    throw refusal({ topic, fields, path: "control", expected });
  }
  const value = fieldIn(fields, "value");
  if (typeof value === "number" && Number.isFinite(value)) {
    return { command: "set", control, value: value === 0 ? 0 : value };
  }
  throw refusal({ topic, fields, path: "value", expected: "a number" });
}

/** Writes an answer. */
export function stringifyAnswer(answer: PanelAnswer): string {
  return JSON.stringify(answer);
}

interface Mismatch {
  readonly topic: string;
  readonly fields: Fields;
  readonly path: string;
  readonly expected: string;
}

function refusal({ topic, fields, path, expected }: Mismatch): PayloadError {
  const text = JSON.stringify(fieldIn(fields, path)) ?? "nothing";
  const received = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return new PayloadError({ topic, path, received, expected });
}
