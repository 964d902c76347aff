/**
 * Buttons on their topics.
 *
 * @module
 */
import type { ButtonState } from "#lib/bike/buttons.ts";
import type { TopicsContext } from "./context.ts";
import { stringifyDecimal, stringifyMembers } from "./json_text.ts";
import { NewestPublisher } from "./newest_publisher.ts";

/** Topics of the buttons that turn, as the VR game reads them. */
export const TURN_TOPICS: ReadonlyMap<string, string> = new Map([
  ["LEFT", "Turn/Left"],
  ["RIGHT", "Turn/Right"],
]);

/** What a turn topic says of a button that is up. */
const RELEASED = "LOW";

/**
 * Reports each press and each release, and on each connection how all buttons
 * stand. What was pressed while the broker was away is not made up for.
 */
export class ButtonTopics {
  readonly #context: TopicsContext;
  readonly #publisher: NewestPublisher;

  /**
   * Starts to report.
   *
   * @param context What the adapter stands on.
   */
  constructor(context: TopicsContext) {
    const { bike, endpoint, signal } = context;
    this.#context = context;
    this.#publisher = new NewestPublisher(endpoint, context);
    bike.onButton.add((state) => this.#publish(state), { signal });
    endpoint.onConnected.add(() => this.#publishAll(), { signal });
    this.#publishAll();
  }

  #publishAll(): void {
    for (const state of this.#context.bike.buttons) this.#publish(state);
  }

  #publish({ button, isPressed, timeMs }: ButtonState): void {
    const { endpoint, options, topics } = this.#context;
    if (!endpoint.connected) return;
    const text = stringifyMembers([
      ["button", JSON.stringify(button)],
      ["state", isPressed ? "1" : "0"],
      ["timestamp", stringifyDecimal(timeMs / 1000)],
    ]);
    this.#publisher.send(topics.button, text);
    const turn = TURN_TOPICS.get(button);
    if (!options.turnTopics || turn === undefined) return;
    this.#publisher.send(turn, isPressed ? button : RELEASED);
  }
}
