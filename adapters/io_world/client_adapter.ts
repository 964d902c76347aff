/**
 * Objects of module `io.world` that a service holds.
 *
 * @module
 */
import {
  type CallOptions,
  type Client,
  type ClientAdapterOptions,
  type EventSource,
  RemoteObject,
} from "#lib/objectapi/mod.ts";
import {
  helloDescriptor,
  type HelloMembers,
  type IHello,
  type Message,
  type When,
} from "./api.ts";

/** A `Hello` that a service holds. */
export class HelloClientAdapter implements IHello, AsyncDisposable {
  readonly #object: RemoteObject<HelloMembers>;

  /**
   * Subscribes to the object's properties and signals.
   *
   * @param client The connection; it may be connected before or after.
   * @param options How the adapter behaves.
   */
  constructor(client: Client, options?: ClientAdapterOptions) {
    this.#object = new RemoteObject(client, helloDescriptor, options);
  }

  /** Resolves when all subscriptions stand for the first time. */
  get ready(): Promise<void> {
    return this.#object.ready;
  }

  /** Fires when all subscriptions stand, at first and after each reconnect. */
  get onReady(): EventSource<[]> {
    return this.#object.onReady;
  }

  /** Fires with the new value of `last`. */
  get onLastChanged(): EventSource<[last: Message]> {
    return this.#object.changed("last");
  }

  /** Fires when a message has been said. */
  get onJustSaid(): EventSource<[msg: Message]> {
    return this.#object.signal("justSaid");
  }

  /** The message that was said last, as the service told it. */
  getLast(): Message {
    return this.#object.get("last");
  }

  /**
   * Asks the service to change `last`.
   *
   * @param last The message that was said last.
   * @returns Resolves when the broker has the request; need not be awaited.
   */
  setLast(last: Message): Promise<void> {
    return this.#object.set("last", last);
  }

  /**
   * Says a message.
   *
   * @param msg What to say.
   * @param when When to say it.
   * @param options How this call is made.
   * @returns How many messages were said so far.
   */
  say(msg: Message, when: When, options?: CallOptions): Promise<number> {
    return this.#object.call("say", [msg, when], options);
  }

  /** Ends all subscriptions. */
  close(): Promise<void> {
    return this.#object.close();
  }

  /** The same as {@linkcode HelloClientAdapter.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
