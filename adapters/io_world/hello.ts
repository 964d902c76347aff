/**
 * The local implementation of `io.world.Hello`.
 *
 * @module
 */
import { EventHook } from "#lib/objectapi/mod.ts";
import { type IHello, type Message, When } from "./api.gen.ts";

/** A `Hello` that keeps what it says. */
export class Hello implements IHello {
  /** Fires with the new value of `last`. */
  readonly onLastChanged: EventHook<[last: Message]> = new EventHook(
    "onLastChanged",
  );
  /** Fires when a message has been said. */
  readonly onJustSaid: EventHook<[msg: Message]> = new EventHook("onJustSaid");
  #last: Message = { content: "" };
  #saidCount = 0;

  /** The message that was said last. */
  getLast(): Message {
    return this.#last;
  }

  /**
   * Changes `last`, unless it is the same already.
   *
   * @param last The message that was said last.
   */
  setLast(last: Message): void {
    if (last.content === this.#last.content) return;
    this.#last = last;
    this.onLastChanged.fire(last);
  }

  /**
   * Says a message: it becomes `last`, and `justSaid` is emitted to everybody.
   *
   * @param msg What to say.
   * @param when When to say it; {@linkcode When.Never} says nothing.
   * @returns How many messages were said so far.
   */
  say(msg: Message, when: When): Promise<number> {
    if (when !== When.Never) {
      this.#saidCount++;
      this.setLast(msg);
      this.onJustSaid.fire(msg);
    }
    return Promise.resolve(this.#saidCount);
  }
}
