/**
 * Commands that come twice.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Clock } from "#lib/base/clock.ts";
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";

/** For how long a command is remembered, in milliseconds: longer than senders and brokers try again. */
const MEMORY_MS = 120_000;

/** The most commands that are remembered. */
const MAX_COMMANDS = 256;

/** The longest command that is remembered, in bytes. */
const MAX_BYTES = 4096;

/** Members of a command that name it; a time does where it is finer than seconds. */
const NAMES: readonly string[] = ["id", "commandId", "messageId"];
const TIMES: readonly string[] = ["ts", "timestamp", "time"];

/**
 * Remembers commands, so that one that the network doubles is carried out once.
 * A command without anything that names it may be meant twice; it is taken for
 * the same only where the broker says that it sends it once more.
 */
export class RepeatedCommands {
  readonly #clock: Clock;
  readonly #seenMs = new Map<string, number>();

  /**
   * Starts without commands.
   *
   * @param clock Says how long ago a command came.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Remembers a command.
   *
   * @returns True if it came before.
   */
  isRepeated(message: MqttMessage): boolean {
    const { payload, topic, properties } = message;
    if (payload.length > MAX_BYTES) return false;
    const { correlationData = new Uint8Array() } = properties;
    const text = Buffer.from(payload).toString("latin1");
    const id = Buffer.from(correlationData.subarray(0, MAX_BYTES))
      .toString("latin1");
    const key = `${topic}\0${id}\0${text}`;
    const nowMs = this.#clock.monotonicMs();
    const seenMs = this.#seenMs.get(key) ?? -Infinity;
    this.#seenMs.delete(key);
    this.#seenMs.set(key, nowMs);
    const [oldest] = this.#seenMs.keys();
    if (this.#seenMs.size > MAX_COMMANDS && oldest !== undefined) {
      this.#seenMs.delete(oldest);
    }
    if (nowMs - seenMs > MEMORY_MS) return false;
    return message.isRepeated === true || id !== "" || isNamed(text);
  }
}

function isNamed(text: string): boolean {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof data !== "object" || data === null) return false;
  const members = new Map<string, unknown>(Object.entries(data));
  const isId = (value: unknown) =>
    (typeof value === "string" && value !== "") || typeof value === "number";
  return NAMES.some((name) => isId(members.get(name))) ||
    TIMES.some((name) => isFineTime(members.get(name)));
}

/** Seconds with a fraction, milliseconds since 1970, or a text with a fraction. */
function isFineTime(value: unknown): boolean {
  if (typeof value === "string") return /:\d\d\.\d+/.test(value);
  return typeof value === "number" &&
    (!Number.isInteger(value) || value > 100_000_000_000);
}
