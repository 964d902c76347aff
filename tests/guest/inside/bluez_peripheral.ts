/**
 * A simulated peripheral on the air, through BlueZ in the role of peripheral.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  type DefinedInterface,
  defineInterface,
  type ManagedObjects,
} from "dbus-native";
import { pause, systemClock } from "#lib/base/clock.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { ATT_ERRORS } from "#lib/simulator/att_error.ts";
import type {
  FakeCharacteristic,
  FakePeripheral,
} from "#lib/simulator/fake_peripheral.ts";
import type { PeripheralLink } from "#lib/simulator/peripheral_link.ts";
import { BLUEZ, INTERFACES, SystemBus } from "./system_bus.ts";

const GATT_MANAGER = `${BLUEZ}.GattManager1`;
const ADVERTISING_MANAGER = `${BLUEZ}.LEAdvertisingManager1`;
const ADVERTISEMENT = `${BLUEZ}.LEAdvertisement1`;

/** How long the end of an advertisement takes, amply, in milliseconds. */
const SETTLE_MS = 200;

/** Objects of a peripheral, on a connection of its own. */
const ROOT = "/peripheral";
const ADVERTISEMENT_PATH = `${ROOT}/advertisement`;

/** BlueZ's names for codes of the Attribute Protocol; any other name is `unlikelyError`. */
const ERROR_NAMES: ReadonlyMap<number | undefined, string> = new Map([
  [ATT_ERRORS.readNotPermitted, `${BLUEZ}.Error.NotPermitted`],
  [ATT_ERRORS.writeNotPermitted, `${BLUEZ}.Error.NotPermitted`],
  [ATT_ERRORS.requestNotSupported, `${BLUEZ}.Error.NotSupported`],
  [ATT_ERRORS.invalidLength, `${BLUEZ}.Error.InvalidValueLength`],
  [ATT_ERRORS.descriptorNotConfigured, `${BLUEZ}.Error.ImproperlyConfigured`],
  [ATT_ERRORS.procedureInProgress, `${BLUEZ}.Error.InProgress`],
]);

/** Options of a read; an offset where a value does not fit into one packet. */
interface ReadOptions {
  readonly offset?: number;
}

/**
 * A {@linkcode FakePeripheral} that BlueZ advertises and serves. Its table,
 * answers and notifications are the simulated ones; the radio in between is
 * BlueZ on both sides.
 */
export class BluezPeripheral implements AsyncDisposable {
  readonly #bus = new SystemBus();
  readonly #peripheral: FakePeripheral;
  readonly #adapterPath: string;
  readonly #end = new AbortController();
  #link: PeripheralLink | undefined;
  #advertising: Promise<void> = Promise.resolve();

  private constructor(peripheral: FakePeripheral, adapterPath: string) {
    this.#peripheral = peripheral;
    this.#adapterPath = adapterPath;
  }

  /**
   * Puts a peripheral on the air.
   *
   * @param peripheral The peripheral; its address must be the radio's.
   * @param adapterPath The radio that it has for itself.
   * @returns The peripheral on the air; it is taken off when disposed.
   */
  static async publish(
    peripheral: FakePeripheral,
    adapterPath: string,
  ): Promise<BluezPeripheral> {
    const published = new BluezPeripheral(peripheral, adapterPath);
    try {
      await published.#start();
      return published;
    } catch (error) {
      await published[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Takes it off the air. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#advertising;
    this.#peripheral.drop("it was taken off the air");
    await this.#bus[Symbol.asyncDispose]();
  }

  async #start(): Promise<void> {
    const { adapter } = INTERFACES;
    const { name } = this.#peripheral;
    await this.#bus.set(this.#adapterPath, adapter, "Alias", ["s", name]);
    this.#watchCentral(await this.#bus.objects());
    await this.#exportTable();
    // BlueZ refuses a table without anything in it.
    if (this.#peripheral.characteristics.length > 0) {
      await this.#callAdapter(GATT_MANAGER, "RegisterApplication", [
        "oa{sv}",
        ROOT,
        {},
      ]);
    }
    await this.#bus.connection.export(ADVERTISEMENT_PATH, this.#defineAd());
    const peripheral = this.#peripheral;
    if (peripheral.isAwake) this.#advertise(true);
    peripheral.onAwakeChanged.add((isAwake) => this.#advertise(isAwake), {
      signal: this.#end.signal,
    });
    await this.#advertising;
  }

  /** One change after another. */
  #advertise(isOn: boolean): void {
    this.#advertising = this.#advertising.then(async () => {
      if (isOn) {
        await this.#callAdapter(ADVERTISING_MANAGER, "RegisterAdvertisement", [
          "oa{sv}",
          ADVERTISEMENT_PATH,
          {},
        ]);
        return;
      }
      await this.#callAdapter(ADVERTISING_MANAGER, "UnregisterAdvertisement", [
        "o",
        ADVERTISEMENT_PATH,
      ]);
      // BlueZ answers before it is done and notifies nobody when it is; Linux 6.1
      // does not survive the next change before that.
      await pause(systemClock, SETTLE_MS, new AbortController().signal);
    });
  }

  async #callAdapter(
    interfaceName: string,
    member: string,
    args: readonly [signature: string, ...values: unknown[]],
  ): Promise<void> {
    await this.#bus.call(this.#adapterPath, interfaceName, member, args);
  }

  /** The connection is BlueZ's to make and to end; the simulated one follows it, and ends it. */
  #watchCentral(objects: ManagedObjects): void {
    const { device } = INTERFACES;
    const follow = (path: string, isConnected: unknown) => {
      if (!path.startsWith(`${this.#adapterPath}/`)) return;
      if (isConnected === true) this.#onConnected(objects, path);
      if (isConnected === false) this.#peripheral.drop("the central has gone");
    };
    objects.on("added", (path, interfaces) => {
      follow(path, interfaces[device]?.["Connected"]);
    });
    objects.on("stale", () => this.#peripheral.drop("bluetoothd has ended"));
    objects.on("changed", (path, interfaceName, changed) => {
      if (interfaceName === device) follow(path, changed["Connected"]);
    });
    for (
      const [path, { Connected }] of Object.entries(objects.filter(device))
    ) {
      if (Connected === true) follow(path, true);
    }
  }

  #onConnected(objects: ManagedObjects, path: string): void {
    const { device } = INTERFACES;
    const hangUp = () => {
      const isConnected = objects.get(path)?.[device]?.["Connected"] === true;
      if (!isConnected) return;
      // Without bluetoothd there is nothing to hang up.
      this.#bus.call(path, device, "Disconnect").catch(() => {});
    };
    try {
      const link = this.#peripheral.accept();
      this.#link = link;
      link.lost.addEventListener("abort", hangUp);
    } catch (error) {
      // BlueZ has let the central in; a simulated peripheral may refuse.
      if (!(error instanceof DeviceError)) throw error;
      hangUp();
    }
  }

  async #exportTable(): Promise<void> {
    const { connection } = this.#bus;
    connection.exportObjectManager(ROOT);
    const services = Map.groupBy(
      this.#peripheral.characteristics,
      ({ service }) => service,
    );
    for (const [index, [uuid, table]] of [...services].entries()) {
      const path = `${ROOT}/service${index}`;
      await connection.export(path, defineService(uuid));
      for (const [index, characteristic] of table.entries()) {
        await connection.export(
          `${path}/characteristic${index}`,
          this.#defineCharacteristic(characteristic, path, index),
        );
      }
    }
  }

  #defineCharacteristic(
    characteristic: FakeCharacteristic,
    servicePath: string,
    index: number,
  ): DefinedInterface {
    const { uuid, properties } = characteristic;
    const path = `${servicePath}/characteristic${index}`;
    let value = Buffer.alloc(0);
    const send = (bytes: Uint8Array) => {
      value = Buffer.from(bytes);
      this.#bus.connection.emitPropertiesChanged(
        path,
        INTERFACES.characteristic,
        { Value: value },
      );
    };
    return defineInterface({
      name: INTERFACES.characteristic,
      properties: {
        UUID: { type: "s", access: "read", value: uuid },
        Service: { type: "o", access: "read", value: servicePath },
        Flags: { type: "as", access: "read", value: [...properties] },
        Value: { type: "ay", access: "read", get: () => value },
      },
      methods: {
        ReadValue: {
          in: { options: "a{sv}" },
          out: { value: "ay" },
          handler: (args: { options: ReadOptions }) =>
            this.#read(uuid, args.options),
        },
        WriteValue: {
          in: { value: "ay", options: "a{sv}" },
          handler: ({ value }: { value: Uint8Array }) =>
            this.#write(characteristic, value),
        },
        StartNotify: { handler: () => this.#subscribe(uuid, send) },
        StopNotify: { handler: () => {} },
        Confirm: { handler: () => {} },
      },
    });
  }

  async #read(uuid: string, { offset = 0 }: ReadOptions): Promise<Buffer> {
    const value = await refusing(this.#peripheral.answerRead(uuid));
    return Buffer.from(value.subarray(offset));
  }

  /** BlueZ does not let its own side of a peripheral know whether a response is awaited. */
  async #write(
    { uuid, properties }: FakeCharacteristic,
    value: Uint8Array,
  ): Promise<void> {
    const withoutResponse = !properties.includes("write");
    const bytes = Uint8Array.from(value);
    await refusing(this.#peripheral.answerWrite(uuid, bytes, withoutResponse));
  }

  /** BlueZ has agreed already, and does not wait. */
  #subscribe(uuid: string, send: (value: Uint8Array) => void): void {
    const link = this.#link;
    if (!link || link.lost.aborted || link.isSubscribed(uuid)) return;
    link.subscribe(uuid, send, link.lost);
    this.#peripheral.hearSubscribed(uuid);
  }

  #defineAd(): DefinedInterface {
    const { name, services } = this.#peripheral;
    return defineInterface({
      name: ADVERTISEMENT,
      properties: {
        Type: { type: "s", access: "read", value: "peripheral" },
        LocalName: { type: "s", access: "read", value: name },
        ServiceUUIDs: { type: "as", access: "read", value: [...services] },
      },
      methods: { Release: { handler: () => {} } },
    });
  }
}

function defineService(uuid: string): DefinedInterface {
  return defineInterface({
    name: INTERFACES.service,
    properties: {
      UUID: { type: "s", access: "read", value: uuid },
      Primary: { type: "b", access: "read", value: true },
    },
  });
}

/** Refuses as BlueZ wants to hear it, which makes a code of the Attribute Protocol of the name. */
async function refusing<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const dbusName = ERROR_NAMES.get(error.resultCode) ??
      `${BLUEZ}.Error.Unlikely`;
    throw Object.assign(error, { dbusName });
  }
}
