/**
 * Runs drivers, and runs them again when their device is gone.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { BikeDevice } from "#lib/bike/device.ts";
import { type Clock, pause, systemClock } from "#lib/base/clock.ts";
import {
  ConfigError,
  HardwareUnavailableError,
  SmartbikeError,
} from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger, type Logger } from "#lib/base/logger.ts";
import { Backoff, type BackoffOptions } from "#lib/base/retry.ts";
import type {
  DriverContext,
  DriverDefinition,
  DriverOptionValues,
  Hardware,
} from "./driver.ts";
import { type PeripheralLock, PeripheralLocks } from "./peripheral_lock.ts";
import { NO_MEMORY, type PeripheralMemory } from "./peripheral_memory.ts";

/** How the wait between two runs of a driver grows. */
const BACKOFF: BackoffOptions = { firstMs: 500, longestMs: 30_000 };

/** What a host stands on. */
export interface DriverHostOptions {
  /** Where values go and commands come from. */
  readonly bike: Bike;
  /** Radios, ports and pins. */
  readonly hardware: Hardware;
  /**
   * Where drivers get their time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * How the wait between two runs of a driver grows.
   *
   * @default half a second to half a minute
   */
  readonly backoff?: BackoffOptions;
  /**
   * Which peripherals drivers had when the program ran before.
   *
   * @default nothing is remembered
   */
  readonly memory?: PeripheralMemory;
}

/** A driver to run. */
export interface DriverSetup {
  /** The driver. */
  readonly definition: DriverDefinition;
  /**
   * Id of its device on the bike.
   *
   * @default the driver's name, with a number behind it from the second on
   */
  readonly id?: string;
  /** Its options, checked by `checkOptions`. */
  readonly options?: DriverOptionValues;
}

/** What a driver is doing: it looks for its device or works with it, waits for its next try, or has ended. */
export type DriverState = "running" | "waiting" | "ended";

/** What became of a driver. */
export interface DriverStatus {
  /** Id of its device on the bike. */
  readonly id: string;
  /** Name of the driver. */
  readonly driver: string;
  /** What it is doing. */
  readonly state: DriverState;
  /** What its last run ended with; undefined before the first end. */
  readonly error?: unknown;
}

/** A driver in a host. */
interface Runner {
  readonly id: string;
  readonly definition: DriverDefinition;
  readonly options: DriverOptionValues;
  readonly device: BikeDevice;
  readonly lock: PeripheralLock;
  readonly end: AbortController;
  /** Resolves when it has let go of its device. */
  ended: Promise<void>;
  status: DriverStatus;
}

/** Runs drivers until it is closed. A driver that fails hurts no other one. */
export class DriverHost implements AsyncDisposable {
  /** Fires when a driver begins, waits or ends. */
  readonly onStatusChanged: EventHook<[status: DriverStatus]> = new EventHook(
    "driver status",
  );
  readonly #bike: Bike;
  readonly #hardware: Hardware;
  readonly #clock: Clock;
  readonly #backoff: BackoffOptions;
  readonly #memory: PeripheralMemory;
  readonly #logger: Logger = getLogger("driver");
  readonly #locks = new Map<string, PeripheralLocks>();
  readonly #runners = new Map<string, Runner>();

  /**
   * Makes a host without drivers.
   *
   * @param options What it stands on.
   */
  constructor(options: DriverHostOptions) {
    this.#bike = options.bike;
    this.#hardware = options.hardware;
    this.#clock = options.clock ?? systemClock;
    this.#backoff = { ...BACKOFF, ...options.backoff };
    this.#memory = options.memory ?? NO_MEMORY;
  }

  /** All drivers that were started and not stopped. */
  get statuses(): readonly DriverStatus[] {
    return [...this.#runners.values()].map(({ status }) => status);
  }

  /**
   * Starts a driver.
   *
   * @param setup The driver, its id and its options.
   * @returns Id of its device on the bike.
   * @throws {RangeError} If the id is taken.
   */
  start(setup: DriverSetup): string {
    const { definition, options = {} } = setup;
    const id = setup.id ?? this.#freeId(definition.name);
    const { address, priority } = options;
    const device = this.#bike.source(id, {
      ...definition.source,
      ...(typeof priority === "number" && { priority }),
    });
    device.setConnected(false);
    const status: DriverStatus = {
      id,
      driver: definition.name,
      state: "running",
    };
    const runner: Runner = {
      id,
      definition,
      options,
      device,
      lock: this.#locksOf(definition)
        .of(id, typeof address === "string" ? address : undefined),
      end: new AbortController(),
      status,
      ended: Promise.resolve(),
    };
    this.#runners.set(id, runner);
    runner.ended = this.#keepRunning(runner);
    return id;
  }

  /**
   * Stops a driver and takes its device off the bike.
   *
   * @param id Id of its device.
   * @returns Resolves when it has let go of its device; its id is free then.
   */
  async stop(id: string): Promise<void> {
    const runner = this.#runners.get(id);
    runner?.end.abort();
    await runner?.ended;
  }

  /** Stops all drivers; resolves when all have let go of their devices. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ids = [...this.#runners.keys()];
    await Promise.all(ids.map((id) => this.stop(id)));
    for (const locks of this.#locks.values()) locks[Symbol.dispose]();
  }

  #freeId(name: string): string {
    for (let number = 1;; number++) {
      const id = number === 1 ? name : `${name}-${number}`;
      if (!this.#runners.has(id)) return id;
    }
  }

  async #keepRunning(runner: Runner): Promise<void> {
    const { device, end: { signal } } = runner;
    const backoff = new Backoff(this.#backoff);
    while (!signal.aborted) {
      const startMs = this.#clock.monotonicMs();
      this.#setState(runner, "running");
      const error = await this.#runOnce(runner);
      device.setConnected(false);
      if (signal.aborted) break;
      backoff.succeeded(this.#clock.monotonicMs() - startMs);
      this.#report(runner, error);
      this.#setState(runner, "waiting", error);
      await pause(this.#clock, backoff.nextMs(), signal);
    }
    device.close();
    this.#locksOf(runner.definition).release(runner.id);
    this.#runners.delete(runner.id);
    this.#setState(runner, "ended");
  }

  async #runOnce(runner: Runner): Promise<unknown> {
    const { definition, end: { signal } } = runner;
    try {
      await definition.run(this.#contextOf(runner));
      return undefined;
    } catch (error) {
      return signal.aborted ? undefined : error;
    }
  }

  #locksOf({ name }: DriverDefinition): PeripheralLocks {
    const locks = this.#locks.get(name) ?? new PeripheralLocks({
      driver: name,
      clock: this.#clock,
      memory: this.#memory,
    });
    this.#locks.set(name, locks);
    return locks;
  }

  #contextOf(runner: Runner): DriverContext {
    const { device, lock, options, end } = runner;
    const { ble, serial, gpio } = this.#hardware;
    return {
      ble,
      serial,
      gpio,
      bike: this.#bike,
      device,
      lock,
      clock: this.#clock,
      logger: this.#logger,
      options,
      signal: end.signal,
    };
  }

  /** The same error again and again is reported once. */
  #report({ id, status }: Runner, error: unknown): void {
    const isSame = error instanceof Error && status.error instanceof Error &&
      error.message === status.error.message;
    this.#logger[isSame ? "debug" : levelOf(error)](
      "{id} is run again: {error}",
      {
        id,
        error: error ?? "it ended",
      },
    );
  }

  #setState(runner: Runner, state: DriverState, error?: unknown): void {
    const last = error ?? runner.status.error;
    runner.status = {
      id: runner.id,
      driver: runner.definition.name,
      state,
      ...(last !== undefined && { error: last }),
    };
    this.onStatusChanged.fire(runner.status);
  }
}

/** What an operator must see to, what passes by itself, or a mistake in the driver. */
function levelOf(error: unknown): "warn" | "info" | "error" {
  const isForOperator = error instanceof HardwareUnavailableError ||
    error instanceof ConfigError;
  if (isForOperator) return "warn";
  return error instanceof SmartbikeError ? "info" : "error";
}
