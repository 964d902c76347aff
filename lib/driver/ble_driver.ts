/**
 * What all drivers of BLE devices have in common: find the device, keep to it,
 * learn what it is, and notice when it is gone.
 *
 * @module
 */
import type { SourceOptions } from "#lib/bike/device.ts";
import {
  ConfigError,
  DeviceError,
  HardwareUnavailableError,
} from "#lib/base/errors.ts";
import { decodeBatteryLevel } from "#lib/gatt/battery_level.ts";
import type { Quirks } from "#lib/gatt/quirk.ts";
import { CHARACTERISTICS, shortNameOf } from "#lib/gatt/uuids.ts";
import type { BleFilter, BlePeripheral } from "#lib/hardware/ble.ts";
import { type BleSession, openSession } from "./ble_session.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { Timer } from "./timer.ts";
import type {
  DriverContext,
  DriverDefinition,
  DriverOption,
  DriverOptionValues,
} from "./driver.ts";
import type { PeripheralLock } from "./peripheral_lock.ts";
import { quirkOptions } from "./quirk_options.ts";
import { waitForDevice } from "./device_wait.ts";

/** What helps a search. */
const ADVICE =
  "wake it, come nearer, and end what else has it, such as an app on a phone";

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
  /** Ways in which its devices can differ, each an option. */
  readonly quirks?: readonly (keyof Quirks)[];
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
  const { name, summary, fits, source, options = [], quirks = [] } = definition;
  return {
    name,
    summary,
    transport: "ble",
    fits,
    ...(source && { source }),
    options: [
      ...commonOptions(definition),
      ...options,
      ...quirkOptions(quirks),
    ],
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
      group: "BLE",
      summary:
        "address of the device (default: the one it had before, else the first that fits)",
      type: "text",
      pattern: "([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}",
      expected: "an address such as C0:11:22:33:44:55",
      ...(address && { variable: address }),
    },
    {
      name: "name-prefix",
      group: "BLE",
      summary: "how the device's name begins (default: any)",
      type: "text",
      ...(namePrefix && { variable: namePrefix }),
    },
    {
      name: "adapter",
      group: "BLE",
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
  const { device, lock, logger } = context;
  // A device that was there before may sleep.
  const level = lock.address === undefined ? "warn" : "info";
  await using peripheral = await waitForDevice(
    context,
    { level, advice: ADVICE },
    () => find(definition, context),
  );
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
  await untilEnded(session);
}

/** Connects to one device after the other until one is what is looked for, and keeps to it. */
async function find(
  definition: BleDriverDefinition,
  context: DriverContext,
): Promise<BlePeripheral> {
  const { ble, lock, logger, options, signal } = context;
  for (;;) {
    const peripheral = await connectToRemembered(definition, context) ??
      await ble.connect(filterOf(definition, context), { signal });
    const objection = objectionTo(definition, peripheral, lock);
    const isEarly = lacksServices(definition, peripheral);
    if (!objection) {
      lock.keep(peripheral);
      return peripheral;
    }
    await peripheral[Symbol.asyncDispose]();
    const value = textOf(options, "address");
    if (value !== undefined && isEarly) {
      throw new DeviceError(objection, value, "refused");
    }
    if (value !== undefined) {
      throw new ConfigError(objection, { option: "address", value });
    }
    if (!lock.except.has(peripheral.address)) {
      lock.reject(peripheral.address, { isEarly });
    }
    logger.info("{objection}; the search goes on", { objection });
  }
}

/** Connects to the device it had when the program ran before; to none where that is not found in time. */
async function connectToRemembered(
  definition: BleDriverDefinition,
  context: DriverContext,
): Promise<BlePeripheral | undefined> {
  const { device, lock, logger } = context;
  const { remembered } = lock;
  if (!remembered) return undefined;
  const who = {
    device: device.status.device,
    name: remembered.name || remembered.address,
  };
  const leftMs = lock.look();
  if (leftMs > 0) {
    logger.info("{device} looks for {name} first, which it had before", who);
    const filter = filterOf(definition, context, remembered.address);
    const found = await connectWithin(leftMs, filter, context);
    if (found) return found;
  }
  lock.release();
  logger.info("{device} has not found {name}, and takes any that fits", who);
  return undefined;
}

/** Connects to a device that is found within a time; to none where it is not. */
async function connectWithin(
  timeoutMs: number,
  filter: BleFilter,
  { ble, clock, lock, signal }: DriverContext,
): Promise<BlePeripheral | undefined> {
  using timer = new Timer(clock, "search for a device", timeoutMs);
  const searchSignal = timer.signal;
  try {
    return await ble.connect(filter, { signal, searchSignal });
  } catch (error) {
    if (error instanceof HardwareUnavailableError) lock.postpone();
    if (error === searchSignal.reason) return undefined;
    throw error;
  }
}

/** What speaks against a device: it turns out to be something else, or another instance took it in the meantime. */
function objectionTo(
  { name, requires }: BleDriverDefinition,
  { address, characteristics }: BlePeripheral,
  { except }: PeripheralLock,
): string | undefined {
  const isFit = characteristics.some(({ uuid }) => requires.includes(uuid));
  if (isFit && !except.has(address)) return undefined;
  const why = isFit
    ? "another driver has it, expected a free one"
    : `it has none of the characteristics ${
      requires.map(shortNameOf).join(", ")
    }, expected one`;
  return `Cannot use "${address}" as ${name}: ${why}`;
}

/** Whether its table has none of the services that such devices advertise: one that was just switched on may show a part of it. */
function lacksServices(
  { fits }: BleDriverDefinition,
  { characteristics }: BlePeripheral,
): boolean {
  const { services = [] } = fits;
  return services.length > 0 &&
    !characteristics.some(({ service }) => services.includes(service));
}

/** What the operator chose; else the device it had; else any that fits and nobody has. */
function filterOf(
  { fits }: BleDriverDefinition,
  { options, lock }: DriverContext,
  remembered?: string,
): BleFilter {
  const adapter = textOf(options, "adapter");
  const namePrefix = textOf(options, "name-prefix");
  const address = textOf(options, "address") ?? lock.address;
  const exceptAddresses = lock.except;
  const named = namePrefix === undefined ? undefined : { namePrefix };
  const which = address !== undefined
    ? { address }
    : remembered !== undefined
    ? { address: remembered, ...named, exceptAddresses }
    : { ...named ?? fits, exceptAddresses };
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

/** Rejects when the connection has ended; resolves when the driver must stop. */
async function untilEnded({ ended, signal }: BleSession): Promise<void> {
  await untilAborted(ended);
  if (!signal.aborted) throw ended.reason;
}
