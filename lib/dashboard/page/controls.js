// @ts-check
/// <reference lib="dom" />
/**
 * Controls: the limits drawn, the device's own answer, who holds what.
 */
import { post } from "./connection.js";
import { announce, h, setAttribute, setText } from "./dom.js";
import { numberText } from "./format.js";
/** @import { BikeSnapshot } from "../bike_view.ts" */
/** @import { PanelControl, PanelControlName } from "../../bike/remote_bike.ts" */

/** @typedef {{ label: string, unit: string, digits: number, jump: number, keys: readonly [string, string] }} ControlKind */

/**
 * What a key or a button adds, in the unit of the control.
 *
 * @type {ReadonlyMap<PanelControlName, ControlKind>}
 */
export const CONTROLS = new Map([
  ["targetPowerWatts", {
    label: "Target power",
    unit: "W",
    digits: 0,
    jump: 5,
    keys: ["-", "+"],
  }],
  ["resistancePercent", {
    label: "Resistance",
    unit: "%",
    digits: 0,
    jump: 1,
    keys: [",", "."],
  }],
  ["inclinePercent", {
    label: "Incline",
    unit: "%",
    digits: 1,
    jump: 0.5,
    keys: ["[", "]"],
  }],
  ["fanPercent", {
    label: "Fan",
    unit: "%",
    digits: 0,
    jump: 10,
    keys: ["9", "0"],
  }],
]);

/** A drag sends its newest place, not each one. */
const SETTLE_MS = 250;

/** So long the bike may take to report what it has answered. */
const CATCH_UP_MS = 1500;

/** What of the target power's range is within reach of a finger. */
const SLIDER_MAX_WATTS = 600;

/** One control. */
class ControlCard {
  /**
   * @param {string} bikeId
   * @param {PanelControlName} name
   * @param {ControlKind} kind
   */
  constructor(bikeId, name, kind) {
    this.path = `/api/bikes/${bikeId}/controls/${name}`;
    this.kind = kind;
    /** @type {PanelControl | null} */
    this.control = null;
    /** @type {number | null} */
    this.wanted = null;
    this.sent = 0;
    /** What was answered last, until the bike itself says so too. */
    this.applied = { value: 0, untilMs: 0 };
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    const id = `control-${name}`;
    this.slider = h("input", {
      type: "range",
      id,
      input: () => this.want(Number(this.slider.value)),
    });
    this.less = this.#button("−", -1);
    this.more = this.#button("+", 1);
    this.value = h("output", { class: "set", for: id, "aria-live": "off" });
    this.low = h("span");
    this.high = h("span");
    this.mark = h("i", { class: "mark" });
    this.answer = h("p", { class: "answer" });
    this.holder = h("p", { class: "holder" });
    this.element = h(
      "div",
      { class: "control" },
      h("label", { for: id }, kind.label),
      this.value,
      this.less,
      h(
        "div",
        { class: "scale" },
        this.slider,
        h("div", { class: "track", "aria-hidden": "true" }, this.mark),
        h("div", { class: "ends", "aria-hidden": "true" }, this.low, this.high),
      ),
      this.more,
      this.answer,
      this.holder,
    );
  }

  /** @param {PanelControl | null} control */
  update(control) {
    this.control = control;
    const isUsable = control !== null && control.isAvailable;
    setAttribute(this.element, "data-usable", isUsable);
    for (const part of [this.slider, this.less, this.more]) {
      part.disabled = !isUsable;
    }
    setText(this.holder, holderText(control));
    if (!control) return;
    const max = this.#max(control);
    const { min, step } = control;
    const { unit, digits } = this.kind;
    setAttribute(this.slider, "min", min);
    setAttribute(this.slider, "max", max);
    setAttribute(this.slider, "step", step ?? 1);
    setText(this.low, numberText(min, 0));
    setText(this.high, `${numberText(max, 0)} ${unit}`);
    const actual = this.#actual(control);
    const shown = this.wanted ?? actual;
    const text = shown === null ? "–" : `${numberText(shown, digits)} ${unit}`;
    setText(this.value, text);
    setAttribute(this.slider, "aria-valuetext", text);
    if (this.wanted === null) {
      this.slider.value = String(actual ?? Math.max(min, Math.min(max, 0)));
    }
    this.mark.hidden = actual === null;
    const share = ((actual ?? min) - min) / (max - min || 1);
    this.mark.style.setProperty(
      "--at",
      String(Math.min(1, Math.max(0, share))),
    );
  }

  /** @param {number} direction */
  step(direction) {
    const { control } = this;
    if (!control || !control.isAvailable) return;
    const actual = this.#actual(control);
    const from = this.wanted ?? actual ?? Math.max(control.min, 0);
    const { jump } = this.kind;
    const next = Math.round((from + direction * jump) / jump) * jump;
    this.want(Math.min(control.max, Math.max(control.min, next)));
  }

  /** @param {number} value */
  want(value) {
    this.wanted = value;
    this.slider.value = String(value);
    this.update(this.control);
    setAttribute(this.answer, "data-kind", "wait");
    setText(this.answer, "…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(value), SETTLE_MS);
  }

  /** @param {number} value */
  async #send(value) {
    const sent = ++this.sent;
    const { value: applied, error } = await post(this.path, { value });
    if (sent !== this.sent || this.wanted !== value) return;
    this.wanted = null;
    if (!error) {
      this.applied = {
        value: applied ?? value,
        untilMs: performance.now() + CATCH_UP_MS,
      };
    }
    const { label, unit, digits } = this.kind;
    const text = error
      ? `refused: ${shorten(error.message)}`
      : `${numberText(applied ?? value, digits)} ${unit} set`;
    setAttribute(this.answer, "data-kind", error ? "bad" : "good");
    setText(this.answer, text);
    announce(`${label}: ${text}`, error ? "bad" : "good");
    this.update(this.control);
  }

  /**
   * @param {PanelControl} control
   * @returns {number | null}
   */
  #actual({ state, value }) {
    if (performance.now() < this.applied.untilMs) return this.applied.value;
    return state === "live" ? value : null;
  }

  /** @param {PanelControl} control */
  #max({ name, max }) {
    return name === "targetPowerWatts" ? Math.min(max, SLIDER_MAX_WATTS) : max;
  }

  /**
   * @param {string} text
   * @param {number} direction
   */
  #button(text, direction) {
    const verb = direction < 0 ? "Less" : "More";
    return h("button", {
      type: "button",
      class: "step",
      "aria-label": `${verb} ${this.kind.label.toLowerCase()}`,
      click: () => this.step(direction),
    }, text);
  }
}

/**
 * @param {PanelControl | null} control
 * @returns {string}
 */
function holderText(control) {
  if (!control || !control.isAvailable) return "No device for this";
  if (control.holder === null) return "Free";
  return control.holder === "panel"
    ? "Held from this page"
    : `Held by ${control.holder}`;
}

/**
 * The bike's own words, without what the page says already.
 *
 * @param {string} message
 */
function shorten(message) {
  return message.replace(/^Cannot set "\w+" to (\S+?):? it/, "$1: it")
    .replace(/^Cannot set "\w+": /, "");
}

/** All controls, and the stop. */
export class Controls {
  /** @param {string} bikeId */
  constructor(bikeId) {
    this.path = `/api/bikes/${bikeId}`;
    /** @type {Map<PanelControlName, ControlCard>} */
    this.cards = new Map();
    for (const [name, kind] of CONTROLS) {
      this.cards.set(name, new ControlCard(bikeId, name, kind));
    }
    this.stopButton = h(
      "button",
      {
        type: "button",
        class: "stop",
        click: () => this.stop(),
      },
      h("b", {}, "Stop"),
      h("span", {}, "everything to rest and released"),
    );
    this.element = h(
      "section",
      { class: "panel controls", "aria-labelledby": "controls-title" },
      h("h2", { id: "controls-title" }, "Controls"),
      h(
        "div",
        { class: "cards" },
        ...[...this.cards.values()].map(({ element }) => element),
      ),
      this.stopButton,
    );
  }

  /**
   * @param {BikeSnapshot} bike
   * @param {boolean} isLost Whether the bike cannot be reached from here.
   */
  update(bike, isLost) {
    const isOffline = isLost || bike.presence === "offline";
    for (const [name, card] of this.cards) {
      const own = bike.controls.find((control) => control.name === name);
      const control = own ?? plainControl(bike, name);
      card.update(isOffline ? null : control);
    }
    this.stopButton.disabled = isOffline || !bike.hasPanel;
  }

  /**
   * @param {string} key
   * @returns {boolean} Whether it means something.
   */
  press(key) {
    for (const [name, { keys }] of CONTROLS) {
      const at = keys.indexOf(key);
      if (at < 0) continue;
      this.cards.get(name)?.step(at === 0 ? -1 : 1);
      return true;
    }
    return false;
  }

  async stop() {
    this.stopButton.disabled = true;
    const { error } = await post(`${this.path}/stop`);
    this.stopButton.disabled = false;
    if (error) announce(`Stop: ${error.message}`, "bad");
    else announce("Stopped: everything is at rest and released", "good");
  }
}

/**
 * An older bike says what it is set to, but not how far it may go.
 *
 * @param {BikeSnapshot} bike
 * @param {PanelControlName} name
 * @returns {PanelControl | null}
 */
function plainControl({ values, hasPanel }, name) {
  if (hasPanel || name === "targetPowerWatts") return null;
  const { state, value } = values[name];
  const [min, max, step] = name === "inclinePercent"
    ? [-10, 19, 0.5]
    : [0, 100, 1];
  return {
    name,
    state: state === "live" ? "live" : "unknown",
    value,
    min: min ?? 0,
    max: max ?? 100,
    step: step ?? 1,
    isAvailable: true,
    holder: null,
  };
}
