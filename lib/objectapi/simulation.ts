/**
 * What a simulation script works with: objects that a service shows, and
 * timers that end with it.
 *
 * @module
 */
import { type Clock, pause, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { SimulatedObject } from "./simulated_object.ts";

const logger = getLogger("simulation");

/** Objects of a service and timers, as a script sees them. */
export interface Simulation {
  /** Aborts when the service ends. */
  readonly signal: AbortSignal;
  /**
   * Finds an object.
   *
   * @param name Qualified name of its interface, for example `io.world.Hello`.
   * @returns The object, to implement operations, change properties and emit signals.
   * @throws {RangeError} If the service does not show it.
   */
  object(name: string): SimulatedObject;
  /**
   * Does something again and again; what it throws is logged.
   *
   * @param intervalMs Time between two times, in milliseconds.
   * @param action What to do.
   */
  every(intervalMs: number, action: () => unknown): void;
  /**
   * Does something once, later; what it throws is logged.
   *
   * @param delayMs Time until then, in milliseconds.
   * @param action What to do.
   */
  after(delayMs: number, action: () => unknown): void;
}

/** How a simulation runs. */
export interface SimulationOptions {
  /**
   * Where its timers get their time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /** Ends the simulation. */
  readonly signal: AbortSignal;
}

/**
 * The default export of a script file.
 *
 * @example Usage
 * ```ts
 * import { runSimulation, type SimulationScript } from "#lib/objectapi/simulation.ts";
 * import { SimulatedObject } from "#lib/objectapi/simulated_object.ts";
 * import assert from "node:assert/strict";
 *
 * const script: SimulationScript = (simulation) => {
 *   const counter = simulation.object("demo.Counter");
 *   counter.implement("add", (step) => {
 *     counter.set("count", Number(counter.get("count")) + Number(step));
 *   });
 *   simulation.every(1000, () => counter.emit("ticked"));
 * };
 *
 * const counter = new SimulatedObject({
 *   module: "demo",
 *   name: "Counter",
 *   properties: { count: { type: { kind: "int" } } },
 *   operations: { add: { params: [{ name: "step", type: { kind: "int" } }] } },
 *   signals: { ticked: { params: [] } },
 * });
 * const end = new AbortController();
 * await runSimulation(script, [counter], { signal: end.signal });
 * assert.equal(counter.get("count"), 0);
 * end.abort();
 * ```
 */
export type SimulationScript = (simulation: Simulation) => unknown;

/**
 * Starts a script. Its timers run until the signal aborts.
 *
 * @param script The script; it may be async.
 * @param objects The objects it works with.
 * @throws Whatever the script throws before it is started.
 */
export async function runSimulation(
  script: SimulationScript,
  objects: readonly SimulatedObject[],
  { signal, clock = systemClock }: SimulationOptions,
): Promise<void> {
  await script({
    signal,
    object: (name) => findObject(name, objects),
    every: (intervalMs, action) =>
      void repeat(action, intervalMs, { clock, signal }),
    after(delayMs, action) {
      void pause(clock, delayMs, signal).then(() => {
        if (!signal.aborted) void attempt(action);
      });
    },
  });
}

async function repeat(
  action: () => unknown,
  intervalMs: number,
  { clock, signal }: Required<SimulationOptions>,
): Promise<void> {
  let dueMs = clock.monotonicMs();
  while (!signal.aborted) {
    dueMs = Math.max(dueMs + intervalMs, clock.monotonicMs());
    await pause(clock, dueMs - clock.monotonicMs(), signal);
    if (!signal.aborted) void attempt(action);
  }
}

async function attempt(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    logger.error("The script failed: {error}", { error });
  }
}

function findObject(
  name: string,
  objects: readonly SimulatedObject[],
): SimulatedObject {
  const found = objects.find((object) => object.name === name);
  if (found !== undefined) return found;
  const known = objects.map((object) => object.name).join(", ") || "none";
  throw new RangeError(
    `Cannot simulate "${name}": the service does not show it, expected one of ${known}`,
  );
}
