/**
 * What all drivers of BLE devices have in common: find the device, keep to it,
 * learn what it is, and notice when it is gone.
 *
 * @module
 */
import type { SourceOptions } from "#lib/bike/device.ts";
import { DeviceError } from "#lib/errors.ts";
import { decodeBatteryLevel } from "#lib/gatt/battery_level.ts";
import { CHARACTERISTICS, shortNameOf } from "#lib/gatt/uuids.ts";
import type { BleFilter, BlePeripheral } from "#lib/hardware/ble.ts";
import { type BleSession, openSession } from "./ble_session.ts";
import type {
  DriverContext,
  DriverDefinition,
  DriverOption,
  DriverOptionValues,
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
  const { device, logger, signal } = context;
  await using peripheral = await find(definition, context);
  const session = await openSession(peripheral, context);
  await definition.start(session);
  device.setConnected(true);
  device.reportDevice({ signalDbm: peripheral.signalDbm ?? null });
  peripheral.onSignal.add((signalDbm) => device.reportDevice({ signalDbm }), {
    signal: peripheral.lost,
  });
  await watchBattery(session);
  logger.info("{device} is connected: {name}", {
    device: device.status.device,
    name: peripheral.name || peripheral.address,
  });
  await untilLost(peripheral, signal);
}

/** Connects to one device after the other until one is what is looked for, and keeps to it. */
async function find(
  definition: BleDriverDefinition,
  context: DriverContext,
): Promise<BlePeripheral> {
  const { ble, lock, logger, options, signal } = context;
  for (;;) {
    const filter = filterOf(definition, context);
    const peripheral = await ble.connect(filter, { signal });
    const objection = objectionTo(definition, peripheral, lock);
    if (!objection) {
      lock.keep(peripheral.address);
      return peripheral;
    }
    await peripheral[Symbol.asyncDispose]();
    if (options["address"] !== undefined) throw objection;
    if (!lock.except.has(peripheral.address)) lock.reject(peripheral.address);
    logger.info("{error}; looking on", { error: objection });
  }
}

/** What speaks against a device: it turns out to be something else, or another instance took it in the meantime. */
function objectionTo(
  { name, requires }: BleDriverDefinition,
  { address, characteristics }: BlePeripheral,
  { except }: PeripheralLock,
): DeviceError | undefined {
  const isFit = characteristics.some(({ uuid }) => requires.includes(uuid));
  if (isFit && !except.has(address)) return undefined;
  const why = isFit
    ? "another driver has it, expected a free one"
    : `it has none of the characteristics ${
      requires.map(shortNameOf).join(", ")
    }, expected one`;
  return new DeviceError(
    `Cannot use "${address}" as ${name}: ${why}`,
    address,
    "not_found",
  );
}

/** What the operator chose; else the device it had; else any that fits and nobody has. */
function filterOf(
  { fits }: BleDriverDefinition,
  { options, lock }: DriverContext,
): BleFilter {
  const adapter = textOf(options, "adapter");
  const namePrefix = textOf(options, "name-prefix");
  const address = textOf(options, "address") ?? lock.address;
  const which = address !== undefined
    ? { address }
    : namePrefix !== undefined
    ? { namePrefix, exceptAddresses: lock.except }
    : { ...fits, exceptAddresses: lock.except };
  return { ...which, ...(adapter !== undefined && { adapter }) };
}

function textOf(
  options: DriverOptionValues,
  name: string,
): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
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
  if (!notifies) return;
  await session.attempt(
    "news of its battery",
    () => session.onFrame(batteryLevel, decodeBatteryLevel, report),
  );
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
