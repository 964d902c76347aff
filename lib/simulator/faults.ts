/**
 * What goes wrong with radios and devices, on purpose and repeatably.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { ConfigError } from "#lib/base/errors.ts";
import type { OutgoingValue } from "./fake_peripheral.ts";
import type { HeartRateStrap } from "./heart_rate_strap.ts";
import type { Random } from "./random.ts";
import type { SimulatedDevice } from "./simulated_device.ts";

/** What can go wrong. */
const FAULT_NAMES = [
  "drop-outs",
  "late-answers",
  "truncated-frames",
  "sleep",
] as const;

/** One thing that can go wrong. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** What faults happen to. */
interface FaultTargets {
  /** All devices. */
  readonly devices: readonly SimulatedDevice[];
  /** The one that sleeps. */
  readonly strap: HeartRateStrap;
}

/** A fault: how often, how long, and what. */
interface Fault {
  /** Time from the end of one to the start of the next, in ms. */
  readonly everyMs: readonly [number, number];
  /** How long it lasts, in ms. */
  readonly lastsMs: readonly [number, number];
  /** Begins it; what is given ends it. */
  begin(targets: FaultTargets, random: Random): () => void;
}

/** Share of the values that are hurt while some are. */
const HURT_SHARE = 0.3;
/** How much later answers come, in ms: some later than drivers should wait. */
const LATE_MS = [800, 6000] as const;

/** The faults. All numbers are our choice. */
const FAULTS: Readonly<Record<FaultName, Fault>> = {
  "drop-outs": {
    everyMs: [30_000, 90_000],
    lastsMs: [2000, 8000],
    begin({ devices }, random) {
      const within = devices.filter(({ peripheral }) => peripheral.isAwake);
      const device = pick(within, random);
      device?.peripheral.sleep();
      return () => device?.peripheral.wake();
    },
  },
  "late-answers": {
    everyMs: [20_000, 60_000],
    lastsMs: [10_000, 20_000],
    begin({ devices }, random) {
      for (const { latency } of devices) {
        latency.extraMs = Math.round(random.between(...LATE_MS));
      }
      return () => devices.forEach(({ latency }) => latency.extraMs = 0);
    },
  },
  "truncated-frames": {
    everyMs: [10_000, 40_000],
    lastsMs: [3000, 10_000],
    begin({ devices }, random) {
      for (const { peripheral } of devices) {
        peripheral.tamper = ({ value }: OutgoingValue) =>
          random.next() < HURT_SHARE ? hurt(value, random) : value;
      }
      return () => {
        for (const { peripheral } of devices) peripheral.tamper = undefined;
      };
    },
  },
  "sleep": {
    everyMs: [60_000, 120_000],
    lastsMs: [20_000, 40_000],
    begin({ strap }) {
      strap.hasContact = false;
      const stop = strap.later(5000, () => strap.peripheral.sleep());
      return () => {
        stop();
        strap.hasContact = true;
        strap.peripheral.wake();
      };
    },
  },
};

/**
 * Reads which faults are wanted.
 *
 * @param text Their names with commas between them, or `all`, or nothing.
 * @returns The faults, each once.
 * @throws {ConfigError} If a name is none.
 *
 * @example Usage
 * ```ts
 * import { parseFaults } from "#lib/simulator/faults.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseFaults("sleep,drop-outs"), ["drop-outs", "sleep"]);
 * ```
 */
export function parseFaults(text: string): readonly FaultName[] {
  const wanted = text.split(",").map((name) => name.trim()).filter(Boolean);
  const known: readonly string[] = [...FAULT_NAMES, "all"];
  const odd = wanted.find((name) => !known.includes(name));
  if (odd !== undefined) {
    throw new ConfigError(
      `Cannot use the fault "${odd}": there is none of this name, choose from ${
        known.join(", ")
      }`,
      { option: "faults", value: text },
    );
  }
  return FAULT_NAMES.filter((name) =>
    wanted.includes(name) || wanted.includes("all")
  );
}

/** When faults happen. */
interface FaultScheduleOptions {
  /** Which. */
  readonly faults: readonly FaultName[];
  /** What they happen to. */
  readonly targets: FaultTargets;
  /** Says when. */
  readonly clock: Clock;
  /** Decides when, and what. */
  readonly random: Random;
}

/** Faults that come and go. */
export class FaultSchedule implements Disposable {
  /** What is wrong, and what ends it. */
  readonly #running = new Map<FaultName, () => void>();
  readonly #options: FaultScheduleOptions;
  readonly #stops = new Map<FaultName, () => void>();

  /**
   * Waits for the first ones.
   *
   * @param options When they happen, and to what.
   */
  constructor(options: FaultScheduleOptions) {
    this.#options = options;
    for (const name of options.faults) {
      this.#schedule(name, options.random.fork(name));
    }
  }

  /** What is wrong at present. */
  get running(): readonly FaultName[] {
    return [...this.#running.keys()];
  }

  /** Ends them: what is wrong is well again, and nothing more happens. */
  [Symbol.dispose](): void {
    for (const stop of this.#stops.values()) stop();
    for (const end of this.#running.values()) end();
    this.#running.clear();
  }

  #schedule(name: FaultName, random: Random): void {
    const { clock, targets } = this.#options;
    const fault = FAULTS[name];
    const later = (range: readonly [number, number], action: () => void) =>
      this.#stops.set(name, clock.setTimeout(action, random.between(...range)));
    later(fault.everyMs, () => {
      const end = fault.begin(targets, random);
      this.#running.set(name, end);
      later(fault.lastsMs, () => {
        this.#running.delete(name);
        end();
        this.#schedule(name, random);
      });
    });
  }
}

/** Cuts a value short, or changes a bit of it. */
function hurt(value: Uint8Array, random: Random): Uint8Array {
  if (random.next() < 0.5) {
    return value.slice(0, Math.floor(random.between(0, value.length)));
  }
  const hurt = value.slice();
  const at = Math.floor(random.between(0, value.length));
  hurt[at] = (hurt[at] ?? 0) ^ (1 << Math.floor(random.between(0, 8)));
  return hurt;
}

function pick<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random.between(0, values.length))];
}
