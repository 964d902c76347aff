/**
 * The services and characteristics of one peripheral, as BlueZ shows them.
 *
 * @module
 */
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import type { PeripheralLink } from "#lib/simulator/peripheral_link.ts";
import type { BusObject, BusService, Property } from "./bus_service.ts";
import { refusal, refusalOf } from "./refusals.ts";

type Characteristic = FakePeripheral["characteristics"][number];

/** The largest frame, as two of BlueZ's controllers agree on. */
const MTU = 517;

/** What was asked of a characteristic and is not answered yet. */
interface Busy {
  isReading: boolean;
  isWriting: boolean;
}

/** Who listens to a characteristic; kept when the connection ends. */
interface Session {
  readonly object: BusObject;
  readonly characteristic: Characteristic;
  /** Unique names on the bus. */
  readonly clients: Set<string>;
  /** The connection over which the peripheral has agreed. */
  link?: PeripheralLink;
}

/**
 * The table of one peripheral. It stays when the connection ends, and those who
 * listen need not ask again when there is a new one: BlueZ does that.
 */
export class FakeGatt {
  readonly #service: BusService;
  readonly #peripheral: FakePeripheral;
  readonly #path: string;
  readonly #objects: BusObject[] = [];
  readonly #sessions: Session[] = [];
  #link: PeripheralLink | undefined;
  #handle = 1;

  /**
   * Makes a table that is not shown yet.
   *
   * @param service BlueZ.
   * @param peripheral The peripheral.
   * @param path Path of the peripheral's object.
   */
  constructor(service: BusService, peripheral: FakePeripheral, path: string) {
    this.#service = service;
    this.#peripheral = peripheral;
    this.#path = path;
    service.onClientGone.add((sender) => this.#forget(sender));
  }

  /** Shows what of the table is not shown yet, and works over a connection. */
  attach(link: PeripheralLink): void {
    this.#link = link;
    this.#export();
    for (const session of this.#sessions) {
      if (session.clients.size === 0) continue;
      // What the peripheral refuses now it has agreed to before.
      this.#listen(session).catch(() => {});
    }
  }

  /** The connection has ended. */
  detach(): void {
    this.#link = undefined;
  }

  /** Takes the table away. */
  remove(): void {
    this.detach();
    this.#sessions.length = 0;
    this.#handle = 1;
    for (const object of this.#objects.splice(0).reverse()) object.remove();
  }

  #export(): void {
    const next = () => (this.#handle++).toString(16).padStart(4, "0");
    const { characteristics } = this.#peripheral;
    let service: BusObject | undefined;
    for (const characteristic of characteristics.slice(this.#sessions.length)) {
      if (service?.get("UUID") !== characteristic.service) {
        service = this.#exportService(
          `service${next()}`,
          characteristic.service,
        );
      }
      const path = `${service.path}/char${next()}`;
      next(); // The handle of the value itself.
      this.#exportCharacteristic(path, characteristic);
      if (canNotify(characteristic)) {
        this.#exportConfiguration(`${path}/desc${next()}`, path);
      }
    }
  }

  #exportService(name: string, uuid: string): BusObject {
    return this.#show(`${this.#path}/${name}`, "org.bluez.GattService1", {
      UUID: { type: "s", value: uuid },
      Device: { type: "o", value: this.#path },
      Primary: { type: "b", value: true },
      Includes: { type: "ao", value: [] },
    });
  }

  #exportConfiguration(path: string, characteristic: string): void {
    this.#show(path, "org.bluez.GattDescriptor1", {
      UUID: { type: "s", value: "00002902-0000-1000-8000-00805f9b34fb" },
      Characteristic: { type: "o", value: characteristic },
      Value: { type: "ay", value: [] },
    });
  }

  #show(
    path: string,
    name: string,
    properties: Readonly<Record<string, Property>>,
  ): BusObject {
    const object = this.#service.export(path, { name, properties });
    this.#objects.push(object);
    return object;
  }

  #exportCharacteristic(path: string, characteristic: Characteristic): void {
    const { uuid, properties } = characteristic;
    const busy: Busy = { isReading: false, isWriting: false };
    const object = this.#service.export(path, {
      name: "org.bluez.GattCharacteristic1",
      properties: {
        UUID: { type: "s", value: uuid },
        Service: { type: "o", value: path.slice(0, path.lastIndexOf("/")) },
        Value: { type: "ay", value: [] },
        Flags: { type: "as", value: [...properties] },
        MTU: { type: "q", value: MTU },
        ...(canNotify(characteristic) && {
          Notifying: { type: "b", value: false },
        }),
      },
      methods: {
        ReadValue: {
          in: "a{sv}",
          out: "ay",
          run: () => this.#read(object, uuid, busy),
        },
        WriteValue: {
          in: "aya{sv}",
          run: ([value, options]) =>
            this.#write(characteristic, busy, toBytes(value), options),
        },
        StartNotify: {
          run: (_, sender) => this.#startNotify(session, sender),
        },
        StopNotify: { run: (_, sender) => this.#stopNotify(session, sender) },
      },
    });
    const session: Session = { object, characteristic, clients: new Set() };
    this.#sessions.push(session);
    this.#objects.push(object);
  }

  /** BlueZ reports what it has read as a changed value too. */
  async #read(object: BusObject, uuid: string, busy: Busy): Promise<unknown> {
    if (busy.isReading) throw refusal("InProgress", "In Progress");
    busy.isReading = true;
    try {
      const value = await this.#ask((peripheral) =>
        peripheral.answerRead(uuid)
      );
      object.set({ Value: value });
      return value;
    } finally {
      busy.isReading = false;
    }
  }

  async #write(
    { uuid, properties }: Characteristic,
    busy: Busy,
    value: Uint8Array,
    options: unknown,
  ): Promise<void> {
    const type = typeOf(options) ??
      (properties.includes("write-without-response") ? "command" : "request");
    if (type === "command") {
      await this.#ask((peripheral) =>
        peripheral.answerWrite(uuid, value, true)
      );
      return;
    }
    if (busy.isWriting) throw refusal("InProgress", "In Progress");
    busy.isWriting = true;
    try {
      await this.#ask((peripheral) =>
        peripheral.answerWrite(uuid, value, false)
      );
    } finally {
      busy.isWriting = false;
    }
  }

  async #startNotify(session: Session, sender: string): Promise<void> {
    const { characteristic, clients } = session;
    if (!canNotify(characteristic)) {
      throw refusal("NotSupported", "Operation is not supported");
    }
    const link = this.#link;
    if (clients.has(sender)) {
      if (link && session.link === link) return;
      throw refusal("InProgress", "In Progress");
    }
    this.#requireLink();
    clients.add(sender);
    if (clients.size > 1) return;
    try {
      await this.#listen(session);
    } catch (error) {
      clients.delete(sender);
      throw error;
    }
  }

  /** Lets a characteristic's values come over the connection that there is. */
  async #listen(session: Session): Promise<void> {
    const { object, characteristic: { uuid }, clients } = session;
    const link = this.#requireLink();
    await this.#ask((peripheral) => peripheral.answerSubscribe(uuid));
    const onValue = (value: Uint8Array) => {
      if (clients.size > 0) object.set({ Value: value });
    };
    link.subscribe(uuid, onValue, link.lost);
    session.link = link;
    object.set({ Notifying: true });
    this.#peripheral.hearSubscribed(uuid);
  }

  #stopNotify({ object, clients }: Session, sender: string): void {
    if (!clients.delete(sender)) {
      throw refusal("Failed", "No notify session started");
    }
    if (clients.size === 0) object.set({ Notifying: false });
  }

  #forget(sender: string): void {
    for (const session of this.#sessions) {
      if (session.clients.has(sender)) this.#stopNotify(session, sender);
    }
  }

  /** What a connection that ends leaves unanswered fails at once. */
  async #ask<T>(
    question: (peripheral: FakePeripheral) => Promise<T>,
  ): Promise<T> {
    const { lost } = this.#requireLink();
    const { promise: ended, reject } = Promise.withResolvers<never>();
    lost.addEventListener("abort", () => reject(lost.reason), { once: true });
    try {
      return await Promise.race([question(this.#peripheral), ended]);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  #requireLink(): PeripheralLink {
    if (this.#link) return this.#link;
    throw refusal("Failed", "Not connected");
  }
}

function canNotify({ properties }: Characteristic): boolean {
  return properties.includes("notify") || properties.includes("indicate");
}

function toBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array();
}

/** BlueZ takes nothing but a text for the type of a write. */
function typeOf(options: unknown): string | undefined {
  if (typeof options !== "object" || options === null) return undefined;
  if (!("type" in options)) return undefined;
  if (typeof options.type === "string") return options.type;
  throw refusal("InvalidArguments", "Invalid arguments in method call");
}
