// @ts-check
/// <reference lib="dom" />
/**
 * Numbers, large and small: each says whether it is live, old or gone.
 */
import { h, setAttribute, setText } from "./dom.js";
import {
  agoText,
  clockText,
  differenceText,
  numberText,
  reasonText,
} from "./format.js";
import { colorOf, heartZone, powerZone, zonesOf } from "./zones.js";
/** @import { BikeSnapshot, ViewValue } from "../bike_view.ts" */
/** @import { RemoteValueName } from "../../bike/remote_bike.ts" */
/** @import { Preferences } from "./preferences.js" */
/** @import { Zone } from "./zones.js" */

/**
 * @typedef {object} TileValue
 * @property {string} text
 * @property {"live" | "stale" | "gone"} state
 * @property {string} note
 * @property {Zone | null} [zone]
 * @property {{ text: string, difference: string, isNear: boolean } | null} [target]
 */

/**
 * @typedef {object} TileKind
 * @property {string} label
 * @property {(preferences: Preferences) => string} unit
 * @property {number} width The digits that have a place of their own.
 * @property {(bike: BikeSnapshot, context: TileContext) => TileValue} read
 */

/** @typedef {{ nowMs: number, preferences: Preferences }} TileContext */

const DASH = "–";

/**
 * @param {BikeSnapshot} bike
 * @returns {number | null}
 */
export function targetOf(bike) {
  const target = bike.controls.find(({ name }) => name === "targetPowerWatts");
  return target && target.state === "live" ? target.value : null;
}

/**
 * @param {ViewValue} view
 * @param {number} nowMs
 * @param {(value: number) => string} write
 * @returns {TileValue}
 */
function shown(view, nowMs, write) {
  const { state, value, timeMs, reason } = view;
  if (state === "gone" || value === null) {
    return { text: DASH, state: "gone", note: reasonText(reason) };
  }
  const age = timeMs === null ? "" : agoText(nowMs - timeMs);
  return { text: write(value), state, note: state === "live" ? "" : age };
}

/**
 * @param {string} label
 * @param {string} unit
 * @param {RemoteValueName} name
 * @param {number} [digits]
 * @returns {TileKind}
 */
function measured(label, unit, name, digits = 0) {
  return {
    label,
    unit: () => unit,
    width: digits > 0 ? 3.4 : 3,
    read: ({ values }, { nowMs }) =>
      shown(values[name], nowMs, (value) => numberText(value, digits)),
  };
}

/**
 * @param {string} label
 * @param {(preferences: Preferences) => string} unit
 * @param {number} width
 * @param {(bike: BikeSnapshot, preferences: Preferences) => string | null} write
 * @returns {TileKind}
 */
function added(label, unit, width, write) {
  return {
    label,
    unit,
    width,
    read: (bike, { preferences }) => {
      const text = write(bike, preferences);
      return text === null
        ? { text: DASH, state: "gone", note: "" }
        : { text, state: "live", note: "" };
    },
  };
}

/** @param {number | null} value */
const wholeOrNull = (value) => value === null ? null : numberText(value, 0);

/** @type {TileKind} */
const POWER = {
  ...measured("Power", "W", "powerWatts"),
  read(bike, { nowMs, preferences }) {
    const view = bike.values.powerWatts;
    const value = shown(view, nowMs, (watts) => numberText(watts, 0));
    const target = targetOf(bike);
    const watts = view.state === "live" ? view.value : null;
    return {
      ...value,
      zone: watts === null
        ? null
        : powerZone(watts, zonesOf(bike, preferences)),
      target: target === null ? null : {
        text: `Target ${numberText(target, 0)}`,
        difference: watts === null ? "" : differenceText(watts - target),
        isNear: watts !== null && Math.abs(watts - target) <= 10,
      },
    };
  },
};

/** @type {TileKind} */
const HEART_RATE = {
  ...measured("Heart rate", "bpm", "heartRateBpm"),
  read(bike, { nowMs, preferences }) {
    const view = bike.values.heartRateBpm;
    const rate = view.state === "live" ? view.value : null;
    return {
      ...shown(view, nowMs, (value) => numberText(value, 0)),
      zone: rate === null
        ? null
        : heartZone(rate, preferences.maximumHeartRateBpm),
    };
  },
};

/** @param {Preferences} preferences */
const isImperial = ({ units }) => units === "mph";

/** @type {TileKind} */
const SPEED = {
  label: "Speed",
  unit: (preferences) => isImperial(preferences) ? "mph" : "km/h",
  width: 3.4,
  read: ({ values }, { nowMs, preferences }) =>
    shown(
      values.speedMetersPerSecond,
      nowMs,
      (speed) =>
        numberText(speed * (isImperial(preferences) ? 2.236936 : 3.6), 1),
    ),
};

/**
 * Every number that the page can show, by the name under which it is chosen.
 *
 * @type {ReadonlyMap<string, TileKind>}
 */
export const TILES = new Map([
  ["power", POWER],
  ["cadence", measured("Cadence", "rpm", "cadenceRpm")],
  ["heartRate", HEART_RATE],
  ["speed", SPEED],
  [
    "time",
    added(
      "Time",
      () => "",
      5,
      ({ ride }) => clockText(ride.movingSeconds),
    ),
  ],
  [
    "distance",
    added(
      "Distance",
      (preferences) => isImperial(preferences) ? "mi" : "km",
      5,
      ({ ride }, preferences) =>
        numberText(
          ride.distanceMeters / (isImperial(preferences) ? 1609.344 : 1000),
          2,
        ),
    ),
  ],
  [
    "work",
    added(
      "Work",
      () => "kJ",
      3,
      ({ ride }) => numberText(ride.workKilojoules, 0),
    ),
  ],
  [
    "averagePower",
    added(
      "Average",
      () => "W",
      3,
      ({ ride }) => wholeOrNull(ride.averagePowerWatts),
    ),
  ],
  [
    "normalizedPower",
    added(
      "Normalized",
      () => "W",
      3,
      ({ ride }) => wholeOrNull(ride.normalizedPowerWatts),
    ),
  ],
  [
    "maximumPower",
    added(
      "Maximum",
      () => "W",
      3,
      ({ ride }) => wholeOrNull(ride.maximumPowerWatts),
    ),
  ],
  [
    "averageHeartRate",
    added(
      "Average heart rate",
      () => "bpm",
      3,
      ({ ride }) => wholeOrNull(ride.averageHeartRateBpm),
    ),
  ],
  ["incline", measured("Incline", "%", "inclinePercent", 1)],
  ["resistance", measured("Resistance", "%", "resistancePercent")],
  ["fan", measured("Fan", "%", "fanPercent")],
]);

let tileCount = 0;

/** One number on the page. */
export class Tile {
  /** @param {TileKind} kind */
  constructor(kind) {
    this.kind = kind;
    this.text = h("span", { class: "digits" });
    this.text.style.setProperty("--digits", String(kind.width));
    this.unit = h("small");
    const id = `tile-title-${++tileCount}`;
    this.number = h(
      "output",
      { class: "number", "aria-live": "off", "aria-labelledby": id },
      this.text,
    );
    this.note = h("p", { class: "note" });
    this.zoneChip = h("b", { class: "chip" });
    this.zoneName = h("span");
    this.bar = h("div", { class: "bar", "aria-hidden": "true" });
    this.zone = h(
      "p",
      { class: "zone", hidden: true },
      this.zoneChip,
      this.zoneName,
    );
    this.targetText = h("span");
    this.difference = h("b");
    this.target = h(
      "p",
      { class: "target", hidden: true },
      this.targetText,
      this.difference,
    );
    this.element = h(
      "section",
      { class: "tile", "aria-labelledby": id },
      h("h2", { id }, kind.label, " ", this.unit),
      this.note,
      this.number,
      h("div", { class: "foot" }, this.zone, this.target),
      this.bar,
    );
  }

  /**
   * @param {BikeSnapshot} bike
   * @param {TileContext} context
   */
  update(bike, context) {
    const value = this.kind.read(bike, context);
    setText(this.text, value.text);
    setText(this.unit, this.kind.unit(context.preferences));
    setText(this.note, value.note);
    setAttribute(this.element, "data-state", value.state);
    this.#showZone(value.zone ?? null);
    const { target } = value;
    this.target.hidden = !target;
    if (!target) return;
    setText(this.targetText, target.text);
    setText(this.difference, target.difference);
    setAttribute(this.target, "data-near", target.isNear);
  }

  /** @param {Zone | null} zone */
  #showZone(zone) {
    this.zone.hidden = zone === null;
    this.bar.hidden = zone === null;
    setAttribute(this.element, "data-zone", zone && colorOf(zone));
    if (!zone) return;
    setText(this.zoneChip, `Z${zone.number}`);
    setText(this.zoneName, zone.name);
    while (this.bar.childElementCount < zone.count) this.bar.append(h("i"));
    [...this.bar.children].forEach((segment, index) => {
      const place = index + 1 - zone.number;
      setAttribute(
        segment,
        "class",
        place < 0 ? "below" : place === 0 ? "here" : "above",
      );
    });
  }
}
