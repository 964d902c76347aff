/**
 * Whether a bike or one of its devices is there, as their retained topics report.
 *
 * @module
 */
import type { DeviceStatus } from "#lib/bike/device.ts";
import { parseForeignJson } from "#lib/base/foreign_json.ts";
import { liveValue, type Reading } from "#lib/bike/reading.ts";
import {
  stringifyData,
  stringifyDecimal,
  stringifyMembers,
} from "./json_text.ts";

/** Whether a bike is there. */
interface Presence {
  /** Whether it is. */
  readonly state: "online" | "offline";
  /** Name of the bike's computer, for example `bike000001`. */
  readonly deviceName: string;
  /** When this was reported, in milliseconds since 1970-01-01 UTC; left out where nobody can know, as in a last will. */
  readonly timeMs?: number;
  /** How many times the program has connected, this time included. */
  readonly connection?: number;
}

/**
 * Writes whether a bike is there.
 *
 * @example Usage
 * ```ts
 * import { stringifyPresence } from "#adapters/bike_topics/presence.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   stringifyPresence({ state: "offline", deviceName: "bike000001" }),
 *   '{"state": "offline", "metadata": {"deviceName": "bike000001"}}',
 * );
 * ```
 */
export function stringifyPresence(presence: Presence): string {
  const { state, deviceName, timeMs, connection } = presence;
  return stringifyMembers([
    ["state", JSON.stringify(state)],
    ...timeMs === undefined ? [] : [timestamp(timeMs)],
    ...connection === undefined
      ? []
      : [["connection", JSON.stringify(connection)] as const],
    ["metadata", stringifyData({ deviceName })],
  ]);
}

/**
 * Checks whether a payload says that a bike is there.
 *
 * @returns True for what {@linkcode stringifyPresence} writes in state `online`.
 */
export function isOnline(payload: Uint8Array): boolean {
  return read(payload)?.state === "online";
}

/**
 * Checks whether a program says in a payload that it shows a bike now.
 *
 * @returns True for what {@linkcode stringifyPresence} writes in state `online` with a connection.
 */
export function isAnnouncement(payload: Uint8Array): boolean {
  const { state, connection } = read(payload) ?? {};
  return state === "online" && typeof connection === "number";
}

function read(
  payload: Uint8Array,
): { readonly state?: unknown; readonly connection?: unknown } | undefined {
  const data = parseForeignJson(payload);
  return typeof data === "object" && data !== null ? data : undefined;
}

/** Whether a device is there. */
interface DevicePresence {
  /** What the bike knows of it. */
  readonly status: DeviceStatus;
  /** When this was reported, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
  /** Name of the bike's computer, for example `bike000001`. */
  readonly deviceName: string;
}

/**
 * Writes whether a device is there, with its battery and its signal, null
 * where they are not known at present.
 */
export function stringifyDevicePresence(presence: DevicePresence): string {
  const { status, timeMs, deviceName } = presence;
  return stringifyMembers([
    ["state", status.isConnected ? '"online"' : '"offline"'],
    ["batteryPercent", number(status.batteryPercent)],
    ["signalDbm", number(status.signalDbm)],
    timestamp(timeMs),
    ["metadata", stringifyData({ deviceName })],
  ]);
}

function number(reading: Reading<number>): string {
  return JSON.stringify(liveValue(reading) ?? null);
}

function timestamp(timeMs: number): readonly [name: string, json: string] {
  return ["timestamp", stringifyDecimal(timeMs / 1000)];
}
