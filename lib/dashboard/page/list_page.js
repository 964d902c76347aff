// @ts-check
/// <reference lib="dom" />
/**
 * All bikes: a list to choose from, and a wall that shows many at once.
 */
import { Connection } from "./connection.js";
import { h, setAttribute, setText } from "./dom.js";
import { clockText, numberText } from "./format.js";
import { prefer, preferences } from "./preferences.js";
import { colorOf, heartZone, powerZone, zonesOf } from "./zones.js";
/** @import { BikeSnapshot, ViewValue } from "../bike_view.ts" */
/** @import { Shell } from "./app.js" */
/** @import { Zone } from "./zones.js" */

/** Columns of the wall. */
const COLUMNS = [
  { name: "power", label: "Power", unit: "W" },
  { name: "cadence", label: "Cadence", unit: "rpm" },
  { name: "heart", label: "Heart rate", unit: "bpm" },
  { name: "speed", label: "Speed", unit: "km/h" },
  { name: "distance", label: "Distance", unit: "km" },
  { name: "time", label: "Time", unit: "" },
];

/**
 * @param {ViewValue} view
 * @param {(value: number) => string} write
 */
function cell({ state, value }, write) {
  return { state, text: value === null ? "–" : write(value) };
}

/** @param {BikeSnapshot} bike */
function cellsOf({ values, ride }) {
  const whole = (/** @type {number} */ value) => numberText(value, 0);
  return [
    cell(values.powerWatts, whole),
    cell(values.cadenceRpm, whole),
    cell(values.heartRateBpm, whole),
    cell(values.speedMetersPerSecond, (speed) => numberText(speed * 3.6, 1)),
    { state: "live", text: numberText(ride.distanceMeters / 1000, 1) },
    { state: "live", text: clockText(ride.movingSeconds) },
  ];
}

class BikeRow {
  /** @param {string} bikeId */
  constructor(bikeId) {
    this.texts = COLUMNS.map(() => h("span"));
    this.chips = COLUMNS.map(() => h("b", { class: "chip", hidden: true }));
    this.cells = COLUMNS.map(({ name }, index) =>
      h(
        "td",
        { class: name },
        this.chips[index] ?? null,
        this.texts[index] ?? null,
      )
    );
    this.state = h("small");
    this.element = h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h("a", { href: `/bikes/${bikeId}` }, bikeId),
        this.state,
      ),
      ...this.cells,
    );
  }

  /** @param {BikeSnapshot} bike */
  update(bike) {
    const { powerWatts, heartRateBpm } = bike.values;
    cellsOf(bike).forEach(({ state, text }, index) => {
      const element = this.cells[index];
      const place = this.texts[index];
      if (!element || !place) return;
      setText(place, text);
      setAttribute(element, "data-state", state);
    });
    const { maximumHeartRateBpm } = preferences;
    const zones = zonesOf(bike, preferences);
    this.#showZone(
      0,
      zoneIn(powerWatts, (watts) => powerZone(watts, zones)),
    );
    this.#showZone(
      2,
      zoneIn(heartRateBpm, (rate) => heartZone(rate, maximumHeartRateBpm)),
    );
    setText(this.state, bike.presence === "online" ? "" : bike.presence);
    setAttribute(this.element, "data-presence", bike.presence);
  }

  /**
   * @param {number} index
   * @param {Zone | null} zone
   */
  #showZone(index, zone) {
    const chip = this.chips[index];
    const element = this.cells[index];
    if (!chip || !element) return;
    chip.hidden = zone === null;
    setAttribute(element, "data-zone", zone && colorOf(zone));
    if (zone) setText(chip, `Z${zone.number}`);
  }
}

/**
 * @param {ViewValue} view
 * @param {(value: number) => Zone} find
 * @returns {Zone | null}
 */
function zoneIn({ state, value }, find) {
  return state === "live" && value !== null ? find(value) : null;
}

/** @type {Record<string, (bike: BikeSnapshot) => number>} */
const ORDERS = {
  power: ({ values }) => -(values.powerWatts.value ?? -1),
  distance: ({ ride }) => -ride.distanceMeters,
  id: () => 0,
};

/** All bikes. */
export class ListPage {
  /**
   * @param {Shell} shell
   * @param {{ isWall: boolean, onOnly: (bikeId: string) => void }} options
   *   Called with the only bike there is, which needs no list.
   */
  constructor(shell, { isWall, onOnly }) {
    this.shell = shell;
    this.onOnly = isWall ? () => {} : onOnly;
    /** @type {Map<string, BikeSnapshot>} */
    this.bikes = new Map();
    /** @type {Map<string, BikeRow>} */
    this.rows = new Map();
    this.body = h("tbody");
    this.empty = h(
      "p",
      { class: "empty" },
      "No bike has been heard of on this broker yet. Start one, for example with: smartbike driver simulated",
    );
    this.table = h(
      "table",
      { class: "bikes" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Bike"),
          ...COLUMNS.map(({ name, label, unit }) =>
            h(
              "th",
              { scope: "col", class: name },
              label,
              h("small", {}, unit ? ` ${unit}` : ""),
            )
          ),
        ),
      ),
      this.body,
    );
    this.order = this.#makeOrder();
    this.element = h(
      "div",
      { class: isWall ? "list wall-view" : "list" },
      h("div", { class: "title" }, h("h1", {}, "Bikes"), this.order),
      this.empty,
      this.table,
    );
    this.connection = new Connection("/api/events", {
      status: ({ broker, nowMs, bikeIds }) => {
        this.shell.brokerState(broker, nowMs - Date.now());
        this.#show();
        const [only, ...others] = bikeIds;
        if (only !== undefined && others.length === 0) this.onOnly(only);
      },
      bike: (bike) => {
        this.bikes.set(bike.id, bike);
        this.#show();
      },
      lost: (sinceMs) => {
        this.shell.connectionLost(sinceMs);
        setAttribute(this.table, "data-lost", sinceMs !== null);
      },
    });
  }

  close() {
    this.connection.close();
  }

  /** @returns {boolean} Whether a key means something. */
  press() {
    return false;
  }

  #makeOrder() {
    const select = h(
      "select",
      {
        id: "order",
        change: () => {
          const { value } = select;
          if (value === "power" || value === "distance" || value === "id") {
            prefer({ wallOrder: value });
          }
          this.#show();
        },
      },
      h("option", { value: "id" }, "number"),
      h("option", { value: "power" }, "power"),
      h("option", { value: "distance" }, "distance"),
    );
    select.value = preferences.wallOrder;
    return h("label", { class: "order" }, "sorted by ", select);
  }

  #show() {
    const weigh = ORDERS[preferences.wallOrder] ?? (() => 0);
    const bikes = [...this.bikes.values()].sort((a, b) =>
      weigh(a) - weigh(b) || a.id.localeCompare(b.id)
    );
    this.empty.hidden = bikes.length > 0;
    this.table.hidden = bikes.length === 0;
    bikes.forEach((bike, index) => {
      let row = this.rows.get(bike.id);
      if (!row) {
        row = new BikeRow(bike.id);
        this.rows.set(bike.id, row);
      }
      row.update(bike);
      const at = this.body.children[index];
      if (at !== row.element) this.body.insertBefore(row.element, at ?? null);
    });
  }
}
