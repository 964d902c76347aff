/**
 * Reading, writing and listening over one connection.
 *
 * @module
 */
import { type Clock, pause } from "#lib/base/clock.ts";
import { orAborted } from "#lib/base/deadline.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { BLUEZ_ERRORS, hasBusName, toDeviceError } from "./bluez_error.ts";
import { BLUEZ_INTERFACES, type BluezCharacteristic } from "./bluez_objects.ts";
import type { BluezSession } from "./bluez_session.ts";
import { variant } from "./dbus.ts";
import { OperationQueue } from "./operation_queue.ts";

/** How long to wait when BlueZ is not done with what was asked before, in milliseconds. */
const IN_PROGRESS_MS = 20;

/** What the attributes belong to. */
interface BluezAttributesOptions {
  /** What people know the peripheral by. */
  readonly name: string;
  /** Aborts when the connection is lost or ended. */
  readonly lost: AbortSignal;
  /** How long each operation may take, in milliseconds. */
  readonly timeoutMs: number;
  /** What measures the time. */
  readonly clock: Clock;
}

/** A value to write. */
interface BluezWrite {
  /** The value. */
  readonly value: Uint8Array;
  /** Whether the peripheral does not answer. */
  readonly withoutResponse: boolean;
}

/** A method of a characteristic. */
interface Operation {
  /** What it does, for errors, for example `read`. */
  readonly verb: string;
  readonly method: string;
  readonly args?: {
    readonly signature: string;
    readonly values: readonly unknown[];
  };
}

/** The characteristics of one connection; one operation after another. */
export class BluezAttributes {
  readonly #session: BluezSession;
  readonly #options: BluezAttributesOptions;
  readonly #queue: OperationQueue;
  readonly #hooks = new Map<string, EventHook<[value: Uint8Array]>>();
  readonly #agreements = new Map<string, Promise<unknown>>();
  readonly #held = new Map<string, Uint8Array[]>();

  /**
   * Begins with nobody who listens.
   *
   * @param options What the attributes belong to.
   */
  constructor(session: BluezSession, options: BluezAttributesOptions) {
    this.#session = session;
    this.#options = options;
    this.#queue = new OperationQueue(options.timeoutMs, options.clock);
  }

  /**
   * Reads a value.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   */
  async read(
    characteristic: BluezCharacteristic,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const operation = {
      verb: "read",
      method: "ReadValue",
      args: { signature: "a{sv}", values: [{}] },
    };
    return await this.#run(operation, characteristic, signal, async (call) => {
      const release = this.#hold(characteristic.path);
      let value: Uint8Array | undefined;
      try {
        value = toBytes(await call());
        return value;
      } finally {
        release(value);
      }
    });
  }

  /**
   * Writes a value.
   *
   * @param write The value, and whether the peripheral answers.
   * @param signal Gives up; the promise then rejects with the signal's reason.
   */
  async write(
    characteristic: BluezCharacteristic,
    write: BluezWrite,
    signal: AbortSignal,
  ): Promise<void> {
    const type = write.withoutResponse ? "command" : "request";
    const operation = {
      verb: "write",
      method: "WriteValue",
      args: {
        signature: "aya{sv}",
        values: [write.value, { type: variant("s", type) }],
      },
    };
    await this.#run(operation, characteristic, signal, (call) => call());
  }

  /**
   * Asks for notifications or indications; BlueZ hears of it only the first time.
   *
   * @param onValue Called with each value.
   * @param signal Gives up waiting for the agreement; the promise then rejects with the signal's reason.
   */
  async subscribe(
    characteristic: BluezCharacteristic,
    onValue: (value: Uint8Array) => void,
    end: AbortSignal,
    signal = end,
  ): Promise<void> {
    const { path } = characteristic;
    const listening = new AbortController();
    this.#hookOf(path).add(onValue, {
      signal: AbortSignal.any([end, listening.signal]),
    });
    try {
      const agreed = this.#agreements.get(path) ?? this.#agree(characteristic);
      await orAborted(agreed, AbortSignal.any([end, signal]));
    } catch (error) {
      listening.abort();
      throw error;
    }
  }

  async #agree(characteristic: BluezCharacteristic): Promise<void> {
    const { path } = characteristic;
    const { lost } = this.#options;
    const operation = { verb: "subscribe to", method: "StartNotify" };
    const agreed = this.#run(operation, characteristic, lost, (call) => call());
    this.#agreements.set(path, agreed);
    try {
      await agreed;
    } catch (error) {
      this.#agreements.delete(path);
      throw error;
    }
  }

  #hookOf(path: string): EventHook<[value: Uint8Array]> {
    const known = this.#hooks.get(path);
    if (known) return known;
    const hook = new EventHook<[value: Uint8Array]>("onValue");
    this.#hooks.set(path, hook);
    const listener = this.#session.listen(path, (_, changed) => {
      const value = changed["Value"];
      if (value === undefined) return;
      const held = this.#held.get(path);
      if (held) held.push(toBytes(value));
      else hook.fire(toBytes(value));
    });
    const { lost } = this.#options;
    lost.addEventListener("abort", () => listener[Symbol.dispose]());
    return hook;
  }

  /** BlueZ reports a value that was read as if it had been notified; that one is dropped. */
  #hold(path: string): (read: Uint8Array | undefined) => void {
    const held: Uint8Array[] = [];
    this.#held.set(path, held);
    return (read) => {
      this.#held.delete(path);
      const own = read && held.findIndex((value) => isEqual(value, read));
      for (const [at, value] of held.entries()) {
        if (at !== own) this.#hooks.get(path)?.fire(value);
      }
    };
  }

  #run<T>(
    { verb, method, args }: Operation,
    { uuid, path }: BluezCharacteristic,
    signal: AbortSignal,
    work: (call: () => Promise<unknown>) => Promise<T>,
  ): Promise<T> {
    const { name, lost } = this.#options;
    const action = `${verb} ${uuid} of`;
    const either = AbortSignal.any([signal, lost]);
    return this.#queue.run(`${action} ${name}`, either, async (end) => {
      const interfaceName = BLUEZ_INTERFACES.characteristic;
      const call = { path, interfaceName, method, ...(args && { args }) };
      try {
        return await work(() => this.#call(call, end));
      } catch (error) {
        throw toDeviceError(error, action, name);
      }
    });
  }

  /** BlueZ may still be at what was given up before; it is soon done with it. */
  async #call(
    call: Parameters<BluezSession["call"]>[0],
    signal: AbortSignal,
  ): Promise<unknown> {
    for (;;) {
      try {
        return await this.#session.call(call, signal);
      } catch (error) {
        if (!hasBusName(error, BLUEZ_ERRORS.inProgress)) throw error;
        await pause(this.#options.clock, IN_PROGRESS_MS, signal);
      }
    }
  }
}

function toBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array();
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
