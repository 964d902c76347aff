// @ts-check
/// <reference lib="dom" />
/**
 * The workout: where it stands, what comes, and what the rider can do with it.
 */
import { post } from "./connection.js";
import { announce, h, setText } from "./dom.js";
import { clockText, numberText } from "./format.js";
import { preferences } from "./preferences.js";
import { nextText, Profile } from "./profile.js";
import { zonesOf } from "./zones.js";
/** @import { BikeSnapshot } from "../bike_view.ts" */
/** @import { RemoteProfileBlock, RemoteWorkout, WorkoutVerb } from "../../bike/remote_bike.ts" */

/** The workout that is ridden. */
export class WorkoutPart {
  /** @param {string} bikeId */
  constructor(bikeId) {
    this.path = `/api/bikes/${bikeId}/workout`;
    this.text = "";
    /** @type {RemoteWorkout | null} */
    this.workout = null;
    this.title = h("h2", { id: "workout-title" }, "Workout");
    this.step = h("output", { class: "step-number", "aria-live": "off" });
    this.left = h("output", { class: "left", "aria-live": "off" });
    this.message = h("p", { class: "message" });
    this.bar = h("progress", {
      max: 1,
      value: 0,
      "aria-labelledby": "workout-title",
    });
    this.next = h("p", { class: "next" });
    this.profile = new Profile();
    /** @type {readonly RemoteProfileBlock[]} */
    this.blocks = [];
    this.drawn = "";
    this.whole = h("span");
    this.pause = this.#button("Pause", () => this.pauseOrResume());
    this.element = h(
      "section",
      {
        class: "panel workout",
        "aria-labelledby": "workout-title",
        hidden: true,
      },
      h("div", { class: "head" }, this.title, this.whole),
      h("div", { class: "now" }, this.step, this.left),
      this.profile.element,
      this.bar,
      this.next,
      this.message,
      h(
        "div",
        { class: "verbs" },
        this.#button("−5 %", () => this.act("decrease")),
        this.#button("+5 %", () => this.act("increase")),
        this.#button("Back", () => this.act("back")),
        this.pause,
        this.#button("Skip", () => this.act("skip")),
        this.#button("End", () => this.act("stop")),
      ),
    );
  }

  /** @param {readonly RemoteProfileBlock[]} blocks */
  setProfile(blocks) {
    this.blocks = blocks;
    this.drawn = "";
  }

  /** @param {BikeSnapshot} bike */
  #drawProfile({ workout, rider }) {
    if (!workout) return;
    const zones = zonesOf({ rider }, preferences);
    const drawn = JSON.stringify([workout.unit, zones]);
    if (drawn !== this.drawn) {
      this.profile.draw(this.blocks, workout.unit, zones);
    }
    this.drawn = drawn;
    this.profile.moveTo(this.bar.value);
    setText(this.next, nextText(this.blocks, workout));
  }

  /** @param {BikeSnapshot} bike */
  update(bike) {
    const { workout, presence } = bike;
    this.workout = workout;
    const isShown = workout !== null && workout.state !== "idle" &&
      presence !== "offline";
    this.element.hidden = !isShown;
    if (!isShown) return;
    const { name, step, stepCount, position, total, adjusted, text } = workout;
    const harder = adjusted === 0
      ? ""
      : ` · ${adjusted > 0 ? "+" : ""}${numberText(adjusted * 5, 0)} %`;
    setText(this.title, `${name ?? "Workout"}${harder}`);
    setText(
      this.step,
      step === null ? "" : `Step ${step} of ${stepCount ?? "–"}`,
    );
    setText(this.left, stepText(workout));
    setText(
      this.whole,
      `${placeText(workout, position)} of ${placeText(workout, total)}`,
    );
    this.bar.value = total ? Math.min(1, (position ?? 0) / total) : 0;
    this.#drawProfile(bike);
    setText(this.pause, workout.state === "paused" ? "Resume" : "Pause");
    setText(this.message, text ?? "");
    if (text !== null && text !== this.text) announce(text);
    this.text = text ?? "";
  }

  pauseOrResume() {
    return this.act(this.workout?.state === "paused" ? "resume" : "pause");
  }

  /**
   * @param {string} key
   * @returns {boolean} Whether it means something.
   */
  press(key) {
    if (this.element.hidden) return false;
    const verb = KEYS.get(key);
    if (key === "p") void this.pauseOrResume();
    else if (verb) void this.act(verb);
    return key === "p" || verb !== undefined;
  }

  /** @param {WorkoutVerb} verb */
  async act(verb) {
    const { error } = await post(`${this.path}/${verb}`);
    if (error) announce(`Workout: ${error.message}`, "bad");
  }

  /**
   * @param {string} text
   * @param {() => void} act
   */
  #button(text, act) {
    return h("button", { type: "button", click: act }, text);
  }
}

/**
 * Keys of a workout, besides `p` for pause and resume.
 *
 * @type {ReadonlyMap<string, WorkoutVerb>}
 */
const KEYS = new Map([["n", "skip"], ["b", "back"], ["u", "increase"], [
  "d",
  "decrease",
]]);

/**
 * @param {RemoteWorkout} workout
 * @param {number | null} place
 */
function placeText({ unit }, place) {
  if (place === null) return "–";
  return unit === "m" ? `${numberText(place / 1000, 2)} km` : clockText(place);
}

/** @param {RemoteWorkout} workout */
function stepText(workout) {
  const { stepRemaining, cadenceRpm, state } = workout;
  if (state === "paused") return "paused";
  const left = stepRemaining === null
    ? ""
    : `${placeText(workout, stepRemaining)} left`;
  return cadenceRpm === null ? left : `${left} · ${cadenceRpm} rpm`;
}
