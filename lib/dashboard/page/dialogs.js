// @ts-check
/// <reference lib="dom" />
/**
 * The dialogs: keys, what the rider chooses, and the token.
 */
import { post } from "./connection.js";
import { CONTROLS } from "./controls.js";
import { h } from "./dom.js";
import { DEFAULT_MAXIMUM_BPM, prefer, preferences } from "./preferences.js";
import { TILES } from "./tiles.js";

/**
 * @param {string} title
 * @param {...Node} parts
 * @returns {HTMLDialogElement}
 */
function dialog(title, ...parts) {
  const element = h(
    "dialog",
    { "aria-labelledby": "dialog-title", close: () => element.remove() },
    h(
      "form",
      { method: "dialog" },
      h(
        "div",
        { class: "head" },
        h("h2", { id: "dialog-title" }, title),
        h("button", { class: "close", "aria-label": "Close" }, "✕"),
      ),
      ...parts,
    ),
  );
  document.body.append(element);
  element.showModal();
  return element;
}

/** Shows the keys. */
export function showKeys() {
  const rows = [
    ...[...CONTROLS.values()].map((
      { label, keys },
    ) => /** @type {const} */ ([[...keys], `${label} less, more`])),
    /** @type {const} */ ([["s"], "Stop: everything to rest and released"]),
    /** @type {const} */ ([["p"], "Workout: pause, resume"]),
    /** @type {const} */ ([["b", "n"], "Workout: back, skip"]),
    /** @type {const} */ ([["d", "u"], "Workout: 5 % easier, harder"]),
    /** @type {const} */ ([["w"], "Wall view on, off"]),
    /** @type {const} */ ([["l"], "All bikes"]),
    /** @type {const} */ ([["c"], "Settings"]),
    /** @type {const} */ ([["?"], "These keys"]),
  ];
  dialog(
    "Keys",
    h(
      "dl",
      { class: "keys" },
      ...rows.flatMap(([keys, text]) => [
        h("dt", {}, ...keys.map((key) => h("kbd", {}, key))),
        h("dd", {}, text),
      ]),
    ),
    h(
      "p",
      { class: "hint" },
      "Tab goes through everything; arrows move a slider. Keys can be turned off in the settings.",
    ),
  );
}

/**
 * @param {string} label
 * @param {number | null} value
 * @param {[low: number, high: number]} range
 * @param {(value: number | null) => void} onChange Called with null where it is emptied.
 */
function numberField(label, value, [low, high], onChange) {
  const input = h("input", {
    type: "number",
    min: low,
    max: high,
    value,
    change: () => {
      if (!input.checkValidity()) return;
      onChange(input.value === "" ? null : Number(input.value));
    },
  });
  return h("label", { class: "field" }, label, input);
}

/**
 * @param {string} label
 * @param {string} value
 * @param {readonly (readonly [value: string, label: string])[]} choices
 * @param {(value: string) => void} onChange
 */
function choiceField(label, value, choices, onChange) {
  const select = h(
    "select",
    { change: () => onChange(select.value) },
    ...choices.map(([own, text]) => h("option", { value: own }, text)),
  );
  select.value = value;
  return h("label", { class: "field" }, label, select);
}

/**
 * @param {string} label
 * @param {boolean} value
 * @param {(value: boolean) => void} onChange
 */
function flagField(label, value, onChange) {
  const input = h("input", {
    type: "checkbox",
    checked: value,
    change: () => onChange(input.checked),
  });
  return h("label", { class: "field flag" }, label, input);
}

/** Which numbers, in which order. */
function tileList() {
  const list = h("ol", { class: "choice" });
  const draw = () => {
    const chosen = preferences.tiles;
    const rest = [...TILES.keys()].filter((name) => !chosen.includes(name));
    list.replaceChildren(
      ...[...chosen, ...rest].map((name) => tileItem(name, draw)),
    );
  };
  draw();
  return list;
}

/**
 * @param {string} name
 * @param {() => void} draw
 */
function tileItem(name, draw) {
  const label = TILES.get(name)?.label ?? name;
  const { tiles } = preferences;
  const at = tiles.indexOf(name);
  const change = (
    /** @type {string[]} */ next,
    /** @type {string} */ focus,
  ) => {
    if (next.length === 0) return;
    prefer({ tiles: next });
    draw();
    document.getElementById(focus)?.focus();
  };
  const move = (/** @type {number} */ by) => {
    const next = tiles.filter((one) => one !== name);
    next.splice(at + by, 0, name);
    change(next, `tile-${name}-${by < 0 ? "up" : "down"}`);
  };
  const input = h("input", {
    type: "checkbox",
    id: `tile-${name}`,
    checked: at >= 0,
    change: () =>
      change(
        at >= 0 ? tiles.filter((one) => one !== name) : [...tiles, name],
        `tile-${name}`,
      ),
  });
  /**
   * @param {string} way
   * @param {number} by
   */
  const mover = (way, by) =>
    h("button", {
      type: "button",
      id: `tile-${name}-${way}`,
      "aria-label": `Move ${label} ${way}`,
      disabled: at < 0 || at + by < 0 || at + by >= tiles.length,
      click: () => move(by),
    }, by < 0 ? "↑" : "↓");
  const size = at >= 0 && at < 4 ? h("small", {}, "large") : null;
  return h(
    "li",
    { "data-chosen": at >= 0 },
    h("label", {}, input, label, size),
    mover("up", -1),
    mover("down", 1),
  );
}

/** Shows what the rider can choose. */
export function showSettings() {
  const canStayAwake = "wakeLock" in navigator;
  dialog(
    "Settings",
    h(
      "fieldset",
      {},
      h("legend", {}, "Rider"),
      numberField(
        "Threshold power (FTP), W; empty: as configured",
        preferences.thresholdWatts,
        [30, 600],
        (thresholdWatts) => prefer({ thresholdWatts }),
      ),
      numberField(
        "Highest heart rate, bpm",
        preferences.maximumHeartRateBpm,
        [100, 230],
        (rate) => prefer({ maximumHeartRateBpm: rate ?? DEFAULT_MAXIMUM_BPM }),
      ),
    ),
    h(
      "fieldset",
      {},
      h("legend", {}, "Page"),
      choiceField("Colours", preferences.theme, [
        ["auto", "as the system"],
        ["dark", "dark"],
        ["light", "light"],
      ], (theme) => {
        if (theme === "auto" || theme === "dark" || theme === "light") {
          prefer({ theme });
        }
      }),
      choiceField("Speed and distance", preferences.units, [
        ["kmh", "km/h, km"],
        ["mph", "mph, miles"],
      ], (units) => prefer({ units: units === "mph" ? "mph" : "kmh" })),
      flagField(
        canStayAwake
          ? "Screen stays on while riding"
          : "Screen stays on while riding (only over https or on this machine)",
        preferences.keepsAwake,
        (keepsAwake) => prefer({ keepsAwake }),
      ),
      flagField(
        "Keys",
        preferences.hasShortcuts,
        (hasShortcuts) => prefer({ hasShortcuts }),
      ),
    ),
    h(
      "fieldset",
      {},
      h("legend", {}, "Numbers"),
      h("p", { class: "hint" }, "The first four are large."),
      tileList(),
    ),
  );
}

/**
 * Asks for the token.
 *
 * @returns {Promise<void>} Resolves once it was right.
 */
export function askForToken() {
  return new Promise((resolve) => {
    const input = h("input", {
      type: "password",
      id: "token",
      autocomplete: "current-password",
      required: true,
    });
    const why = h("p", { class: "answer", role: "alert" });
    const form = h(
      "form",
      {
        class: "login panel",
        submit: async (event) => {
          event.preventDefault();
          const { error } = await post("/api/session", { token: input.value });
          if (error) why.textContent = error.message;
          else resolve();
        },
      },
      h("h1", {}, "smartbike"),
      h("label", { for: "token" }, "Token"),
      input,
      why,
      h("button", { class: "primary" }, "Show the dashboard"),
      h(
        "p",
        { class: "hint" },
        "It stands in the file that the dashboard was started with.",
      ),
    );
    document.getElementById("main")?.replaceChildren(form);
    input.focus();
  });
}
