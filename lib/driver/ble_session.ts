/**
 * A driver's connection to its BLE device.
 *
 * @module
 */
import { DeviceError, FrameError, TimeoutError } from "#lib/base/errors.ts";
import { decodeDeviceInformationText } from "#lib/gatt/device_information.ts";
import { flawsIn } from "#lib/gatt/flaws.ts";
import type { Quirks } from "#lib/gatt/quirk.ts";
import { quirksOf } from "#lib/gatt/quirks.ts";
import { CHARACTERISTICS, shortNameOf } from "#lib/gatt/uuids.ts";
import type { BikeReport } from "#lib/bike/values.ts";
import type { BlePeripheral } from "#lib/hardware/ble.ts";
import type { DriverContext } from "./driver.ts";
import type { LearnedQuirks } from "./peripheral_memory.ts";
import { FrameFaults } from "./frame_faults.ts";
import { quirksFromOptions } from "./quirk_options.ts";
import { riderValuesOf } from "./rider_values.ts";

/** A driver's connection to its device. */
export interface BleSession extends DriverContext {
  /** The device. */
  readonly peripheral: BlePeripheral;
  /** How its model differs from the specification. */
  readonly quirks: Quirks;
  /**
   * Subscribes to a characteristic. A frame that cannot be decoded is counted
   * and dropped, one with flaws is counted; of both few are logged.
   *
   * @param characteristic Full UUID.
   * @param decode Its codec.
   * @param onValue Called with each value.
   * @throws {DeviceError} If the device has no such characteristic, refuses, or is gone.
   */
  onFrame<T>(
    characteristic: string,
    decode: (bytes: Uint8Array) => T,
    onValue: (value: T) => void,
  ): Promise<void>;
  /**
   * Reports values to the bike: corrected as the device needs it, and without
   * those that no rider can have.
   *
   * @param report The values, as the device gave them.
   */
  report(report: BikeReport): void;
  /**
   * Reads a characteristic that the device may lack.
   *
   * @param characteristic Full UUID.
   * @param decode Its codec.
   * @returns The value; undefined where the device lacks it, refuses, or sends nonsense.
   */
  readOptional<T>(
    characteristic: string,
    decode: (bytes: Uint8Array) => T,
  ): Promise<T | undefined>;
  /** Notes what was found out about this very device, and remembers it. */
  learn(learned: LearnedQuirks): void;
  /**
   * Ends the connection, so that the driver makes a new one.
   *
   * @param reason Why, for the log.
   */
  reconnect(reason: DeviceError): void;
  /** Aborts when the connection is lost, to be made anew, or the driver must stop. */
  readonly ended: AbortSignal;
  /**
   * Does what a device may refuse, or not answer to, and be of use all the
   * same. Losing the device is not among that.
   *
   * @param what What the device then is without, for the log.
   * @param work Does it.
   * @returns What the work gives; undefined where it was refused or got no answer.
   */
  attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined>;
}

/**
 * Checks whether a device has a characteristic.
 *
 * @returns True if its table holds it.
 */
export function hasCharacteristic(
  peripheral: BlePeripheral,
  characteristic: string,
): boolean {
  return peripheral.characteristics.some(({ uuid }) => uuid === characteristic);
}

/**
 * Learns what a device is.
 *
 * @param context What the driver was given.
 * @throws {DeviceError} If the device is lost.
 */
export async function openSession(
  peripheral: BlePeripheral,
  context: DriverContext,
): Promise<BleSession> {
  const { signal } = context;
  const attempt: BleSession["attempt"] = (what, work) =>
    attemptOn(peripheral, context, { what, work });
  const faults = new FrameFaults(context, "frame");
  const end = new AbortController();
  const session: Omit<BleSession, "quirks" | "report"> = {
    ...context,
    peripheral,
    attempt,
    ended: AbortSignal.any([end.signal, peripheral.lost, signal]),
    reconnect: (reason) => end.abort(reason),
    learn: (learned) => context.lock.learn(learned),
    async onFrame(characteristic, decode, onValue) {
      const decodeOrDrop = dropping(decode, faults);
      await peripheral.subscribe(characteristic, (bytes) => {
        const value = decodeOrDrop(bytes);
        if (value !== undefined) onValue(value);
      }, { signal });
    },
    async readOptional(characteristic, decode) {
      if (!hasCharacteristic(peripheral, characteristic)) return undefined;
      const bytes = await attempt(
        shortNameOf(characteristic),
        () => peripheral.read(characteristic, { signal }),
      );
      return bytes && dropping(decode, faults)(bytes);
    },
  };
  const quirks = {
    ...await readQuirks(session),
    ...context.lock.learned,
    ...quirksFromOptions(context.options),
  };
  return {
    ...session,
    quirks,
    report(report) {
      const { report: possible, impossible } = riderValuesOf(report, quirks);
      if (impossible.length > 0) {
        faults.flawed(`impossible ${impossible.join(", ")}`);
      }
      context.device.report(possible);
    },
  };
}

async function readQuirks(
  { peripheral, readOptional }: Pick<BleSession, "peripheral" | "readOptional">,
): Promise<Quirks> {
  const text = (uuid: string) =>
    readOptional(uuid, (bytes) => decodeDeviceInformationText(bytes).text);
  const manufacturer = await text(CHARACTERISTICS.manufacturerName);
  const model = await text(CHARACTERISTICS.modelNumber);
  const firmware = await text(CHARACTERISTICS.firmwareRevision);
  return quirksOf({
    name: peripheral.name,
    ...(manufacturer !== undefined && { manufacturer }),
    ...(model !== undefined && { model }),
    ...(firmware !== undefined && { firmware }),
  });
}

/** Decodes, and drops what cannot be decoded. */
function dropping<T>(
  decode: (bytes: Uint8Array) => T,
  faults: FrameFaults,
): (bytes: Uint8Array) => T | undefined {
  return (bytes) => {
    try {
      const value = decode(bytes);
      const flaws = flawsIn(value);
      if (flaws !== undefined) faults.flawed(flaws);
      return value;
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      faults.dropped(error);
      return undefined;
    }
  };
}

async function attemptOn<T>(
  { lost }: BlePeripheral,
  { logger, device, signal }: DriverContext,
  { what, work }: {
    readonly what: string;
    readonly work: () => Promise<T>;
  },
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const isAnswer = error instanceof DeviceError ||
      error instanceof TimeoutError;
    if (!isAnswer || lost.aborted || signal.aborted) throw error;
    logger.info("{device} works without {what}: {error}", {
      device: device.status.device,
      what,
      error,
    });
    return undefined;
  }
}
