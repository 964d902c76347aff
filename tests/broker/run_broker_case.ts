/**
 * Carrying out broker cases.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Packet } from "mqtt-packet";
import { isRecord } from "#lib/objectapi/value.ts";
import { RawMqtt } from "../support/raw_mqtt.ts";
import { type Fields, fieldsOf, listOf, textOf } from "../wire/wire_case.ts";
import type { BrokerCase, BrokerStep, Level } from "./broker_case.ts";
import { checkPacket } from "./check_packet.ts";

/** Where a case is run. */
export interface BrokerSetting {
  /** The broker. */
  readonly url: string;
  /** Protocol level. */
  readonly level: Level;
}

/**
 * Carries a case out; throws if an expectation is not met.
 *
 * @param brokerCase The case.
 * @param setting Where it is run.
 */
export async function runBrokerCase(
  brokerCase: BrokerCase,
  setting: BrokerSetting,
): Promise<void> {
  await using run = new CaseRun(setting);
  for (const [index, step] of brokerCase.steps.entries()) {
    try {
      await run.do(step);
    } catch (cause) {
      const { client, verb } = step;
      throw new TypeError(
        `Cannot get past step ${index + 1}, "${client} ${verb}": ${cause}`,
        { cause },
      );
    }
  }
}

/** One run of one case. */
class CaseRun implements AsyncDisposable {
  readonly #setting: BrokerSetting;
  readonly #clients = new Map<string, RawMqtt>();
  readonly #levels = new Map<string, Level>();
  readonly #ids = new Map<string, number>();
  #nextId = 100;

  constructor(setting: BrokerSetting) {
    this.#setting = setting;
  }

  async do({ client, verb, detail }: BrokerStep): Promise<void> {
    switch (verb) {
      case "pause":
        return await new Promise((done) => setTimeout(done, Number(detail)));
      case "open":
        return await this.#open(client, this.#setting.level);
      case "connect":
        return await this.#connect(client, fieldsOf(detail ?? {}));
      case "bytes":
        return await this.#sendBytes(client, detail);
      case "send":
        return await this.#of(client).send(this.#packet(client, detail));
      case "publish":
        return await this.#publish(client, fieldsOf(detail));
      case "subscribe":
        return await this.#subscribe(client, detail);
      case "answer":
        return await this.#answer(client, fieldsOf(detail));
      case "receive":
        return await this.#receive(client, fieldsOf(detail));
      case "finds":
        return await this.#find(client, fieldsOf(detail));
      case "receives":
        return await this.#receiveAll(client, listOf(detail));
      case "silent":
        return await this.#expectSilence(client);
      case "closed":
        return void await this.#of(client).closed();
      case "cut":
        return await this.#of(client)[Symbol.asyncDispose]();
    }
    if (client === "among") return await this.#share(verb.split(" "), detail);
    throw new TypeError(`Cannot do "${verb}": there is no such step`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.values()) {
      await client[Symbol.asyncDispose]();
    }
  }

  #of(name: string): RawMqtt {
    const client = this.#clients.get(name);
    assert(client, `there is no client ${name}`);
    return client;
  }

  async #open(name: string, level: Level): Promise<void> {
    await this.#clients.get(name)?.[Symbol.asyncDispose]();
    this.#clients.set(name, await RawMqtt.open(this.#setting.url, level));
    this.#levels.set(name, level);
  }

  async #connect(name: string, fields: Fields): Promise<void> {
    const { code = 0, sessionPresent, expiry, version, ...rest } = fields;
    const level = version === 4 ? 4 : this.#setting.level;
    await this.#open(name, level);
    const properties = expiry !== undefined && level === 5 &&
      { properties: { sessionExpiryInterval: expiry } };
    await this.#of(name).send(this.#packet(name, {
      cmd: "connect",
      clientId: `client-${name}`,
      clean: true,
      keepalive: 0,
      ...properties,
      ...rest,
    }));
    checkPacket(await this.#of(name).next(), {
      cmd: "connack",
      ...(level === 5 ? { reasonCode: code } : { returnCode: code }),
      ...(sessionPresent !== undefined && { sessionPresent }),
    });
  }

  async #sendBytes(name: string, detail: unknown): Promise<void> {
    const text = isRecord(detail) ? detail[`${this.#setting.level}`] : detail;
    const bytes = Uint8Array.fromHex(textOf(text).replaceAll(" ", ""));
    await this.#of(name).sendBytes(bytes);
  }

  /** Publishes, and carries out the handshake. */
  async #publish(name: string, fields: Fields): Promise<void> {
    const { messageId = ++this.#nextId, repeat = 1, payload, ...rest } = fields;
    const client = this.#of(name);
    const text = `${payload ?? ""}`.repeat(Number(repeat));
    await client.send(this.#packet(name, {
      cmd: "publish",
      qos: 0,
      messageId,
      payload: text,
      ...rest,
    }));
    if (fields["qos"] === 1) {
      checkPacket(await client.next(), { cmd: "puback", messageId });
    } else if (fields["qos"] === 2) {
      checkPacket(await client.next(), { cmd: "pubrec", messageId });
      await client.send(this.#packet(name, { cmd: "pubrel", messageId }));
      checkPacket(await client.next(), { cmd: "pubcomp", messageId });
    }
  }

  /** Subscribes, and expects that each QoS is granted. */
  async #subscribe(name: string, detail: unknown): Promise<void> {
    const all = Array.isArray(detail) ? detail : [detail];
    const requests = all.map((item) => fieldsOf(item));
    const id = requests[0]?.["id"];
    const messageId = ++this.#nextId;
    await this.#of(name).send(this.#packet(name, {
      cmd: "subscribe",
      messageId,
      subscriptions: requests.map(({ id: _, ...request }) => request),
      ...(id !== undefined && { properties: { subscriptionIdentifier: id } }),
    }));
    checkPacket(await this.#of(name).next(), {
      cmd: "suback",
      messageId,
      granted: requests.map(({ qos }) => qos),
    });
  }

  async #answer(name: string, { to, ...rest }: Fields): Promise<void> {
    const messageId = this.#ids.get(textOf(to));
    await this.#of(name).send(this.#packet(name, { ...rest, messageId }));
  }

  async #receive(name: string, fields: Fields): Promise<void> {
    const { as, idOf, ...expected } = fields;
    const packet = await this.#of(name).next();
    const messageId = idOf === undefined ? {} : {
      messageId: this.#ids.get(textOf(idOf)),
    };
    checkPacket(packet, { ...expected, ...messageId });
    if (as === undefined || packet === "closed") return;
    this.#ids.set(textOf(as), packet.messageId ?? 0);
  }

  /** Passes over packets until one is like this. */
  async #find(name: string, expected: Fields): Promise<void> {
    for (;;) {
      const packet = await this.#of(name).next();
      if (packet === "closed") return checkPacket(packet, expected);
      if (isMatch(packet, expected)) return;
    }
  }

  /** Several packets, in any order. */
  async #receiveAll(name: string, expected: readonly unknown[]): Promise<void> {
    const left = expected.map((item) => fieldsOf(item));
    while (left.length > 0) {
      const packet = await this.#of(name).next();
      const at = left.findIndex((fields) => isMatch(packet, fields));
      if (at < 0) checkPacket(packet, left[0] ?? {});
      left.splice(at, 1);
    }
  }

  /** Nothing else comes before the answer to a ping. */
  async #expectSilence(name: string): Promise<void> {
    const client = this.#of(name);
    await client.send({ cmd: "pingreq" });
    checkPacket(await client.next(), { cmd: "pingresp" });
  }

  /** So many messages come to several clients together. */
  async #share(names: readonly string[], count: unknown): Promise<void> {
    let seen = 0;
    for (const name of names) {
      const client = this.#of(name);
      await client.send({ cmd: "pingreq" });
      for (;;) {
        const packet = await client.next();
        if (packet === "closed" || packet.cmd === "pingresp") break;
        seen++;
      }
    }
    assert.equal(seen, count);
  }

  #packet(name: string, detail: unknown): Packet {
    const packet = withBytes({
      ...fieldsOf(detail),
      protocolVersion: this.#levels.get(name) ?? this.#setting.level,
    });
    assert(isPacket(packet), "it is no packet");
    return packet;
  }
}

function isMatch(packet: unknown, fields: Fields): boolean {
  try {
    checkPacket(packet, fields);
    return true;
  } catch {
    return false;
  }
}

function isPacket(value: unknown): value is Packet {
  return isRecord(value) && typeof value["cmd"] === "string";
}

/** Correlation data stands as text in cases. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "correlationData" ? Buffer.from(`${item}`) : withBytes(item),
    ]),
  );
}
