// @ts-check
/// <reference lib="dom" />
/**
 * The ride so far: a chart, what it shows in words, and as a table.
 */
import { Chart } from "./chart.js";
import { h, setText } from "./dom.js";
import { clockText, numberText } from "./format.js";
import { onPreferences } from "./preferences.js";
import { powerAhead } from "./profile.js";
/** @import { RemoteProfileBlock, RemoteWorkout } from "../../bike/remote_bike.ts" */
/** @import { BikeSnapshot } from "../bike_view.ts" */
/** @import { SampleRow } from "../sample_history.ts" */

/** What can be looked at, in minutes. */
const SPANS = [
  { label: "5 min", minutes: 5 },
  { label: "20 min", minutes: 20 },
  { label: "Whole ride", minutes: Infinity },
];

/** How much of a span what comes next takes. */
const SHARE_AHEAD = 0.2;

/** As many seconds as the server keeps. */
const MAX_ROWS = 14_400;

/**
 * @param {readonly SampleRow[]} rows
 * @param {number} column
 * @returns {number | null}
 */
function mean(rows, column) {
  const numbers = rows.map((row) => row[column])
    .filter((value) => typeof value === "number");
  if (numbers.length === 0) return null;
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** @param {number | null} value */
function wholeText(value) {
  return value === null ? "–" : numberText(value, 0);
}

const HEADINGS = [
  "Minute",
  "Power, W",
  "Heart rate, bpm",
  "Cadence, rpm",
  "Speed, km/h",
];

/** @param {HTMLElement} body */
function makeTable(body) {
  const headings = HEADINGS.map((text) => h("th", { scope: "col" }, text));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Minutes" },
    h("table", {}, h("thead", {}, h("tr", {}, ...headings)), body),
  );
}

/** The ride so far. */
export class RidePart {
  constructor() {
    /** @type {SampleRow[]} */
    this.rows = [];
    /** @type {readonly RemoteProfileBlock[]} */
    this.profile = [];
    /** @type {RemoteWorkout | null} */
    this.workout = null;
    this.startedSecond = 0;
    this.minutes = Infinity;
    this.place = h("div", { class: "plot", "aria-hidden": "true" });
    this.summary = h("p", { class: "summary" });
    this.body = h("tbody");
    this.table = h(
      "details",
      { class: "table", toggle: () => this.#fillTable() },
      h("summary", {}, "As a table, minute by minute"),
      makeTable(this.body),
    );
    this.spans = SPANS.map(({ label, minutes }) =>
      h("button", {
        type: "button",
        "aria-pressed": String(minutes === this.minutes),
        click: () => this.#span(minutes),
      }, label)
    );
    this.element = h(
      "section",
      { class: "panel ride", "aria-labelledby": "ride-title" },
      h(
        "div",
        { class: "head" },
        h("h2", { id: "ride-title" }, "Ride"),
        h(
          "p",
          { class: "legend", "aria-hidden": "true" },
          h("i", { class: "power" }),
          "power",
          h("i", { class: "heart" }),
          "heart rate",
          h("i", { class: "target-line" }),
          "target",
        ),
        h(
          "div",
          { class: "spans", role: "group", "aria-label": "Time span" },
          ...this.spans,
        ),
      ),
      this.place,
      this.summary,
      this.table,
    );
    this.chart = new Chart(this.place);
    this.stop = onPreferences(() => this.chart.redraw());
  }

  close() {
    this.stop();
    this.chart.close();
  }

  /** @param {readonly SampleRow[]} rows */
  add(rows) {
    const [first] = rows;
    if (!first) return;
    // Seconds that come again were filled after a gap.
    const known = this.rows.findLastIndex(([second]) =>
      (second ?? 0) < (first[0] ?? 0)
    );
    this.rows.splice(known + 1, Infinity, ...rows);
    if (this.rows.length > MAX_ROWS) this.rows = this.rows.slice(-MAX_ROWS);
    this.#show();
  }

  /** @param {readonly RemoteProfileBlock[]} blocks */
  setProfile(blocks) {
    this.profile = blocks;
    this.#show();
  }

  /** @param {BikeSnapshot} bike */
  update({ ride, workout }) {
    this.workout = workout;
    const started = ride.startedSecond ?? 0;
    if (started === this.startedSecond) return;
    this.startedSecond = started;
    this.rows = this.rows.filter(([second]) => (second ?? 0) >= started);
    this.#show();
  }

  /** @param {number} minutes */
  #span(minutes) {
    this.minutes = minutes;
    this.spans.forEach((button, index) => {
      const isPressed = SPANS[index]?.minutes === minutes;
      button.setAttribute("aria-pressed", String(isPressed));
    });
    this.#show();
  }

  #show() {
    const rows = this.minutes === Infinity
      ? this.rows
      : this.rows.slice(-this.minutes * 60);
    this.chart.show(columnsOf(rows, this.startedSecond, this.#ahead()));
    const power = mean(rows, 1);
    const heartRate = mean(rows, 2);
    setText(
      this.summary,
      rows.length === 0
        ? "The chart begins with the first turn of the cranks."
        : `${clockText(rows.length)} shown: ${wholeText(power)} W and ${
          wholeText(heartRate)
        } bpm on average, at most ${
          wholeText(Math.max(0, ...rows.map((row) => row[1] ?? 0)))
        } W.`,
    );
    if (this.table.open) this.#fillTable();
  }

  /** What the workout asks for next; of a short span a fifth of it. */
  #ahead() {
    const { workout, profile } = this;
    const isAhead = workout?.state === "running" && workout.unit === "s";
    if (!isAhead || workout.position === null) return [];
    return powerAhead(profile, {
      position: workout.position,
      adjusted: workout.adjusted,
      seconds: this.minutes * 60 * SHARE_AHEAD,
    });
  }

  #fillTable() {
    if (!this.table.open) return;
    const lines = [];
    for (let at = 0; at < this.rows.length; at += 60) {
      const minute = this.rows.slice(at, at + 60);
      const speed = mean(minute, 4);
      lines.push(h(
        "tr",
        {},
        h("th", { scope: "row" }, String(at / 60 + 1)),
        ...[1, 2, 3].map((column) =>
          h("td", {}, wholeText(mean(minute, column)))
        ),
        h("td", {}, speed === null ? "–" : numberText(speed * 3.6, 1)),
      ));
    }
    this.body.replaceChildren(...lines);
  }
}

/**
 * A second that is missing is a gap, not a line over it.
 *
 * @param {readonly SampleRow[]} rows
 * @param {number} start
 * @param {readonly (readonly [second: number, watts: number | null])[]} ahead
 * @returns {(number | null)[][]}
 */
function columnsOf(rows, start, ahead) {
  /** @type {(number | null)[][]} */
  const columns = [[], [], [], []];
  let before = -1;
  const push = (/** @type {(number | null)[]} */ values) =>
    values.forEach((value, index) => columns[index]?.push(value));
  for (
    const [second = 0, power = null, heart = null, , , target = null] of rows
  ) {
    const now = (second ?? 0) - start;
    if (before >= 0 && now > before + 1) push([before + 1, null, null, null]);
    push([now, power, heart, target]);
    before = now;
  }
  for (const [second, watts] of ahead) {
    // Two points at one time stand one behind the other.
    const now = Math.max(
      before + 0.01,
      (rows.at(-1)?.[0] ?? 0) - start + second,
    );
    push([now, null, null, watts]);
    before = now;
  }
  return columns;
}
