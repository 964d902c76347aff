/**
 * Characteristics that are written to and answer by notification: control
 * points of the Bluetooth SIG, and those of vendors that work alike.
 *
 * @module
 */
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { BleSession } from "./ble_session.ts";
import { Timer } from "./timer.ts";
import { until } from "./until.ts";

/** How a control point is talked to. */
interface ControlPointOptions<C, M> {
  /** Characteristic that commands are written to, full UUID. */
  readonly commands: string;
  /**
   * Characteristic that answers come from, full UUID.
   *
   * @default the same as `commands`
   */
  readonly answers?: string;
  /** Writes a command. */
  readonly encode: (command: C) => Uint8Array;
  /** Reads an answer, or an event that nobody asked for. */
  readonly decode: (bytes: Uint8Array) => M;
  /** Checks whether a message answers a command. */
  readonly isAnswer: (message: M, command: C) => boolean;
  /**
   * What keeps late answers apart.
   *
   * @default none
   */
  readonly barrier?: Barrier<NoInfer<C>>;
}

/**
 * A command that is written between one that got no answer in time and the
 * next one of its kind, so that an answer which comes late is not taken for
 * that of the next one: devices answer in order.
 */
interface Barrier<C> {
  /** Changes nothing, and has answers of its own. */
  readonly command: C;
  /** Whether the late answer of one command could be taken for that of another. */
  readonly isSameKind: (one: C, other: C) => boolean;
}

/** How an answer is waited for. */
export interface RequestOptions {
  /**
   * How long to wait for it, in milliseconds.
   *
   * @default {3000}
   */
  readonly timeoutMs?: number;
  /** Gives up; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long an answer may take, in milliseconds: real ones come after 30 to 280 ms. */
const TIMEOUT_MS = 3000;

/** A control point: one command at a time, each with its own answer. */
export class ControlPoint<C, M> {
  /** Fires with each message, answers among them. */
  readonly onMessage: EventHook<[message: M]> = new EventHook("control point");
  readonly #session: BleSession;
  readonly #options: ControlPointOptions<C, M>;
  #last: Promise<unknown> = Promise.resolve();
  /** Commands whose answers may still come, by what was written. */
  readonly #unanswered = new Map<string, C>();

  private constructor(
    session: BleSession,
    options: ControlPointOptions<C, M>,
  ) {
    this.#session = session;
    this.#options = options;
  }

  /**
   * Asks for answers, which must come before any command is written.
   *
   * @param options How it is talked to.
   * @throws {DeviceError} If the device refuses, or is gone.
   */
  static async open<C, M>(
    session: BleSession,
    options: ControlPointOptions<C, M>,
  ): Promise<ControlPoint<C, M>> {
    const point = new ControlPoint(session, options);
    const { commands, answers = commands, decode } = options;
    await session.onFrame(
      answers,
      decode,
      (message) => point.onMessage.fire(message),
    );
    return point;
  }

  /**
   * Writes a command and waits for its answer; commands before it come first.
   *
   * @param options How long to wait.
   * @throws {TimeoutError} If none came.
   * @throws {DeviceError} If the write was refused, or the connection is lost.
   */
  request(command: C, options: RequestOptions = {}): Promise<M> {
    return this.#inTurn(async () => {
      await this.#passBarrier(command, options);
      return await this.#ask(command, options);
    });
  }

  /**
   * Writes a command that gets no answer.
   *
   * @param options When to give up.
   * @throws {DeviceError} If the write was refused, or the connection is lost.
   */
  send(
    command: C,
    { signal }: Pick<RequestOptions, "signal"> = {},
  ): Promise<void> {
    return this.#inTurn(() => this.#write(command, signal));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** A device that does not answer to the barrier gets the command all the same, and no barrier again. */
  async #passBarrier(command: C, options: RequestOptions): Promise<void> {
    const { barrier } = this.#options;
    if (!barrier || this.#unanswered.has(this.#keyOf(barrier.command))) return;
    const isAmbiguous = [...this.#unanswered.values()].some((late) =>
      barrier.isSameKind(late, command)
    );
    if (!isAmbiguous) return;
    try {
      await this.#ask(barrier.command, options);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }

  /** Notes what has no answer; devices answer in order, so that of the barrier comes after all that are late. */
  async #ask(command: C, options: RequestOptions): Promise<M> {
    const { barrier } = this.#options;
    const key = this.#keyOf(command);
    try {
      const answer = await this.#request(command, options);
      const isBarrier = barrier && key === this.#keyOf(barrier.command);
      if (isBarrier) this.#unanswered.clear();
      return answer;
    } catch (error) {
      const isLate = barrier && !(error instanceof DeviceError);
      if (isLate) this.#unanswered.set(key, command);
      throw error;
    }
  }

  #keyOf(command: C): string {
    return this.#options.encode(command).toHex();
  }

  async #request(command: C, options: RequestOptions): Promise<M> {
    const { timeoutMs = TIMEOUT_MS, signal } = options;
    const { clock, device, peripheral } = this.#session;
    const what = `answer of ${device.status.device}`;
    using timer = new Timer(clock, what, timeoutMs);
    const ended = AbortSignal.any([
      peripheral.lost,
      timer.signal,
      ...(signal ? [signal] : []),
    ]);
    ended.throwIfAborted();
    const answer = until(
      this.onMessage,
      (message) =>
        this.#options.isAnswer(message, command) ? message : undefined,
      ended,
    );
    await Promise.all([answer, this.#write(command, ended)]);
    return await answer;
  }

  async #write(command: C, signal: AbortSignal | undefined): Promise<void> {
    const { commands, encode } = this.#options;
    await this.#session.peripheral.write(
      commands,
      encode(command),
      signal ? { signal } : {},
    );
  }
}
