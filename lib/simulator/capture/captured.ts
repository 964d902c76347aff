/**
 * What a captured session is: JSON, one thing that passed on each line.
 *
 * The first line is a header. In what this program writes, it holds the format
 * and when the capture began; other lines say, after how many milliseconds
 * (`tMs`), with which device (`device`, its address), what passed (`dir`):
 *
 * | `dir`                | and                                             |
 * | -------------------- | ----------------------------------------------- |
 * | `advertise`          | `name`, `adapter`, `services`, `signalDbm`      |
 * | `connect`            | `name`, `adapter`, `characteristics`            |
 * | `read`               | `char`, `hex`                                   |
 * | `write`              | `char`, `hex`, `withoutResponse`                |
 * | `subscribe`          | `char`                                          |
 * | `notify`, `indicate` | `char`, `hex`                                   |
 * | `error`              | `of` (what has failed), `char`, `code`, `reason`, `resultCode` |
 * | `signal`             | `signalDbm`                                     |
 * | `lost`               |                                                 |
 *
 * @module
 */
import type { BleCharacteristic } from "#lib/hardware/ble.ts";

/** The format that this program writes. */
export const CAPTURE_FORMAT = "smartbike.capture/1.0";

/** What can pass. */
export const PASSED = [
  "advertise",
  "connect",
  "read",
  "write",
  "subscribe",
  "notify",
  "indicate",
  "error",
  "signal",
  "lost",
] as const;

/** One thing that can pass. */
export type Passed = (typeof PASSED)[number];

/** One thing that passed, with one device. */
export interface CapturedEvent {
  /** When, in ms since the capture began. */
  readonly tMs: number;
  /** What. */
  readonly dir: Passed;
  /** Full UUID of the characteristic; empty where there is none. */
  readonly characteristic: string;
  /** The value; empty where there is none. */
  readonly value: Uint8Array;
  /** Strength of the signal, in dBm, where it was reported. */
  readonly signalDbm?: number;
}

/** One device of a capture, and all that passed with it. */
export interface CapturedDevice {
  /** Its address, upper case. */
  readonly address: string;
  /** Its name. */
  readonly name: string;
  /** Full UUIDs of the services that it advertises; those that it has where that was not captured. */
  readonly services: readonly string[];
  /** What it has; derived from what passed where that was not captured. */
  readonly characteristics: readonly BleCharacteristic[];
  /** What passed, in order. */
  readonly events: readonly CapturedEvent[];
}
