/**
 * Buttons on the handlebar and on remotes.
 *
 * @module
 */
import { EventHook } from "#lib/base/event_hook.ts";

/** A button, as it was reported last. */
export interface ButtonState {
  /** The device it is on. */
  readonly device: string;
  /** Its name, for example `LEFT`. */
  readonly button: string;
  /** Whether it is down. */
  readonly isPressed: boolean;
  /** When it was pressed, released or first reported, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
}

/** All buttons of all devices. */
export class ButtonBoard {
  /** Fires when a button is pressed or released, and when it is first reported. */
  readonly onChanged: EventHook<[button: ButtonState]> = new EventHook(
    "buttons",
  );
  readonly #now: () => number;
  readonly #buttons = new Map<string, ButtonState>();

  /**
   * Starts without buttons.
   *
   * @param now The time of day, in milliseconds since 1970-01-01 UTC.
   */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** All buttons that were ever reported by devices on the bike, oldest first. */
  get all(): readonly ButtonState[] {
    return [...this.#buttons.values()];
  }

  /**
   * Takes a button's state; one that it has already changes nothing.
   *
   * @param isPressed Whether it is down.
   */
  put(device: string, button: string, isPressed: boolean): void {
    const key = JSON.stringify([device, button]);
    if (this.#buttons.get(key)?.isPressed === isPressed) return;
    const state = { device, button, isPressed, timeMs: this.#now() };
    this.#buttons.set(key, state);
    this.onChanged.fire(state);
  }

  /** Releases the buttons of a device that went. */
  releaseAll(device: string): void {
    for (const state of this.all) {
      if (state.device === device) this.put(device, state.button, false);
    }
  }

  /** Forgets the buttons of a device. */
  remove(device: string): void {
    for (const { button, device: own } of this.all) {
      if (own === device) this.#buttons.delete(JSON.stringify([own, button]));
    }
  }
}
