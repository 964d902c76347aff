/**
 * Who may command what.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { CommandError } from "./command_error.ts";
import {
  type ActuatorName,
  type Channel,
  CHANNEL_OF,
  CHANNELS,
} from "./values.ts";

/** How long a controller's command keeps those of lower priority away, in milliseconds. */
export const HOLD_MS = 10_000;

/** Who asks for a channel. */
export interface Claimant {
  /** Its id. */
  readonly id: string;
  /** The higher one wins. */
  readonly priority: number;
}

interface Hold {
  readonly claimant: Claimant;
  readonly sinceMs: number;
  readonly isExclusive: boolean;
}

/**
 * Who may command what. The channel belongs to whose command was accepted
 * last. Another controller takes it over if its priority is higher or the
 * same; with a lower one, or while the channel is held exclusively, it is
 * refused. A hold that is not exclusive stops refusing after some time without
 * commands; an exclusive one lasts until it is released.
 */
export class Arbiter {
  /** Fires with the new holder of a channel; undefined if there is none. */
  readonly onHolderChanged: EventHook<
    [channel: Channel, holder: string | undefined]
  > = new EventHook("holder changed");
  readonly #clock: Clock;
  readonly #holdMs: () => number;
  readonly #holds = new Map<Channel, Hold>();

  /**
   * Starts with channels that nobody holds.
   *
   * @param clock Says how old a command is.
   * @param holdMs How long a command keeps those of lower priority away, in milliseconds.
   */
  constructor(clock: Clock, holdMs: () => number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  /**
   * Who holds a channel.
   *
   * @returns The id of whose command was accepted last; undefined if it has released the channel.
   */
  holder(channel: Channel): string | undefined {
    return this.#holds.get(channel)?.claimant.id;
  }

  /**
   * Takes a channel, or keeps it.
   *
   * @param actuator What it wants to drive.
   * @param isExclusive Whether to keep out others of the same priority too.
   * @throws {CommandError} `held` if another controller is in the way.
   */
  claim(
    claimant: Claimant,
    actuator: ActuatorName,
    isExclusive = false,
  ): void {
    const channel = CHANNEL_OF[actuator];
    const hold = this.#holds.get(channel);
    const isOwn = hold?.claimant === claimant;
    if (hold && !isOwn && this.#keepsOut(hold, claimant)) {
      throw new CommandError(
        `Cannot set "${actuator}": "${hold.claimant.id}" holds the ${channel}, it must release it first`,
        actuator,
        "held",
      );
    }
    const sinceMs = this.#clock.monotonicMs();
    this.#holds.set(channel, {
      claimant,
      sinceMs,
      isExclusive: isExclusive || (isOwn && hold.isExclusive),
    });
    if (!isOwn) this.onHolderChanged.fire(channel, claimant.id);
  }

  /**
   * Releases all channels of a controller.
   *
   * @returns The channels it held.
   */
  release(claimant: Claimant): readonly Channel[] {
    const held = CHANNELS.filter((channel) =>
      this.#holds.get(channel)?.claimant === claimant
    );
    for (const channel of held) {
      this.#holds.delete(channel);
      this.onHolderChanged.fire(channel, undefined);
    }
    return held;
  }

  #keepsOut(hold: Hold, { priority }: Claimant): boolean {
    if (priority > hold.claimant.priority) return false;
    if (hold.isExclusive) return true;
    const ageMs = this.#clock.monotonicMs() - hold.sinceMs;
    return priority < hold.claimant.priority && ageMs < this.#holdMs();
  }
}
