/**
 * What drivers run in: the hardware of this machine, a simulated ride, or a
 * captured one.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import type { Hardware } from "#lib/driver/driver.ts";
import type { PeripheralMemory } from "#lib/driver/peripheral_memory.ts";
import type { CaptureSink } from "#lib/simulator/capture/record_central.ts";
import { recordCentral } from "#lib/simulator/capture/record_central.ts";
import { ReplayCentral } from "#lib/simulator/capture/replay_central.ts";
import { gasMask } from "#lib/simulator/gas_mask.ts";
import {
  simulatedRide,
  type SimulatedRideOptions,
} from "#lib/simulator/simulated_ride.ts";
import { SimulatedSerialPorts } from "#lib/simulator/simulated_serial_ports.ts";
import type { DeviceMemory } from "./device_memory.ts";

/** What drivers run in. */
export interface World extends AsyncDisposable {
  /** Whether its devices are others than those of this machine. */
  readonly isImitated?: boolean;
  /** Radios, ports and pins. */
  readonly hardware: Hardware;
  /** Which devices the drivers of a bike had; left out where devices are not real. */
  readonly memoryOf?: (bikeId: string) => PeripheralMemory;
  /** Where all of it gets its time from; the machine's time if left out. */
  readonly clock?: Clock;
  /** Whether drivers start only when the bike is on the broker. */
  readonly waitsForBroker?: boolean;
  /** Aborts when there is nothing more to come. */
  readonly ended: AbortSignal;
}

/**
 * The hardware of this machine.
 *
 * @param hardware Radios, ports and pins.
 * @param memory Which devices drivers had.
 * @returns The world; it takes both over.
 */
export function realWorld(hardware: Hardware, memory: DeviceMemory): World {
  return {
    hardware,
    memoryOf: (bikeId) => memory.of(bikeId),
    ended: new AbortController().signal,
    async [Symbol.asyncDispose]() {
      await hardware.ble[Symbol.asyncDispose]();
      await memory[Symbol.asyncDispose]();
    },
  };
}

/**
 * A ride that needs no device.
 *
 * @param hardware The hardware whose pins are used.
 * @param options How the ride goes.
 */
export function simulatedWorld(
  hardware: Hardware,
  options: SimulatedRideOptions,
): World {
  const ride = simulatedRide(options);
  return {
    isImitated: true,
    hardware: {
      ...hardware,
      ble: ride.central,
      serial: new SimulatedSerialPorts([gasMask()], ride.clock),
    },
    clock: ride.clock,
    ended: new AbortController().signal,
    [Symbol.asyncDispose]: () => ride[Symbol.asyncDispose](),
  };
}

/** A captured ride. */
interface CapturedRide {
  /** Its file, as errors name it. */
  readonly file: string;
  /** What the file holds. */
  readonly text: string;
  /**
   * How many times faster than real it goes.
   *
   * @default {1}
   */
  readonly speedUp?: number;
}

/**
 * A ride that was captured.
 *
 * @param hardware The hardware whose ports and pins are used.
 * @throws {ConfigError} If the file is no capture.
 */
export function replayWorld(
  hardware: Hardware,
  { file, text, speedUp = 1 }: CapturedRide,
): World {
  const central = ReplayCentral.open(text, file, { speedUp });
  return {
    isImitated: true,
    hardware: { ...hardware, ble: central },
    clock: central.clock,
    waitsForBroker: true,
    ended: central.ended,
    [Symbol.asyncDispose]: () => central[Symbol.asyncDispose](),
  };
}

/**
 * The same world, of which all that passes the radio is written down.
 *
 * @param world The world; it is taken over.
 */
export function capturedWorld(world: World, sink: CaptureSink): World {
  const { clock = systemClock, hardware } = world;
  const ble = recordCentral(hardware.ble, sink, clock);
  return {
    ...world,
    hardware: { ...hardware, ble },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
