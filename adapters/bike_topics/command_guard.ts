/**
 * Which commands are carried out: those that come once, and in time.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { CommandError } from "#lib/bike/command_error.ts";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import { readDeadline } from "#lib/objectapi/call_envelope.ts";
import type { LinkAge } from "#lib/objectapi/link_age.ts";
import { RepeatedCommands } from "./repeated_commands.ts";

/** The oldest command that is carried out, in milliseconds. */
export const MAX_COMMAND_AGE_MS = 5000;

/** What the bike's topics know of a connection. */
interface BikeLink {
  /** How old a message that comes now may be. */
  readonly age: LinkAge;
  /** Whether another program carries the commands of this bike out. */
  readonly isReplaced: () => boolean;
}

const links = new WeakMap<MqttEndpoint, BikeLink>();

/** Lets all who take commands over a connection know what the bike's topics know of it. */
export function shareLink(endpoint: MqttEndpoint, link: BikeLink): void {
  links.set(endpoint, link);
}

/** Judges the commands of one adapter, besides those of the bike's own topics. */
export class CommandGuard {
  readonly #endpoint: MqttEndpoint;
  readonly #clock: Clock;
  readonly #repeated: RepeatedCommands;

  /**
   * Starts without commands.
   *
   * @param endpoint Where they come from.
   */
  constructor(endpoint: MqttEndpoint, clock: Clock) {
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#repeated = new RepeatedCommands(clock);
  }

  /**
   * Remembers a command.
   *
   * @returns True if it came before, or is for another program of this bike.
   */
  isDone(message: MqttMessage): boolean {
    const isReplaced = links.get(this.#endpoint)?.isReplaced() ?? false;
    return this.#repeated.isRepeated(message) || isReplaced;
  }

  /**
   * Refuses a command that may have waited on its way.
   *
   * @param name What is commanded, for the error.
   * @throws {CommandError} Reason `expired`.
   */
  requireNew({ properties }: MqttMessage, name: string): void {
    const deadlineMs = readDeadline(properties) ?? Infinity;
    const isLate = this.#clock.now() > deadlineMs ||
      links.get(this.#endpoint)?.age.mayBeOlderThan(MAX_COMMAND_AGE_MS);
    if (!isLate) return;
    throw new CommandError(
      `Cannot carry out "${name}": the command may have waited for more than ${MAX_COMMAND_AGE_MS} ms on its way, send it again if it still holds`,
      name,
      "expired",
    );
  }
}
