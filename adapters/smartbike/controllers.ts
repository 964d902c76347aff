/**
 * Clients that command the bike, by the names they give themselves.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { Controller, ControllerOptions } from "#lib/bike/controller.ts";
import { CHANNELS } from "#lib/bike/values.ts";

/** What clients are called that give no name. */
const NAMELESS = "apigear";

/** How many controllers are known at a time; those that hold nothing make room. */
const MAX_CONTROLLERS = 64;

/** The longest name, in characters. */
const MAX_NAME_LENGTH = 100;

/** Clients that command the bike; each gets its own controller on the hub. */
export class Controllers {
  readonly #hub: Bike;
  readonly #options: ControllerOptions;
  readonly #known = new Map<string, Controller>();

  /**
   * Starts without clients.
   *
   * @param hub The bike that they command.
   * @param options How their commands are taken.
   */
  constructor(hub: Bike, options: ControllerOptions = {}) {
    this.#hub = hub;
    this.#options = options;
  }

  /** The controller of a client; a new client gets a new one. */
  get(name: string): Controller {
    const id = idOf(name);
    const controller = this.#known.get(id) ??
      this.#hub.controller(id, this.#options);
    this.#known.delete(id);
    this.#known.set(id, controller);
    if (this.#known.size > MAX_CONTROLLERS) this.#forgetOldest(controller);
    return controller;
  }

  /**
   * The controller of a client that has commanded before.
   *
   * @returns Its controller; undefined if there is none.
   */
  find(name: string): Controller | undefined {
    return this.#known.get(idOf(name));
  }

  /**
   * Ends a client's controller; it holds nothing any more.
   *
   * @returns Whether there was one.
   */
  release(name: string): boolean {
    this.find(name)?.close();
    return this.#known.delete(idOf(name));
  }

  /** Says that the connection to all clients is lost. */
  lose(): void {
    for (const controller of this.#known.values()) controller.lose();
  }

  /** Ends all controllers. */
  close(): void {
    for (const controller of this.#known.values()) controller.close();
    this.#known.clear();
  }

  #forgetOldest(newest: Controller): void {
    const holders = CHANNELS.map((channel) => this.#hub.holder(channel));
    for (const [id, controller] of this.#known) {
      if (controller === newest || holders.includes(id)) continue;
      this.release(id);
      return;
    }
  }
}

function idOf(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH) || NAMELESS;
}
