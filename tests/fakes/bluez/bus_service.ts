/**
 * A service on a bus, with objects that have methods and properties.
 *
 * @module
 */
import { createClient, type MessageBus } from "dbus-native";
import { EventHook } from "#lib/base/event_hook.ts";
import { UnixStream } from "#lib/hardware/linux/unix_stream.ts";

/** A method of an object. */
export interface Method {
  /** Types of the arguments. */
  readonly in?: string;
  /** Types of the results. */
  readonly out?: string;
  /** Does it; what it throws as a {@linkcode Refusal} is reported to the caller. */
  run(args: readonly unknown[], sender: string): unknown;
}

/** A property of an object. */
export interface Property {
  /** Its type. */
  readonly type: string;
  /** Its value. */
  readonly value: unknown;
  /** Called when somebody has set it; without this nobody can. */
  readonly onSet?: (value: unknown) => void;
}

/** An interface of an object. */
export interface Interface {
  /** Its name. */
  readonly name: string;
  /** Its methods. */
  readonly methods?: Readonly<Record<string, Method>>;
  /** Its properties. */
  readonly properties: Readonly<Record<string, Property>>;
}

/** An error that a caller gets. */
export class Refusal extends Error {
  /** Name of the error on the bus. */
  readonly dbusName: string;

  constructor(dbusName: string, message: string) {
    super(message);
    this.dbusName = dbusName;
  }
}

/** A connection to a bus that owns a name. */
export class BusService implements AsyncDisposable {
  /** Fires when somebody has left the bus. */
  readonly onClientGone: EventHook<[sender: string]> = new EventHook("gone");
  readonly #bus: MessageBus;
  readonly #closed: Promise<unknown>;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
    const { connection } = bus;
    this.#closed = new Promise((resolve) => connection.on("close", resolve));
    // What is still being reported and answered then has nobody to hear it.
    const hush = () => queueMicrotask(() => connection.message = () => true);
    connection.on("end", hush);
    connection.on("close", hush);
    connection.on("error", () => {});
    connection.on("message", ({ member, body }) => {
      if (member !== "NameOwnerChanged" || body?.[2] !== "") return;
      this.onClientGone.fire(String(body[0]));
    });
  }

  /**
   * Takes a name on a bus.
   *
   * @param socketPath Path of the bus's socket.
   * @param name The name.
   * @returns The service.
   */
  static async start(socketPath: string, name: string): Promise<BusService> {
    const stream = await UnixStream.connect(socketPath);
    const bus = createClient({ stream });
    const service = new BusService(bus);
    bus.exportObjectManager("/");
    await bus.watch("type='signal',member='NameOwnerChanged'");
    await bus.ownName(name);
    return service;
  }

  /**
   * Shows an object.
   *
   * @param path Its path.
   * @param definition Its interface.
   * @returns The object.
   */
  export(path: string, definition: Interface): BusObject {
    return new BusObject(this.#bus, path, definition);
  }

  /** Waits until the bus has passed on all that was reported; what anybody asks because of it comes later. */
  async delivered(): Promise<void> {
    await this.#bus.nameHasOwner("org.freedesktop.DBus");
  }

  /** Leaves the bus, as a process that is killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#bus.connection.stream.destroy();
    await this.#closed;
  }
}

/** An object with one interface. */
export class BusObject {
  /** Its path. */
  readonly path: string;
  readonly #bus: MessageBus;
  readonly #name: string;
  readonly #values: Record<string, unknown> = {};
  readonly #declared: Record<
    string,
    { type: string; access: "read" | "readwrite" }
  > = {};
  readonly #definition: Interface;

  constructor(bus: MessageBus, path: string, definition: Interface) {
    this.path = path;
    this.#bus = bus;
    this.#name = definition.name;
    this.#definition = definition;
    const { methods = {}, properties } = definition;
    for (const [name, { value }] of Object.entries(properties)) {
      if (value !== undefined) this.#declare(name, value);
    }
    for (const [name, method] of Object.entries(methods)) {
      this.#values[name] = (...args: unknown[]) => run(method, args);
    }
    bus.exportInterface(this.#values, path, {
      name: this.#name,
      methods: Object.fromEntries(
        Object.entries(methods).map(([name, { in: input = "", out = "" }]) => [
          name,
          [input, out, [...input].map((_, i) => `arg${i}`), ["result"]],
        ]),
      ),
      properties: this.#declared,
    });
  }

  /** Reads a property. */
  get(name: string): unknown {
    return this.#values[name];
  }

  /** Changes properties, and reports all of those that are new. */
  set(values: Readonly<Record<string, unknown>>): void {
    const changed = Object.fromEntries(
      Object.entries(values).filter(([name, value]) =>
        value !== this.#values[name]
      ),
    );
    if (Object.keys(changed).length > 0) this.setAnew(changed);
  }

  /** Sets properties, and reports them, be they new or not. */
  setAnew(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.#declare(name, value);
    }
    this.#announce(values);
  }

  /** Changes a property, and notifies nobody. */
  setUntold(name: string, value: unknown): void {
    this.#declare(name, value);
  }

  /** Takes a property away. */
  unset(name: string): void {
    if (this.#values[name] === undefined) return;
    delete this.#values[name];
    delete this.#declared[name];
    this.#announce({}, [name]);
  }

  /** Takes the object away. */
  remove(): void {
    if (this.#isLeft) return;
    this.#bus.unexportInterface(this.path, this.#name);
  }

  /** A process that was killed says nothing any more. */
  get #isLeft(): boolean {
    return this.#bus.connection.stream.destroyed;
  }

  #announce(
    changed: Readonly<Record<string, unknown>>,
    invalidated: string[] = [],
  ): void {
    if (this.#isLeft) return;
    const { path } = this;
    this.#bus.emitPropertiesChanged(path, this.#name, changed, invalidated);
  }

  #declare(name: string, value: unknown): void {
    const property = this.#definition.properties[name];
    if (!property) {
      throw new TypeError(`${name} is no property of ${this.#name}`);
    }
    const { type, onSet } = property;
    this.#declared[name] = { type, access: onSet ? "readwrite" : "read" };
    let current = value;
    Object.defineProperty(this.#values, name, {
      configurable: true,
      enumerable: true,
      get: () => current,
      set: (next: unknown) => {
        current = next;
        onSet?.(next);
      },
    });
  }
}

/** The package puts the message behind the arguments. */
async function run(
  { run, out = "" }: Method,
  args: readonly unknown[],
): Promise<unknown> {
  const message = args.at(-1);
  const sender = typeof message === "object" && message !== null &&
      "sender" in message
    ? String(message.sender)
    : "";
  const result = await run(args.slice(0, -1), sender);
  return out === "" ? null : result;
}
