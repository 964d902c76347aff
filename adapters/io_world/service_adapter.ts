/**
 * Local objects of module `io.world` that clients use.
 *
 * @module
 */
import {
  type EventSource,
  ServedObject,
  type Service,
} from "#lib/objectapi/mod.ts";
import { helloDescriptor, type HelloMembers, type IHello } from "./api.ts";

/** Shows a local `Hello` on the network. */
export class HelloServiceAdapter implements AsyncDisposable {
  readonly #object: ServedObject<HelloMembers>;

  /**
   * Subscribes to all that clients may ask for.
   *
   * @param hello The local object.
   * @param service The connection; it may be connected before or after.
   */
  constructor(hello: IHello, service: Service) {
    this.#object = new ServedObject(service, helloDescriptor, {
      properties: {
        last: {
          get: () => hello.getLast(),
          set: (last) => hello.setLast(last),
          onChanged: hello.onLastChanged,
        },
      },
      operations: { say: (msg, when) => hello.say(msg, when) },
      signals: { justSaid: hello.onJustSaid },
    });
  }

  /** Resolves when clients can use the object for the first time. */
  get ready(): Promise<void> {
    return this.#object.ready;
  }

  /** Fires when clients can use the object, at first and after each reconnect. */
  get onReady(): EventSource<[]> {
    return this.#object.onReady;
  }

  /** Stops serving. */
  close(): Promise<void> {
    return this.#object.close();
  }

  /** The same as {@linkcode HelloServiceAdapter.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
