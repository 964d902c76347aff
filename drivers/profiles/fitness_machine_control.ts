/**
 * The control point of a fitness machine: permission first, one command at a
 * time, and the machine's own result (Fitness Machine Service 1.0, section
 * 4.16).
 *
 * @module
 */
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
const CONTROL_NOT_PERMITTED = 5;

/** How often control is asked for when a driver starts. */
const CONTROL_TRIES = 3;

/** Commands a fitness machine. */
export class FitnessMachineControl {
  readonly #session: BleSession;
  readonly #point: ControlPoint<FitnessMachineCommand, FitnessMachineResponse>;
  #hasControl = false;

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
   * @param session The connection.
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
    const { attempt, quirks, signal } = this.#session;
    for (let tries = 0; tries < CONTROL_TRIES && !this.#hasControl; tries++) {
      await attempt("control", () => this.#takeControl({ signal }));
    }
    if (!this.#hasControl) return;
    const options = { timeoutMs: quirks.startTimeoutMs, signal };
    await attempt(
      "a start",
      () => this.#point.request({ name: "startOrResume" }, options),
    );
  }

  /** Says that the machine took control away; the next command asks for it again. */
  loseControl(): void {
    this.#hasControl = false;
  }

  /**
   * Carries a command out, asking for control before it where that is needed.
   *
   * @param command The command.
   * @param options How long to wait for its answer.
   * @returns The answer, a success.
   * @throws {DeviceError} `refused` with the machine's result code, or `disconnected`.
   * @throws {TimeoutError} If it gave no answer.
   */
  async carryOut(
    command: FitnessMachineCommand,
    options: RequestOptions = {},
  ): Promise<FitnessMachineResponse> {
    if (!this.#hasControl) await this.#takeControl(options);
    let answer = await this.#point.request(command, options);
    if (answer.resultCode === CONTROL_NOT_PERMITTED) {
      this.#hasControl = false;
      await this.#takeControl(options);
      answer = await this.#point.request(command, options);
    }
    return this.#requireSuccess(command, answer);
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
