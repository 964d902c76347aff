// @ts-check
/// <reference lib="dom" />
/**
 * What a workout or a road looks like from its start to its end, and what of it
 * comes next.
 */
import { h, setAttribute } from "./dom.js";
import { numberText } from "./format.js";
import { colorOf, powerZone } from "./zones.js";
/** @import { RemoteProfileBlock as Block, RemoteWorkout } from "../../bike/remote_bike.ts" */
/** @import { RiderZones } from "./zones.js" */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [1000, 100];

/** How much of its height the highest piece takes. */
const FULL = 0.94;

/** What a step of ±5 % does. */
const HARDER = 0.05;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    setAttribute(element, name, value);
  }
  return element;
}

/** The picture of a profile, and where the rider is. */
export class Profile {
  constructor() {
    this.shapes = shape("g", {});
    this.mark = shape("path", { class: "mark", d: `M0 0V${HEIGHT}` });
    const picture = shape("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
    });
    picture.append(this.shapes, this.mark);
    this.element = h(
      "div",
      { class: "profile", "aria-hidden": "true", hidden: true },
      picture,
    );
  }

  /**
   * @param {readonly Block[]} blocks
   * @param {RemoteWorkout["unit"]} unit
   * @param {RiderZones} zones
   */
  draw(blocks, unit, zones) {
    this.element.hidden = blocks.length === 0;
    this.shapes.replaceChildren(
      ...(unit === "m" ? roadShapes(blocks) : powerShapes(blocks, zones)),
    );
  }

  /** @param {number} part How much of it has been ridden, 0 to 1. */
  moveTo(part) {
    const x = Math.round(part * WIDTH);
    setAttribute(this.mark, "d", `M${x} 0V${HEIGHT}`);
  }
}

/** @param {readonly Block[]} blocks */
function lengthOf(blocks) {
  return blocks.reduce((sum, { length }) => sum + length, 0);
}

/**
 * @param {readonly Block[]} blocks
 * @param {RiderZones} zones
 */
function powerShapes(blocks, zones) {
  const total = lengthOf(blocks);
  const highest = Math.max(
    1,
    ...blocks.map(({ from, to }) => Math.max(from ?? 0, to ?? 0)),
  );
  const y = (/** @type {number} */ watts) =>
    HEIGHT - watts / highest * HEIGHT * FULL;
  let start = 0;
  return blocks.map(({ length, from, to }) => {
    const [left, right] = [start, start + length]
      .map((at) => at / total * WIDTH);
    start += length;
    const isFree = from === null || to === null;
    const [low, high] = isFree ? [highest / 4, highest / 4] : [from, to];
    const zone = powerZone((low + high) / 2, zones);
    return shape("path", {
      d: `M${left} ${HEIGHT}V${y(low)}L${right} ${y(high)}V${HEIGHT}Z`,
      ...(isFree ? { class: "free" } : { "data-zone": colorOf(zone) }),
    });
  });
}

/** @param {readonly Block[]} blocks */
function roadShapes(blocks) {
  const total = lengthOf(blocks);
  let [way, height] = [0, 0];
  const points = [{ way, height }];
  for (const { length, from, to } of blocks) {
    way += length;
    height += length * ((from ?? 0) + (to ?? 0)) / 200;
    points.push({ way, height });
  }
  const heights = points.map((point) => point.height);
  const lowest = Math.min(...heights);
  const span = Math.max(10, Math.max(...heights) - lowest);
  const line = points.map((point) => {
    const y = HEIGHT * (FULL - (point.height - lowest) / span * (FULL - 0.06));
    return `L${point.way / total * WIDTH} ${y}`;
  });
  return [
    shape("path", {
      class: "road",
      d: `M0 ${HEIGHT}${line.join("")}V${HEIGHT}Z`,
    }),
  ];
}

/**
 * What is asked for from now on, as points of the chart.
 *
 * @param {readonly Block[]} blocks
 * @param {{ position: number, adjusted: number, seconds: number }} where
 * @returns {[second: number, watts: number | null][]} Seconds from now.
 */
export function powerAhead(blocks, { position, adjusted, seconds }) {
  const scale = 1 + HARDER * adjusted;
  /** @type {[number, number | null][]} */
  const points = [];
  let start = -position;
  for (const { length, from, to } of blocks) {
    const end = Math.min(start + length, seconds);
    if (end > 0 && start < seconds) {
      const at = (/** @type {number} */ second) =>
        from === null || to === null
          ? null
          : (from + (to - from) * (second - start) / length) * scale;
      const first = Math.max(0, start);
      points.push([first, at(first)], [end, at(end)]);
    }
    start += length;
  }
  return points;
}

/**
 * What comes after this step, for people.
 *
 * @param {readonly Block[]} blocks
 * @param {RemoteWorkout} workout
 * @returns {string} Empty where that is not known.
 */
export function nextText(blocks, { unit, step, stepCount, adjusted }) {
  const next = blocks.length === stepCount && step !== null
    ? blocks[step]
    : undefined;
  if (!next || unit === "m") return "";
  const watts = [next.from, next.to].map((power) =>
    power === null ? null : numberText(power * (1 + HARDER * adjusted), 0)
  );
  const [from, to] = watts;
  const minutes = Math.floor(next.length / 60);
  const rest = Math.round(next.length % 60);
  const time = [minutes > 0 && `${minutes} min`, rest > 0 && `${rest} s`]
    .filter(Boolean).join(" ");
  const what = from === null
    ? "no target power"
    : from === to
    ? `${from} W`
    : `${from} to ${to} W`;
  return `Next: ${what} for ${time}`;
}
