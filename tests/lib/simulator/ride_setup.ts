/**
 * What tests of simulated devices start from.
 *
 * @module
 */
import { assignedUuid } from "#lib/gatt/uuids.ts";
import type { BlePeripheral } from "#lib/hardware/ble.ts";
import {
  type SimulatedRide,
  simulatedRide,
  type SimulatedRideOptions,
} from "#lib/simulator/simulated_ride.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { listen, NEVER } from "./setup.ts";

/** A ride on a clock that stands still until advanced. */
export interface RideBed extends AsyncDisposable {
  /** The clock. */
  readonly clock: FakeClock;
  /** The ride. */
  readonly ride: SimulatedRide;
  /** Connects to the device whose name begins like this. */
  connect(namePrefix: string): Promise<BlePeripheral>;
  /** Lets time pass until something is done. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Subscribes, and collects what comes as hexadecimal digits. */
  listen(peripheral: BlePeripheral, uuid: string): Promise<string[]>;
  /** Writes, as hexadecimal digits, and gives the next value that comes. */
  ask(
    peripheral: BlePeripheral,
    uuid: string,
    hex: string,
  ): Promise<string | undefined>;
}

/** Starts a ride. */
export function startRide(options: SimulatedRideOptions = {}): RideBed {
  const clock = new FakeClock();
  const ride = simulatedRide({ ...options, clock });
  const answers = new WeakMap<BlePeripheral, Map<string, string[]>>();
  const bed: RideBed = {
    clock,
    ride,
    connect: (namePrefix) =>
      bed.during(ride.central.connect({ namePrefix }, { signal: NEVER })),
    async during(work) {
      let isDone = false;
      const done = () => void (isDone = true);
      work.then(done, done);
      while (!isDone) await clock.advance(10);
      return await work;
    },
    listen: (peripheral, uuid) => bed.during(listen(peripheral, uuid)),
    async ask(peripheral, uuid, hex) {
      const known = answers.get(peripheral) ?? new Map<string, string[]>();
      answers.set(peripheral, known);
      const values = known.get(uuid) ?? await bed.listen(peripheral, uuid);
      known.set(uuid, values);
      values.length = 0;
      await bed.during(peripheral.write(uuid, Uint8Array.fromHex(hex)));
      for (let waited = 0; waited < 5000; waited += 10) {
        const answer = values.find((value) => !value.startsWith("fd"));
        if (answer !== undefined) return answer;
        await clock.advance(10);
      }
      return undefined;
    },
    [Symbol.asyncDispose]: () => ride[Symbol.asyncDispose](),
  };
  return bed;
}

/** Expands an assigned number. */
export const uuid = assignedUuid;
