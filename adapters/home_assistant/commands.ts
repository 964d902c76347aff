/**
 * Commands of Home Assistant, carried out and answered like any other.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";
import { PayloadError } from "#lib/base/errors.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { describeFailure } from "#lib/bike/command_failure.ts";
import type { Controller } from "#lib/bike/controller.ts";
import type { ActuatorName } from "#lib/bike/values.ts";
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";
import type { CommandGuard } from "../bike_topics/command_guard.ts";
import { StopButton } from "../bike_panel/stop_button.ts";
import { NUMBERS } from "./components.ts";

const logger = getLogger("home");

/** The longest payload that is looked at, in bytes. */
const MAX_PAYLOAD_BYTES = 1024;

/** A fan that is switched on without a speed, and had none before, in percent. */
const FAN_PERCENT = 50;

/** How a command ended. */
export interface CommandEnd {
  /** Its name, as in its topic. */
  readonly command: string;
  /** What the device was set to. */
  readonly value?: number;
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
}

type NumberName = Exclude<ActuatorName, "simulation">;

const ACTUATORS: ReadonlyMap<string, NumberName> = new Map<string, NumberName>([
  ...NUMBERS.map(({ key, actuator }) => [key, actuator] as const),
  ["fan_percentage", "fanPercent"],
]);

/** Carries commands out. */
export class HomeCommands {
  readonly #bike: Bike;
  readonly #controller: Controller;
  readonly #guard: CommandGuard;
  readonly #stop: StopButton;
  readonly #onEnd: (end: CommandEnd) => void;
  #fanPercent = FAN_PERCENT;

  /**
   * Waits for commands.
   *
   * @param guard Says which are carried out.
   * @param onEnd Called with the end of each.
   */
  constructor(
    bike: Bike,
    guard: CommandGuard,
    onEnd: (end: CommandEnd) => void,
  ) {
    this.#bike = bike;
    this.#controller = bike.controller("home-assistant");
    this.#guard = guard;
    this.#stop = new StopButton(bike);
    this.#onEnd = onEnd;
  }

  /**
   * Carries a command out.
   *
   * @param message The message, on `…/{command}/set`.
   */
  async receive(message: MqttMessage): Promise<void> {
    const { topic, payload, retain } = message;
    const command = topic.split("/").at(-2) ?? "";
    // What the broker kept would be carried out again on each reconnect.
    if (retain || payload.length === 0) return;
    if (this.#guard.isDone(message)) return;
    try {
      // To stop is right at any time.
      if (command !== "stop") this.#guard.requireNew(message, command);
      const text = readText(topic, payload);
      const value = await this.#carryOut(command, topic, text);
      this.#onEnd({ command, ...(value !== undefined && { value }) });
    } catch (cause) {
      const { code, message } = describeFailure(cause);
      logger.warn("A command of Home Assistant was refused: {message}", {
        message,
      });
      this.#onEnd({ command, error: { code, message } });
    }
  }

  /** Says that the connection is lost; the hub's fail-safe then acts. */
  lose(): void {
    this.#controller.lose();
  }

  /** Gives up what it holds. */
  close(): void {
    this.#controller.close();
    this.#stop.close();
  }

  async #carryOut(
    command: string,
    topic: string,
    text: string,
  ): Promise<number | undefined> {
    const actuator = ACTUATORS.get(command);
    if (actuator !== undefined) {
      return await this.#set(actuator, readNumber(topic, text));
    }
    switch (command) {
      case "fan":
        return await this.#switchFan(topic, text);
      case "stop":
        await this.#stop.press();
        return undefined;
      case "calibrate":
        await this.#bike.calibrate(readDevice(topic, text));
        return undefined;
      default:
        throw new PayloadError({
          topic,
          path: "",
          received: JSON.stringify(command),
          expected: "the name of a command",
        });
    }
  }

  async #set(actuator: NumberName, value: number): Promise<number> {
    const applied = await this.#controller.set(actuator, value);
    if (actuator === "fanPercent" && applied > 0) this.#fanPercent = applied;
    return applied;
  }

  #switchFan(topic: string, text: string): Promise<number> {
    if (text === "ON") return this.#set("fanPercent", this.#fanPercent);
    if (text === "OFF") return this.#set("fanPercent", 0);
    throw new PayloadError({
      topic,
      path: "",
      received: JSON.stringify(text),
      expected: "ON or OFF",
    });
  }
}

function readText(topic: string, payload: Uint8Array): string {
  if (payload.length <= MAX_PAYLOAD_BYTES) {
    return new TextDecoder().decode(payload);
  }
  const received = `${payload.length} bytes`;
  const expected = `at most ${MAX_PAYLOAD_BYTES}`;
  throw new PayloadError({ topic, path: "", received, expected });
}

function readNumber(topic: string, text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) + 0;
  throw new PayloadError({
    topic,
    path: "",
    received: JSON.stringify(text.slice(0, 64)),
    expected: "a number",
  });
}

function readDevice(topic: string, text: string): string {
  const device = /^\{"device":("(?:[^"\\]|\\.)*")\}$/.exec(text)?.[1];
  if (device !== undefined) {
    try {
      return String(JSON.parse(device));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw new PayloadError({
    topic,
    path: "",
    received: JSON.stringify(text.slice(0, 64)),
    expected: '{"device":"…"}',
  });
}
