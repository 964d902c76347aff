// @ts-check
/// <reference lib="dom" />
/**
 * The ride as a chart: power, heart rate and target, second by second.
 */
/** @typedef {(number | null)[][]} Columns Seconds since the ride began, watts, beats, target watts. */

/**
 * What of uPlot is used; its script makes it a global.
 *
 * @typedef {object} Plot
 * @property {(data: Columns) => void} setData
 * @property {(size: { width: number, height: number }) => void} setSize
 * @property {() => void} destroy
 */

/** Distances between two labels of the time, in seconds. */
const TIME_STEPS = [10, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** What the chart is at least wide, in seconds. */
const SHORTEST_SECONDS = 60;

const HEIGHT = 260;
const LOW_HEIGHT = 180;

/** @param {string} name */
function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
    .trim();
}

/** @param {string} text */
function translucent(text) {
  return /^#[\da-f]{6}$/i.test(text) ? `${text}2e` : text;
}

/**
 * @param {string} scale
 * @param {number} side
 * @param {string} stroke
 * @param {boolean} hasGrid
 */
function axis(scale, side, stroke, hasGrid) {
  return {
    scale,
    side,
    stroke,
    size: 46,
    font: "12px system-ui, sans-serif",
    grid: { show: hasGrid, stroke: color("--line"), width: 1 },
    ticks: { show: false },
  };
}

/**
 * @param {string} scale
 * @param {string} stroke
 * @param {object} [more]
 */
function line(scale, stroke, more = {}) {
  return { scale, stroke, width: 2, points: { show: false }, ...more };
}

/**
 * @param {unknown} _plot
 * @param {readonly number[]} seconds
 */
function timeLabels(_plot, seconds) {
  return seconds.map((second) => {
    const minutes = Math.floor(second / 60);
    const rest = String(Math.round(second % 60)).padStart(2, "0");
    return `${minutes}:${rest}`;
  });
}

/**
 * @param {{ width: number, height: number }} size
 */
function optionsOf(size) {
  const text = color("--soft");
  const power = color("--power");
  const heart = color("--heart");
  const round = (/** @type {unknown} */ _plot, /** @type {number[]} */ all) =>
    all.map((value) => String(Math.round(value)));
  return {
    ...size,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: {
        time: false,
        range: (/** @type {unknown} */ _plot, low = 0, high = 0) => [
          low,
          Math.max(high, low + SHORTEST_SECONDS),
        ],
      },
      W: {
        range: (/** @type {unknown} */ _plot, _low = 0, high = 0) => [
          0,
          Math.max(100, high * 1.1),
        ],
      },
      bpm: {
        range: (/** @type {unknown} */ _plot, low = 60, high = 160) => [
          Math.min(60, low - 5),
          Math.max(160, high + 10),
        ],
      },
    },
    axes: [
      {
        ...axis("x", 2, text, false),
        size: 28,
        space: 70,
        incrs: TIME_STEPS,
        values: timeLabels,
      },
      { ...axis("W", 3, power, true), values: round },
      { ...axis("bpm", 1, heart, false), values: round },
    ],
    series: [
      {},
      line("W", power, { fill: translucent(power) }),
      line("bpm", heart),
      line("W", color("--target"), { dash: [8, 6] }),
    ],
  };
}

/** The chart; drawn anew when its size or its colours change. */
export class Chart {
  /**
   * @param {HTMLElement} place
   */
  constructor(place) {
    this.place = place;
    /** @type {Columns} */
    this.columns = [[], [], [], []];
    /** @type {Plot | null} */
    this.plot = null;
    this.observer = new ResizeObserver(() => this.#resize());
    this.observer.observe(place);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.redraw = () => this.#draw();
    this.scheme.addEventListener("change", this.redraw);
  }

  /** @param {Columns} columns */
  show(columns) {
    this.columns = columns;
    if (this.plot) this.plot.setData(columns);
    else this.#draw();
  }

  close() {
    this.observer.disconnect();
    this.scheme.removeEventListener("change", this.redraw);
    this.plot?.destroy();
  }

  get #size() {
    const width = Math.floor(this.place.clientWidth);
    return { width, height: width < 500 ? LOW_HEIGHT : HEIGHT };
  }

  #resize() {
    if (this.place.clientWidth === 0) return;
    if (this.plot) this.plot.setSize(this.#size);
    else this.#draw();
  }

  #draw() {
    if (this.place.clientWidth === 0 || !this.place.isConnected) return;
    this.plot?.destroy();
    const {
      uPlot,
    } = /** @type {{ uPlot: new (options: object, data: Columns, place: HTMLElement) => Plot }} */
      (/** @type {unknown} */ (globalThis));
    const options = optionsOf(this.#size);
    this.plot = new uPlot(options, this.columns, this.place);
  }
}
