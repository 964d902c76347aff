/**
 * The panel of a bike: what those who command it have to know, and their commands.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { describeFailure } from "#lib/bike/command_failure.ts";
import type { Controller } from "#lib/bike/controller.ts";
import type {
  PanelAnswer,
  PanelCommand,
  PanelRider,
} from "#lib/bike/remote_bike.ts";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import {
  parsePanelCommand,
  readCommandId,
  stringifyAnswer,
} from "./panel_command.ts";
import { CommandGuard } from "../bike_topics/command_guard.ts";
import { readPanel } from "./panel_state.ts";
import { type PanelTopics, panelTopics } from "./panel_topics.ts";
import { StopButton } from "./stop_button.ts";

const logger = getLogger("panel");

/** Least time between two messages of how everything stands, in milliseconds. */
const STATUS_INTERVAL_MS = 250;

/** The most commands that are carried out at a time. */
const MAX_COMMANDS = 20;

/** How a bike's panel is shown. */
interface BikePanelOptions {
  /** Id of the bike in its topics. */
  readonly bikeId: string;
  /**
   * What is configured of the bike's rider.
   *
   * @default nothing is
   */
  readonly rider?: PanelRider | undefined;
  /**
   * Where the time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** A panel that is shown; it ends when disposed. */
interface ShownPanel extends AsyncDisposable {
  /** Resolves when commands are taken. */
  readonly ready: Promise<void>;
}

/**
 * Shows a bike's panel on `bike/{id}/panel/status` (retained), takes commands on
 * `…/control` and answers each on `…/report`.
 *
 * @param options How it is shown.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function serveBikePanel(
  bike: Bike,
  endpoint: MqttEndpoint,
  options: BikePanelOptions,
): ShownPanel {
  return new BikePanel(bike, endpoint, options);
}

class BikePanel implements ShownPanel {
  readonly ready: Promise<void>;
  readonly #bike: Bike;
  readonly #endpoint: MqttEndpoint;
  readonly #clock: Clock;
  readonly #rider: PanelRider | null;
  readonly #topics: PanelTopics;
  readonly #controller: Controller;
  readonly #guard: CommandGuard;
  readonly #stop: StopButton;
  readonly #end = new AbortController();
  #published = "";
  #running = 0;
  #stopTimer: (() => void) | undefined;

  constructor(bike: Bike, endpoint: MqttEndpoint, options: BikePanelOptions) {
    const { bikeId, clock = systemClock, rider = null } = options;
    this.#bike = bike;
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#rider = rider;
    this.#topics = panelTopics(bikeId);
    this.#controller = bike.controller("panel");
    this.#guard = new CommandGuard(endpoint, clock);
    this.#stop = new StopButton(bike);
    const { signal } = this.#end;
    const schedule = () => this.#schedule();
    bike.onChanged.add(schedule, { signal });
    bike.onHolderChanged.add(schedule, { signal });
    bike.onDeviceChanged.add(schedule, { signal });
    bike.onDeviceRemoved.add(schedule, { signal });
    bike.limits.onChanged.add(schedule, { signal });
    endpoint.onConnected.add(() => {
      this.#published = "";
      schedule();
    }, { signal });
    endpoint.onDisconnected.add(() => this.#controller.lose(), { signal });
    const subscription = endpoint.subscribe(
      this.#topics.control,
      (message) => void this.#receive(message),
      { signal },
    );
    this.ready = subscription.ready;
    this.ready.catch(() => {});
    schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#stopTimer?.();
    this.#end.abort();
    this.#controller.close();
    this.#stop.close();
    if (this.#endpoint.connected) {
      await this.#publish(this.#topics.status, "", true);
    }
  }

  #schedule(): void {
    if (this.#stopTimer || this.#end.signal.aborted) return;
    this.#stopTimer = this.#clock.setTimeout(() => {
      this.#stopTimer = undefined;
      this.#publishStatus();
    }, STATUS_INTERVAL_MS);
  }

  #publishStatus(): void {
    if (!this.#endpoint.connected) return;
    const text = JSON.stringify(readPanel(this.#bike, this.#rider));
    if (text === this.#published) return;
    this.#published = text;
    void this.#publish(this.#topics.status, text, true);
  }

  async #receive(message: MqttMessage): Promise<void> {
    const { payload, retain } = message;
    const id = readCommandId(payload);
    // What the broker kept would be carried out again on each reconnect.
    if (id === undefined || retain || this.#guard.isDone(message)) return;
    if (this.#running >= MAX_COMMANDS) {
      const error = {
        code: "held",
        message: "Cannot take the command: too many are being carried out",
      };
      return this.#answer({ id, error });
    }
    this.#running++;
    try {
      const command = parsePanelCommand(this.#topics.control, payload);
      // To stop is right at any time.
      if (command.command !== "stop") {
        this.#guard.requireNew(message, command.command);
      }
      this.#answer({ id, ...await this.#carryOut(id, command) });
    } catch (cause) {
      const { code, message } = describeFailure(cause);
      this.#answer({ id, error: { code, message } });
    } finally {
      this.#running--;
    }
  }

  async #carryOut(
    id: string,
    command: PanelCommand,
  ): Promise<Pick<PanelAnswer, "value">> {
    switch (command.command) {
      case "set":
        return {
          value: await this.#controller.set(command.control, command.value),
        };
      case "stop":
        await this.#stop.press();
        return {};
      case "calibrate":
        await this.#calibrate(id, command.device);
        return {};
      case "workout":
        throw new RangeError("Workouts have a topic of their own");
    }
  }

  async #calibrate(id: string, device: string): Promise<void> {
    const end = new AbortController();
    this.#bike.onCalibrationStep.add((step) => {
      if (step.device === device) this.#answer({ id, step: step.instruction });
    }, { signal: end.signal });
    try {
      await this.#bike.calibrate(device);
    } finally {
      end.abort();
    }
  }

  #answer(answer: PanelAnswer): void {
    // An answer that waited for the broker would be one to nobody.
    if (!this.#endpoint.connected) return;
    void this.#publish(this.#topics.report, stringifyAnswer(answer));
  }

  async #publish(topic: string, text: string, retain = false): Promise<void> {
    try {
      await this.#endpoint.publish(topic, text, { retain });
    } catch (error) {
      logger.warn("Cannot publish to {topic}: {error}", { topic, error });
    }
  }
}
