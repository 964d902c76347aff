/**
 * What all drivers of BLE devices have in common: find the device, keep to it,
 * learn what it is, and notice when it is gone.
 *
 * @module
 */
import type { SourceOptions } from "#lib/bike/device.ts";
import { DeviceError, FrameError } from "#lib/errors.ts";
import { decodeBatteryLevel } from "#lib/gatt/battery_level.ts";
import { decodeDeviceInformationText } from "#lib/gatt/device_information.ts";
import { type Quirks, quirksOf } from "#lib/gatt/quirks.ts";
import { CHARACTERISTICS, shortNameOf } from "#lib/gatt/uuids.ts";
import type { BleFilter, BlePeripheral } from "#lib/hardware/ble.ts";
import type {
  DriverContext,
  DriverDefinition,
  DriverOption,
} from "./driver.ts";
import type { PeripheralLock } from "./peripheral_lock.ts";

/** A driver of a BLE device. */
export interface BleDriverDefinition {
  /** The file's name in kebab case. */
  readonly name: string;
  /** What it drives, in one line. */
  readonly summary: string;
  /** Which peripherals it looks for unless options say otherwise. */
  readonly fits: BleFilter;
  /** Full UUIDs of characteristics; a device that has none of them is let go, and another one is looked for. */
  readonly requires: readonly string[];
  /** How its values are taken. */
  readonly source?: SourceOptions;
  /** Options of its own. */
  readonly options?: readonly DriverOption[];
  /** Variables of the environment, as the predecessor named them. */
  readonly variables?: {
    /** Sets the address. */
    readonly address?: string;
    /** Sets how the name begins. */
    readonly namePrefix?: string;
    /** Sets the radio. */
    readonly adapter?: string;
  };
  /**
   * Makes the device work: subscribes, asks for control, gives actuators to the bike.
   *
   * @param session The connection, and all that a driver may touch.
   */
  start(session: BleSession): Promise<void>;
}

/** A driver's connection to its device. */
export interface BleSession extends DriverContext {
  /** The device. */
  readonly peripheral: BlePeripheral;
  /** How its model differs from the specification. */
  readonly quirks: Quirks;
  /**
   * Subscribes to a characteristic. A frame that cannot be decoded is logged
   * and dropped; the next one counts again.
   *
   * @param characteristic Full UUID.
   * @param decode Its codec.
   * @param onValue Called with each value.
   */
  onFrame<T>(
    characteristic: string,
    decode: (bytes: Uint8Array) => T,
    onValue: (value: T) => void,
  ): Promise<void>;
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
}

/**
 * Makes a driver of what is special about it.
 *
 * @param definition What is special about it.
 * @returns The driver.
 */
export function bleDriver(definition: BleDriverDefinition): DriverDefinition {
  const { name, summary, fits, source, options = [] } = definition;
  return {
    name,
    summary,
    transport: "ble",
    fits,
    ...(source && { source }),
    options: [...commonOptions(definition), ...options],
    run: (context) => run(definition, context),
  };
}

/**
 * Tells whether a device has a characteristic.
 *
 * @param peripheral The device.
 * @param characteristic Full UUID.
 * @returns True if its table holds it.
 */
export function hasCharacteristic(
  peripheral: BlePeripheral,
  characteristic: string,
): boolean {
  return peripheral.characteristics.some(({ uuid }) => uuid === characteristic);
}

function commonOptions(
  { variables = {} }: BleDriverDefinition,
): readonly DriverOption[] {
  const { address, namePrefix, adapter } = variables;
  return [
    {
      name: "address",
      summary: "address of the device (default: the first that fits)",
      type: "text",
      ...(address && { variable: address }),
    },
    {
      name: "name-prefix",
      summary: "how the device's name begins (default: any)",
      type: "text",
      ...(namePrefix && { variable: namePrefix }),
    },
    {
      name: "adapter",
      summary: "the radio to use, for example hci0 (default: any)",
      type: "text",
      ...(adapter && { variable: adapter }),
    },
  ];
}

async function run(
  definition: BleDriverDefinition,
  context: DriverContext,
): Promise<void> {
  const { ble, device, lock, logger, signal } = context;
  await using peripheral = await ble.connect(filterOf(definition, context), {
    signal,
  });
  requireUsable(definition, peripheral, lock);
  lock.keep(peripheral.address);
  const session = await open(peripheral, context);
  await definition.start(session);
  device.setConnected(true);
  device.reportDevice({ signalDbm: peripheral.signalDbm ?? null });
  peripheral.onSignal.add((signalDbm) => device.reportDevice({ signalDbm }));
  await watchBattery(session);
  logger.info("{device} is connected: {name}", {
    device: device.status.device,
    name: peripheral.name || peripheral.address,
  });
  await untilLost(peripheral, signal);
}

/** Lets go of what another instance took in the meantime, and of what turns out to be something else. */
function requireUsable(
  { name, requires }: BleDriverDefinition,
  peripheral: BlePeripheral,
  lock: PeripheralLock,
): void {
  if (lock.except.has(peripheral.address)) {
    throw new DeviceError(
      `Cannot use "${peripheral.address}" as ${name}: another driver has it, expected a free one`,
      peripheral.address,
      "not_found",
    );
  }
  if (requires.some((uuid) => hasCharacteristic(peripheral, uuid))) return;
  const { address } = peripheral;
  lock.reject(address);
  throw new DeviceError(
    `Cannot use "${address}" as ${name}: it has none of the characteristics ${
      requires.map(shortNameOf).join(", ")
    }, expected one`,
    address,
    "not_found",
  );
}

/** What the operator chose; else the device it had; else any that fits and nobody has. */
function filterOf(
  { fits }: BleDriverDefinition,
  { options, lock }: DriverContext,
): BleFilter {
  const text = (name: string) => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const adapter = text("adapter");
  const address = text("address") ?? lock.address;
  const namePrefix = text("name-prefix");
  return {
    ...(adapter !== undefined && { adapter }),
    ...(address !== undefined
      ? { address }
      : { ...(namePrefix !== undefined ? { namePrefix } : fits) }),
    ...(address === undefined && { exceptAddresses: lock.except }),
  };
}

async function open(
  peripheral: BlePeripheral,
  context: DriverContext,
): Promise<BleSession> {
  const { logger, signal } = context;
  const session: Omit<BleSession, "quirks"> = {
    ...context,
    peripheral,
    async onFrame(characteristic, decode, onValue) {
      const accept = (bytes: Uint8Array) => {
        const value = decodeOrDrop(bytes, decode, context);
        if (value !== undefined) onValue(value);
      };
      await peripheral.subscribe(characteristic, accept, { signal });
    },
    async readOptional(characteristic, decode) {
      if (!hasCharacteristic(peripheral, characteristic)) return undefined;
      try {
        const bytes = await peripheral.read(characteristic, { signal });
        return decodeOrDrop(bytes, decode, context);
      } catch (error) {
        if (!(error instanceof DeviceError) || peripheral.lost.aborted) {
          throw error;
        }
        logger.debug("{error}", { error });
        return undefined;
      }
    },
  };
  const text = (uuid: string) =>
    session.readOptional(
      uuid,
      (bytes) => decodeDeviceInformationText(bytes).text,
    );
  const manufacturer = await text(CHARACTERISTICS.manufacturerName);
  const model = await text(CHARACTERISTICS.modelNumber);
  const firmware = await text(CHARACTERISTICS.firmwareRevision);
  const quirks = quirksOf({
    name: peripheral.name,
    ...(manufacturer !== undefined && { manufacturer }),
    ...(model !== undefined && { model }),
    ...(firmware !== undefined && { firmware }),
  });
  return { ...session, quirks };
}

function decodeOrDrop<T>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => T,
  { logger, device }: DriverContext,
): T | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    logger.warn("{device} sent a frame that is dropped: {error}", {
      device: device.status.device,
      error,
    });
    return undefined;
  }
}

async function watchBattery(session: BleSession): Promise<void> {
  const { peripheral, device } = session;
  const { batteryLevel } = CHARACTERISTICS;
  const report = ({ chargePercent }: { readonly chargePercent: number }) =>
    device.reportDevice({ batteryPercent: chargePercent });
  const first = await session.readOptional(batteryLevel, decodeBatteryLevel);
  if (first) report(first);
  const notifies = peripheral.characteristics.some(({ uuid, properties }) =>
    uuid === batteryLevel && properties.includes("notify")
  );
  if (notifies) {
    await session.onFrame(batteryLevel, decodeBatteryLevel, report);
  }
}

/** Rejects when the device is gone; resolves when the driver must stop. */
async function untilLost(
  { lost }: BlePeripheral,
  signal: AbortSignal,
): Promise<void> {
  const ended = AbortSignal.any([lost, signal]);
  if (!ended.aborted) {
    await new Promise((resolve) =>
      ended.addEventListener("abort", resolve, { once: true })
    );
  }
  if (!signal.aborted) throw lost.reason;
}
