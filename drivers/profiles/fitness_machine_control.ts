/**
 * The control point of a fitness machine: permission first, one command at a
 * time, and the machine's own result (Fitness Machine Service 1.0, section
 * 4.16).
 *
 * @module
 */
import { orAborted } from "#lib/base/deadline.ts";
import { DeviceError } from "#lib/base/errors.ts";
import {
  decodeFitnessMachineResponse,
  encodeFitnessMachineCommand,
  type FitnessMachineCommand,
  type FitnessMachineResponse,
} from "#lib/gatt/fitness_machine_control_point.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import {
  ControlPoint,
  type RequestOptions,
} from "#lib/driver/control_point.ts";

const SUCCESS = 1;
/** What a machine answers that wants to be given control, or a start, first. */
const WANTS_CONTROL: readonly (number | undefined)[] = [4, 5];

/** How often control is asked for when a driver starts. */
const CONTROL_TRIES = 3;

/** Commands a fitness machine. */
export class FitnessMachineControl {
  readonly #session: BleSession;
  readonly #point: ControlPoint<FitnessMachineCommand, FitnessMachineResponse>;
  #hasControl = false;
  #regaining: Promise<void> | undefined;

  private constructor(
    session: BleSession,
    point: ControlPoint<FitnessMachineCommand, FitnessMachineResponse>,
  ) {
    this.#session = session;
    this.#point = point;
  }

  /**
   * Turns indications on, without which a machine takes no command.
   *
   * @returns The control point; control is asked for with the first command.
   * @throws {DeviceError} If the machine refuses, or is gone.
   */
  static async open(session: BleSession): Promise<FitnessMachineControl> {
    const point = await ControlPoint.open(session, {
      commands: CHARACTERISTICS.fitnessMachineControlPoint,
      encode: encodeFitnessMachineCommand,
      decode: decodeFitnessMachineResponse,
      isAnswer: ({ requestName }, { name }: FitnessMachineCommand) =>
        requestName === name,
      barrier: {
        command: { name: "requestControl" },
        isSameKind: (one, other) => one.name === other.name,
      },
    });
    return new FitnessMachineControl(session, point);
  }

  /**
   * Asks for control and starts the machine. One that refuses, for example
   * because an app has it, is asked again with the next command.
   *
   * @throws {DeviceError} If the machine is gone.
   */
  async start(): Promise<void> {
    const { attempt, signal } = this.#session;
    for (let tries = 0; tries < CONTROL_TRIES && !this.#hasControl; tries++) {
      await attempt("control", () => this.#ensureControl({ signal }));
    }
  }

  /** Says that the machine took control away; the next command asks for it again. */
  loseControl(): void {
    this.#hasControl = false;
  }

  /**
   * Carries a command out, after a request for control and a start where the
   * machine has taken control away or wants them.
   *
   * @param options How long to wait for its answer.
   * @returns The answer, a success.
   * @throws {DeviceError} `refused` with the machine's result code, or `disconnected`.
   * @throws {TimeoutError} If it gave no answer.
   */
  async carryOut(
    command: FitnessMachineCommand,
    options: RequestOptions = {},
  ): Promise<FitnessMachineResponse> {
    await this.#ensureControl(options);
    let answer = await this.#point.request(command, options);
    if (WANTS_CONTROL.includes(answer.resultCode)) {
      this.#hasControl = false;
      await this.#ensureControl(options);
      answer = await this.#point.request(command, options);
    }
    return this.#requireSuccess(command, answer);
  }

  /** Two commands that need control at the same time request it once. */
  async #ensureControl({ signal }: RequestOptions): Promise<void> {
    if (this.#hasControl) return;
    const { ended } = this.#session;
    this.#regaining ??= this.#regainControl({ signal: ended }).finally(() =>
      this.#regaining = undefined
    );
    await orAborted(this.#regaining, signal ?? ended);
  }

  async #regainControl(options: RequestOptions): Promise<void> {
    await this.#takeControl(options);
    await this.#startMachine(options);
  }

  /** A machine that is not to be started, or does not answer to that, takes commands all the same. */
  async #startMachine(options: RequestOptions): Promise<void> {
    const { attempt, quirks } = this.#session;
    if (quirks.start === "off") return;
    await attempt(
      "a start",
      () =>
        this.#point.request({ name: "startOrResume" }, {
          ...options,
          timeoutMs: quirks.startTimeoutMs,
        }),
    );
  }

  async #takeControl(options: RequestOptions = {}): Promise<void> {
    const request: FitnessMachineCommand = { name: "requestControl" };
    const answer = await this.#point.request(request, options);
    this.#requireSuccess(request, answer);
    this.#hasControl = true;
  }

  #requireSuccess(
    { name }: FitnessMachineCommand,
    answer: FitnessMachineResponse,
  ): FitnessMachineResponse {
    const { resultCode, result } = answer;
    if (resultCode === SUCCESS) return answer;
    const { device } = this.#session.device.status;
    throw new DeviceError(
      `Cannot carry out "${name}" on "${device}": it answered ${result}, expected success`,
      device,
      "refused",
      resultCode === undefined ? {} : { resultCode },
    );
  }
}
