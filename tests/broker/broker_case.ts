/**
 * Reading broker cases.
 *
 * @module
 */
import { parseAllDocuments } from "yaml";
import { isRecord } from "#lib/objectapi/value.ts";
import { fieldsOf, listOf, textOf } from "../wire/wire_case.ts";

/** Protocol levels: MQTT 3.1.1 and MQTT 5. */
export const LEVELS = [4, 5] as const;

/** A protocol level. */
export type Level = (typeof LEVELS)[number];

/** One step of a case. */
export interface BrokerStep {
  /** Which client does something; empty where none does. */
  readonly client: string;
  /** What is done, for example `send`. */
  readonly verb: string;
  /** What it is done with. */
  readonly detail: unknown;
}

/** One case. */
export interface BrokerCase {
  /** What is given, in words. */
  readonly condition: string;
  /** What must follow, in words. */
  readonly expect: string;
  /** The only protocol level it is about; undefined for both. */
  readonly level: Level | undefined;
  /** Brokers that do not do so, by name, each with what it does. */
  readonly except: Readonly<Record<string, unknown>>;
  /** What happens. */
  readonly steps: readonly BrokerStep[];
}

const KEYS = ["condition", "expect", "mqtt", "except", "steps"];

/**
 * Reads a file of cases, one YAML document each.
 *
 * @param text The file.
 * @returns The cases.
 * @throws {TypeError} If a document is no case.
 */
export function parseBrokerCases(text: string): readonly BrokerCase[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const fields = fieldsOf(document.toJS(), KEYS);
    return {
      condition: textOf(fields["condition"]),
      expect: textOf(fields["expect"]),
      level: LEVELS.find((level) => level === fields["mqtt"]),
      except: fieldsOf(fields["except"] ?? {}),
      steps: listOf(fields["steps"]).map(toStep),
    };
  });
}

function toStep(value: unknown): BrokerStep {
  if (!isRecord(value) || Object.keys(value).length !== 1) {
    throw new TypeError(`Cannot read a step: ${JSON.stringify(value)}`);
  }
  const [key = ""] = Object.keys(value);
  const at = key.indexOf(" ");
  return {
    client: at < 0 ? "" : key.slice(0, at),
    verb: key.slice(at + 1),
    detail: value[key],
  };
}
