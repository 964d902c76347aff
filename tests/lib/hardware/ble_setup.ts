/**
 * Peripherals and helpers for tests of radios.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { assignedUuid } from "#lib/gatt/uuids.ts";
import type { BlePeripheral } from "#lib/hardware/ble.ts";
import { attError } from "#lib/simulator/att_error.ts";
import {
  type FakeCharacteristic,
  FakePeripheral,
} from "#lib/simulator/fake_peripheral.ts";
import { within } from "../../support/within.ts";

/** Service of both straps. */
export const HEART_RATE = assignedUuid(0x180d);
/** Another service of both straps. */
export const BATTERY = assignedUuid(0x180f);
/** Service of the trainer. */
export const FITNESS_MACHINE = assignedUuid(0x1826);
/** Notifies. */
export const MEASUREMENT = assignedUuid(0x2a37);
/** Can be read, and notifies. */
export const LEVEL = assignedUuid(0x2a19);
/** Can be written; refuses what begins with 0xff, and never answers what begins with 0xee. */
export const CONTROL_POINT = assignedUuid(0x2a39);
/** Can be written without an answer. */
export const COMMANDS = assignedUuid(0x2a40);
/** Nobody has it. */
export const MISSING = assignedUuid(0x2aff);

/** A signal that does not abort in a test. */
export const NEVER = new AbortController().signal;

function strapTable(written: string[]): readonly FakeCharacteristic[] {
  const take = async (value: Uint8Array) => {
    written.push(value.toHex());
    if (value[0] === 0xff) throw attError("unlikelyError", "strap", "write");
    if (value[0] === 0xee) await new Promise(() => {});
  };
  const service = HEART_RATE;
  return [
    { uuid: MEASUREMENT, service, properties: ["notify"] },
    { uuid: CONTROL_POINT, service, properties: ["write"], onWrite: take },
    {
      uuid: COMMANDS,
      service,
      properties: ["write-without-response"],
      onWrite: take,
    },
    {
      uuid: LEVEL,
      service: BATTERY,
      properties: ["read", "notify"],
      value: Uint8Array.of(77),
    },
  ];
}

/**
 * Makes two straps and a trainer, whose radio does not report the strength of its signal.
 *
 * @returns The three, and the bytes that were written to the first.
 */
export function makePeripherals() {
  const written: string[] = [];
  const strap = new FakePeripheral({
    address: "EC:B2:8A:26:85:C5",
    name: "TICKR 4A2B",
    services: [HEART_RATE],
    signalDbm: -60,
    characteristics: strapTable(written),
  });
  const other = new FakePeripheral({
    address: "EC:B2:8A:26:85:C6",
    name: "TICKR 77",
    services: [HEART_RATE],
    signalDbm: -70,
    characteristics: strapTable([]),
  });
  const trainer = new FakePeripheral({
    address: "C0:00:00:00:00:01",
    name: "KICKR",
    services: [FITNESS_MACHINE],
    characteristics: [],
  });
  return { strap, other, trainer, written };
}

/** A connection, and the peripheral at its other end. */
export interface BothEnds {
  /** The connection. */
  readonly connection: BlePeripheral;
  /** The peripheral. */
  readonly peripheral: FakePeripheral;
}

/**
 * Subscribes, and waits until the peripheral knows: a real stack may agree on
 * its side before it does.
 *
 * @param ends The connection and the peripheral.
 * @param characteristic Full UUID.
 * @param onValue Called with each value.
 */
export async function subscribe(
  { connection, peripheral }: BothEnds,
  characteristic: string,
  onValue: (value: Uint8Array) => void,
): Promise<void> {
  await connection.subscribe(characteristic, onValue);
  while (!peripheral.isSubscribed(characteristic)) {
    await within("the subscription", peripheral.onSubscribed.next());
  }
}

/** Collects values, and waits until there are some. */
export function collect() {
  const values: string[] = [];
  let check = () => {};
  return {
    values,
    add: (value: Uint8Array) => {
      values.push(value.toHex());
      check();
    },
    until: (count: number) =>
      within(
        `${count} values`,
        new Promise<void>((resolve) => {
          check = () => {
            if (values.length >= count) resolve();
          };
          check();
        }),
      ),
  };
}

/**
 * Makes a check of an error for `assert.rejects`.
 *
 * @param reason Its reason.
 * @param resultCode Its result code, if that matters.
 * @returns The check.
 */
export function isDeviceError(
  reason: DeviceError["reason"],
  resultCode?: number,
): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof DeviceError, String(error));
    assert.equal(error.reason, reason, error.message);
    if (resultCode !== undefined) assert.equal(error.resultCode, resultCode);
    return true;
  };
}
