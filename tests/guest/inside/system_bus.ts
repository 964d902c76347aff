/**
 * The guest's system bus, for tests that speak to BlueZ without our backend.
 *
 * @module
 */
import {
  createClient,
  type ManagedObjects,
  type MessageBus,
  Variant,
} from "dbus-native";
import { within } from "../../support/within.ts";

/** BlueZ's name on the bus, and the beginning of all its names. */
export const BLUEZ = "org.bluez";

/** Interfaces of BlueZ, by what they are. */
export const INTERFACES = {
  /** A radio. */
  adapter: `${BLUEZ}.Adapter1`,
  /** A peripheral that a radio has heard, or a central that has connected to it. */
  device: `${BLUEZ}.Device1`,
  /** A characteristic, either side. */
  characteristic: `${BLUEZ}.GattCharacteristic1`,
  /** A service, either side. */
  service: `${BLUEZ}.GattService1`,
} as const;

const PROPERTIES = "org.freedesktop.DBus.Properties";

/** Where the bus listens. */
const ADDRESS = "unix:path=/run/dbus/system_bus_socket";

/** A connection to the system bus; what it has registered with BlueZ is void when it is disposed. */
export class SystemBus implements AsyncDisposable {
  /** The connection, for what only it can do. */
  readonly connection: MessageBus = createClient({
    busAddress: ADDRESS,
    authMethods: ["EXTERNAL"],
  });

  /**
   * Calls a method of BlueZ, and waits as long as BlueZ does.
   *
   * @param path Path of the object.
   * @param interfaceName Name of the interface.
   * @param member Name of the method.
   * @param args Signature of the arguments, and the arguments.
   * @returns What the method gives.
   * @throws {DBusError} If BlueZ refuses.
   */
  async call(
    path: string,
    interfaceName: string,
    member: string,
    args: readonly [signature: string, ...values: unknown[]] = [""],
  ): Promise<unknown> {
    const [signature, ...body] = args;
    return await this.connection.invoke<unknown>({
      destination: BLUEZ,
      path,
      interface: interfaceName,
      member,
      ...(signature !== "" && { signature, body }),
    }, { timeout: 0 });
  }

  /**
   * Sets a property of an object of BlueZ.
   *
   * @param path Path of the object.
   * @param interfaceName Name of the interface.
   * @param name Name of the property.
   * @param signature Signature of the value.
   * @param value The value.
   */
  async set(
    path: string,
    interfaceName: string,
    name: string,
    [signature, value]: readonly [signature: string, value: unknown],
  ): Promise<void> {
    const variant = new Variant(signature, value);
    await this.call(path, PROPERTIES, "Set", [
      "ssv",
      interfaceName,
      name,
      variant,
    ]);
  }

  /**
   * Watches all objects of BlueZ.
   *
   * @returns The objects, which change as they do.
   */
  async objects(): Promise<ManagedObjects> {
    return await this.connection.objects(BLUEZ, "/");
  }

  /**
   * Waits until BlueZ's objects are as they must be.
   *
   * @param find Gives what is waited for; undefined while it is not there.
   * @returns What it gave.
   */
  async waitFor<T>(
    find: (objects: ManagedObjects) => T | undefined,
  ): Promise<T> {
    const objects = await this.objects();
    const { promise, resolve } = Promise.withResolvers<T>();
    const check = () => {
      const found = find(objects);
      if (found !== undefined) resolve(found);
    };
    for (const event of ["added", "changed", "removed"]) {
      objects.on(event, check);
    }
    check();
    try {
      return await within("an object of BlueZ", promise);
    } finally {
      await objects.close();
    }
  }

  /** Waits until bluetoothd is on the bus. */
  async waitForDaemon(): Promise<void> {
    const { connection } = this;
    const { promise, resolve } = Promise.withResolvers<void>();
    connection.connection.on("message", ({ member, body = [] }) => {
      const [name, , owner] = body;
      if (member === "NameOwnerChanged" && name === BLUEZ && owner) resolve();
    });
    await connection.watch(
      `type='signal',member='NameOwnerChanged',arg0='${BLUEZ}'`,
    );
    if (await connection.nameHasOwner(BLUEZ)) resolve();
    await within("bluetoothd", promise);
  }

  /** Ends the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.connection.close();
    // What BlueZ still asks has nobody to answer it.
    this.connection.connection.message = () => true;
    await closed;
  }
}
