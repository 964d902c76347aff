// @ts-check
/// <reference lib="dom" />
/**
 * One bike: its numbers, its ride, its controls and its devices.
 */
import { Connection } from "./connection.js";
import { Controls } from "./controls.js";
import { Devices } from "./devices.js";
import { announce, h, setAttribute, setText } from "./dom.js";
import { onPreferences, preferences } from "./preferences.js";
import { RidePart } from "./ride_part.js";
import { Tile, TILES } from "./tiles.js";
import { WorkoutPart } from "./workout_part.js";
/** @import { BikeSnapshot } from "../bike_view.ts" */
/** @import { Status } from "./connection.js" */
/** @import { Shell } from "./app.js" */

/** How many numbers are large. */
const LARGE = 4;

/** One bike. */
export class BikePage {
  /**
   * @param {Shell} shell
   * @param {string} bikeId
   * @param {{ isWall: boolean }} options
   */
  constructor(shell, bikeId, { isWall }) {
    this.shell = shell;
    this.bikeId = bikeId;
    this.isWall = isWall;
    /** @type {BikeSnapshot | null} */
    this.bike = null;
    /** @type {Tile[]} */
    this.tiles = [];
    this.clockOffsetMs = 0;
    this.large = h("div", { class: "tiles large" });
    this.small = h("div", { class: "tiles small" });
    this.title = h("h1", {}, `Bike ${bikeId}`);
    this.state = h("span", { class: "state" }, "waiting");
    this.element = h(
      "div",
      { class: isWall ? "bike wall-view" : "bike" },
      h("div", { class: "title" }, this.title, this.state),
      this.large,
      this.small,
    );
    this.controls = isWall ? null : new Controls(bikeId);
    this.devices = isWall ? null : new Devices(bikeId);
    this.ride = isWall ? null : new RidePart();
    this.workout = isWall ? null : new WorkoutPart(bikeId);
    if (this.controls && this.devices && this.ride && this.workout) {
      this.element.append(
        this.workout.element,
        this.ride.element,
        this.controls.element,
        this.devices.element,
      );
    }
    this.stopPreferences = onPreferences(() => this.#arrange());
    this.#arrange();
    this.clock = setInterval(() => this.#update(), 1000);
    this.connection = new Connection(`/api/bikes/${bikeId}/events`, {
      status: (status) => this.#status(status),
      bike: (bike) => this.#take(bike),
      profile: (blocks) => {
        // Levels of resistance cannot be drawn in watts.
        const isDrawn = blocks.some(({ from }) => from !== null);
        const drawn = isDrawn ? blocks : [];
        this.workout?.setProfile(drawn);
        this.ride?.setProfile(drawn);
      },
      samples: (rows) => this.ride?.add(rows),
      lost: (sinceMs) => this.shell.connectionLost(sinceMs),
    });
  }

  close() {
    clearInterval(this.clock);
    this.stopPreferences();
    this.connection.close();
    this.ride?.close();
  }

  /**
   * @param {string} key
   * @returns {boolean} Whether it means something.
   */
  press(key) {
    if (key === "s" && this.controls) {
      void this.controls.stop();
      return true;
    }
    return (this.workout?.press(key) || this.controls?.press(key)) ?? false;
  }

  #arrange() {
    const kinds = preferences.tiles.flatMap((name) => {
      const kind = TILES.get(name);
      return kind ? [kind] : [];
    });
    this.tiles = kinds.map((kind) => new Tile(kind));
    const elements = this.tiles.map(({ element }) => element);
    this.large.replaceChildren(...elements.slice(0, LARGE));
    this.small.replaceChildren(...elements.slice(LARGE));
    setAttribute(this.large, "data-count", Math.min(LARGE, elements.length));
    this.#update();
  }

  /** @param {Status} status */
  #status({ nowMs, broker }) {
    this.clockOffsetMs = nowMs - Date.now();
    this.shell.brokerState(broker, this.clockOffsetMs);
  }

  /** @param {BikeSnapshot} bike */
  #take(bike) {
    const before = this.bike;
    this.bike = bike;
    if (before && before.presence !== bike.presence) {
      const isBack = bike.presence === "online";
      announce(
        `Bike ${bike.id} is ${bike.presence}`,
        isBack ? "good" : "bad",
      );
    }
    this.#update();
  }

  #update() {
    const { bike } = this;
    if (!bike) return;
    const isLost = this.connection?.lostSinceMs !== null;
    const nowMs = Date.now() + this.clockOffsetMs;
    const shown = isLost ? aged(bike) : bike;
    for (const tile of this.tiles) tile.update(shown, { nowMs, preferences });
    const state = isLost ? "not connected" : stateOf(bike);
    setText(this.state, state);
    setAttribute(this.state, "data-state", state);
    this.controls?.update(bike, isLost);
    this.workout?.update(bike);
    setAttribute(this.element, "data-lost", isLost);
    this.devices?.update(bike, nowMs);
    this.ride?.update(bike);
    this.shell.keepAwake(bike.ride.isActive);
  }
}

/** @param {BikeSnapshot} bike */
function stateOf({ presence, values }) {
  if (presence === "offline") return "offline";
  const isLive = Object.values(values).some(({ state }) => state === "live");
  return isLive ? "live" : "idle";
}

/**
 * Nothing that was live when the connection went is current any more.
 *
 * @param {BikeSnapshot} bike
 * @returns {BikeSnapshot}
 */
function aged(bike) {
  const values = { ...bike.values };
  for (const [name, value] of Object.entries(bike.values)) {
    if (value.state !== "live") continue;
    Object.assign(values, { [name]: { ...value, state: "stale" } });
  }
  return { ...bike, values };
}
