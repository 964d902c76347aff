/**
 * A bike in Home Assistant, by its MQTT discovery.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import type { ButtonState } from "#lib/bike/buttons.ts";
import { RideTotals } from "#lib/bike/ride_totals.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { CommandGuard } from "../bike_topics/command_guard.ts";
import { type CommandEnd, HomeCommands } from "./commands.ts";
import {
  bikeDiscovery,
  deviceDiscovery,
  type DiscoveryOrigin,
} from "./discovery.ts";
import { HomeNames } from "./names.ts";
import { RetainedTopics } from "./retained_topics.ts";
import { deviceStateOf, sampleOf, stateOf } from "./state.ts";

const logger = getLogger("home");

/** Time between two messages of all values, in milliseconds: what its recorder stores. */
const STATE_INTERVAL_MS = 1000;

/** A value that does not change is repeated before it counts as expired, in seconds. */
const REPEAT_SECONDS = 4;

/** How a bike is shown. */
interface HomeAssistantOptions extends DiscoveryOrigin {
  /** Id of the bike in its topics. */
  readonly bikeId: string;
  /**
   * Whether it is shown; where it is not, what an earlier run announced is removed.
   *
   * @default {true}
   */
  readonly isEnabled?: boolean;
  /**
   * Discovery prefix of Home Assistant.
   *
   * @default {"homeassistant"}
   */
  readonly prefix?: string;
  /**
   * Where the time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** A bike in Home Assistant; it ends when disposed. */
interface ShownInHome extends AsyncDisposable {
  /** Resolves when commands are taken. */
  readonly ready: Promise<void>;
}

/**
 * Shows a bike in Home Assistant: announces it and its devices, publishes its
 * values once a second, and carries commands out.
 *
 * @param endpoint The connection; it may be made before or after.
 * @param options How it is shown.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function serveHomeAssistant(
  bike: Bike,
  endpoint: MqttEndpoint,
  options: HomeAssistantOptions,
): ShownInHome {
  const names = new HomeNames(options.bikeId, options.prefix);
  const retained = new RetainedTopics(endpoint, names);
  if (options.isEnabled ?? true) {
    return new HomeAssistant(bike, endpoint, { names, retained, options });
  }
  return {
    ready: Promise.resolve(),
    [Symbol.asyncDispose]: () => retained.close(),
  };
}

interface HomeParts {
  readonly names: HomeNames;
  readonly retained: RetainedTopics;
  readonly options: HomeAssistantOptions;
}

class HomeAssistant implements ShownInHome {
  readonly ready: Promise<void>;
  readonly #bike: Bike;
  readonly #endpoint: MqttEndpoint;
  readonly #names: HomeNames;
  readonly #retained: RetainedTopics;
  readonly #options: HomeAssistantOptions;
  readonly #clock: Clock;
  readonly #commands: HomeCommands;
  readonly #totals = new RideTotals();
  readonly #end = new AbortController();
  #refusal: string | null = null;
  #seconds = 0;
  #stopTimer: () => void = () => {};

  constructor(
    bike: Bike,
    endpoint: MqttEndpoint,
    { names, retained, options }: HomeParts,
  ) {
    this.#bike = bike;
    this.#endpoint = endpoint;
    this.#names = names;
    this.#retained = retained;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#commands = new HomeCommands(
      bike,
      new CommandGuard(endpoint, this.#clock),
      (end) => this.#answer(end),
    );
    this.ready = this.#listen();
    this.ready.catch(() => {});
    this.#announce();
    this.#tick();
  }

  /** The announcements stay: its last will says that the bike is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#stopTimer();
    this.#commands.close();
    await this.#retained.close();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#end;
    const own = { signal };
    const bike = this.#bike;
    const endpoint = this.#endpoint;
    const announce = () => this.#announce();
    bike.onDeviceChanged.add(announce, own);
    bike.onDeviceRemoved.add(announce, own);
    bike.limits.onChanged.add(announce, own);
    bike.onButton.add((state) => this.#button(state), own);
    endpoint.onDisconnected.add(() => this.#commands.lose(), own);
    const subscriptions = [
      endpoint.subscribe(
        this.#names.commands,
        (message) => void this.#commands.receive(message),
        own,
      ),
      endpoint.subscribe(this.#names.birth, ({ payload, retain }) => {
        const isBorn = new TextDecoder().decode(payload) === "online";
        if (isBorn && !retain) this.#retained.repeat();
      }, own),
    ];
    await Promise.all(subscriptions.map(({ ready }) => ready));
  }

  /** Discovery messages that did not change are not sent again. */
  #announce(): void {
    if (this.#end.signal.aborted) return;
    const bike = this.#bike;
    const names = this.#names;
    const origin = this.#options;
    const messages = [
      bikeDiscovery({ names, bike }, origin),
      ...bike.devices.map((status) =>
        deviceDiscovery(names, status, {
          canCalibrate: bike.canCalibrate(status.device),
          origin,
        })
      ),
    ];
    this.#retained.announce(
      new Map(messages.map(({ topic, payload }) => [topic, payload])),
    );
    this.#publishDevices();
  }

  #publishDevices(): void {
    const bike = this.#bike;
    for (const status of bike.devices) {
      this.#retained.put(
        this.#names.deviceState(status.device),
        deviceStateOf(status, bike.lastSeenMs(status.device)),
      );
    }
  }

  #tick(): void {
    this.#stopTimer = this.#clock.setTimeout(
      () => this.#tick(),
      STATE_INTERVAL_MS,
    );
    this.#totals.add(sampleOf(this.#bike, this.#clock.now()));
    this.#publishState(this.#seconds++ % REPEAT_SECONDS === 0);
    // Calibrations are given to the bike after its devices.
    if (this.#seconds % REPEAT_SECONDS === 0) this.#announce();
  }

  #publishState(isRepeated: boolean): void {
    const { summary } = this.#totals;
    const text = stateOf(this.#bike, summary, this.#refusal);
    this.#retained.put(this.#names.state, text, isRepeated);
  }

  #button({ button, isPressed }: ButtonState): void {
    this.#announce();
    void this.#publish(
      this.#names.button(button),
      JSON.stringify({ event_type: isPressed ? "press" : "release" }),
    );
  }

  #answer({ command, value, error }: CommandEnd): void {
    if (error) this.#refusal = error.message;
    const answer = {
      ...(value !== undefined && { value }),
      ...(error && { error }),
    };
    void this.#publish(this.#names.answer(command), JSON.stringify(answer));
    // A number that was refused goes back to what holds.
    this.#publishState(true);
  }

  async #publish(topic: string, payload: string): Promise<void> {
    if (!this.#endpoint.connected) return;
    try {
      await this.#endpoint.publish(topic, payload);
    } catch (error) {
      logger.warn("Cannot publish to {topic}: {error}", { topic, error });
    }
  }
}
