/**
 * D-Bus, as far as the backends need it: calls, and a live view of a service's
 * objects. The only file that imports the package.
 *
 * @module
 */
import { createClient, DBusError, type MessageBus, Variant } from "dbus-native";
import { orAborted } from "#lib/base/deadline.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import { reasonOf } from "#lib/base/reason.ts";
import { UnixStream } from "./unix_stream.ts";

const logger = getLogger("dbus");

/** Names of errors that D-Bus itself, or this file in its place, gives. */
export const BUS_ERRORS = {
  /** There is no bus at this address. */
  noServer: "org.freedesktop.DBus.Error.NoServer",
  /** This program may not use the bus, or not make this call. */
  accessDenied: "org.freedesktop.DBus.Error.AccessDenied",
  /** The connection to the bus has ended. */
  disconnected: "org.freedesktop.DBus.Error.Disconnected",
  /** Nobody has the name that was called. */
  serviceUnknown: "org.freedesktop.DBus.Error.ServiceUnknown",
  /** The same, asked for by name. */
  nameHasNoOwner: "org.freedesktop.DBus.Error.NameHasNoOwner",
  /** Whoever was called has ended before it answered. */
  noReply: "org.freedesktop.DBus.Error.NoReply",
  /** What was called is not there, or no longer. */
  unknownObject: "org.freedesktop.DBus.Error.UnknownObject",
  /** What was called has no such method, as an object that has just gone. */
  unknownMethod: "org.freedesktop.DBus.Error.UnknownMethod",
  /** What was called has no such interface, as an object that has just gone. */
  unknownInterface: "org.freedesktop.DBus.Error.UnknownInterface",
} as const;

/** A call failed. A backend translates it into what it means for its device. */
export class BusError extends SmartbikeError {
  /** Name of the error on the bus, for example `org.bluez.Error.Failed`. */
  readonly busName: string;

  /**
   * Takes an error's name and text.
   *
   * @param message Text of the error.
   * @param options What the package threw, as `cause`.
   */
  constructor(busName: string, message: string, options?: ErrorOptions) {
    super("bus", message, options);
    this.busName = busName;
  }
}

/** A call of a method. */
export interface BusCall {
  /** Name of the service, for example `org.bluez`. */
  readonly service: string;
  /** Path of the object. */
  readonly path: string;
  /** Name of the interface. */
  readonly interfaceName: string;
  /** Name of the method. */
  readonly method: string;
  /** Types of the arguments, and the arguments; left out where there are none. */
  readonly args?: {
    readonly signature: string;
    readonly values: readonly unknown[];
  };
}

/**
 * Says of which type a value is, where D-Bus takes any.
 *
 * @param signature Its type, for example `s`.
 * @returns What stands for it among the arguments of a call.
 */
export function variant(signature: string, value: unknown): unknown {
  return new Variant(signature, value);
}

/** Properties of an interface by name, as they came. */
export type PropertyBag = Readonly<Record<string, unknown>>;

/** All objects of a service: properties by interface by path. */
export type ObjectTree = Readonly<
  Record<string, Readonly<Record<string, PropertyBag>>>
>;

/** What happens to the objects of a service. */
export interface ObjectHandlers {
  /** An object has come, or has more interfaces now. */
  onAdded(path: string): void;
  /** An object has lost interfaces. */
  onRemoved(path: string, interfaceNames: readonly string[]): void;
  /** Properties have new values. */
  onChanged(path: string, interfaceName: string, changed: PropertyBag): void;
  /** The service has ended; the view will not change any more. */
  onGone(): void;
}

/** A live view of the objects of a service. */
export interface ObjectView {
  /** The objects now. */
  readonly objects: ObjectTree;
}

/** A connection to a bus; it ends when disposed. */
export class Bus implements AsyncDisposable {
  readonly #bus: MessageBus;
  readonly #lost = new AbortController();
  readonly #closed: Promise<void>;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
    const { connection } = bus;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    connection.on("error", (error) => {
      this.#lose(translate(error));
      connection.stream.destroy();
    });
    connection.on("end", () => connection.stream.destroy());
    connection.on("close", () => {
      this.#lose(
        new BusError(BUS_ERRORS.disconnected, "the connection has ended"),
      );
      resolve();
    });
    connection.on("handlerError", (error) => {
      logger.error("A handler of a signal failed: {error}", { error });
    });
  }

  /**
   * Connects to a bus.
   *
   * @param address Address of the bus, for example `unix:path=/run/dbus/system_bus_socket`.
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @throws {BusError} If there is no such bus, or it refuses.
   */
  static async open(address: string, signal: AbortSignal): Promise<Bus> {
    await requireUserId();
    const bus = new Bus(await createBus(address));
    try {
      const name = await orAborted(
        bus.#invoke({
          service: "org.freedesktop.DBus",
          path: "/org/freedesktop/DBus",
          interfaceName: "org.freedesktop.DBus",
          method: "Hello",
        }, signal),
        AbortSignal.any([signal, bus.lost]),
      );
      bus.#bus.name = String(name);
      return bus;
    } catch (error) {
      await bus[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Aborts when the connection has ended; the reason is a {@linkcode BusError}. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Calls a method.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @returns The result; undefined where there is none.
   * @throws {BusError} If the call fails.
   */
  async call(call: BusCall, signal: AbortSignal): Promise<unknown> {
    return await this.#invoke(call, signal);
  }

  /**
   * Watches the objects of a service.
   *
   * @param handlers Called with what happens to them.
   * @throws {BusError} If there is no such service.
   */
  async watch(service: string, handlers: ObjectHandlers): Promise<ObjectView> {
    try {
      const view = await this.#bus.objects(service, "/");
      view.on("added", (path) => handlers.onAdded(path));
      view.on("removed", (path, names) => handlers.onRemoved(path, names));
      view.on("changed", (path, interfaceName, changed) => {
        handlers.onChanged(path, interfaceName, changed);
      });
      view.on("stale", () => handlers.onGone());
      return view;
    } catch (error) {
      throw translate(error);
    }
  }

  /** Ends the connection; the bus forgets all that was asked for over it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#bus.connection.stream.destroy();
    await this.#closed;
  }

  async #invoke(call: BusCall, signal: AbortSignal): Promise<unknown> {
    const { service, path, interfaceName, method, args } = call;
    signal.throwIfAborted();
    try {
      return await this.#bus.invoke({
        destination: service,
        path,
        interface: interfaceName,
        member: method,
        ...(args && { signature: args.signature, body: [...args.values] }),
      }, { signal, timeout: 0 });
    } catch (error) {
      signal.throwIfAborted();
      throw translate(error);
    }
  }

  #lose(reason: BusError): void {
    if (!this.lost.aborted) this.#lost.abort(reason);
  }
}

/** The path of a bus that listens on a socket in a folder, as all do that matter here. */
const SOCKET_PATH = /^unix:(?:[^;]*,)?path=([^,;]+)[^;]*$/;

/** Without `Hello`, which the package would send without anybody to hear of its failure. */
async function createBus(address: string): Promise<MessageBus> {
  const path = SOCKET_PATH.exec(address)?.[1];
  try {
    return createClient({
      ...(path === undefined
        ? { busAddress: address }
        : { stream: await UnixStream.connect(decodeURIComponent(path)) }),
      authMethods: ["EXTERNAL"],
      ayBuffer: "view",
      direct: true,
    });
  } catch (error) {
    throw translate(error);
  }
}

/** A bus asks who its clients are. */
async function requireUserId(): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "uid" });
  if (state === "granted") return;
  throw new BusError(
    BUS_ERRORS.accessDenied,
    "Deno does not let this program read its own user id, start it with --allow-sys=uid",
  );
}

/** What the package threw, and the operating system below it. */
function translate(error: unknown): BusError {
  if (error instanceof BusError) return error;
  return new BusError(busNameOf(error), reasonOf(error), { cause: error });
}

function busNameOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return BUS_ERRORS.accessDenied;
  if (error instanceof DBusError && error.dbusName !== undefined) {
    return error.dbusName;
  }
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "EACCES" || code === "EPERM"
    ? BUS_ERRORS.accessDenied
    : BUS_ERRORS.noServer;
}
