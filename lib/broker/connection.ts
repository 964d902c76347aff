/**
 * One client's connection: bytes in, packets carried out, packets out.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import { logIn, type LoginDesk } from "./login.ts";
import { type HandlerContext, PacketHandler } from "./packet_handler.ts";
import type { Channel, Session } from "./session.ts";
import type { ClientPacket, DisconnectPacket } from "./wire/client_packet.ts";
import { decodeConnect } from "./wire/decode_connect.ts";
import { decodePacket } from "./wire/decode_packet.ts";
import {
  encodeConnack,
  encodeDisconnect,
  PINGRESP,
} from "./wire/encode_packet.ts";
import { type Frame, Framer } from "./wire/framer.ts";
import { PROPERTY } from "./wire/properties.ts";
import { ProtocolFault } from "./wire/protocol_fault.ts";
import { REASON } from "./wire/reason_code.ts";

/** So much may be on its way before messages wait, in bytes. */
const HIGH_WATER_BYTES = 64 * 1024;

/** So long others wait while the packets of one client are carried out, in milliseconds. */
const TURN_MS = 10;

/** How long a closed connection may take to send its last bytes, in milliseconds. */
const LINGER_MS = 1000;

/** What a connection needs of the broker. */
export interface ConnectionContext extends LoginDesk, HandlerContext {}

/** The wire to a client. */
export interface Wire {
  /** Its bytes. */
  readonly stream: Duplex;
  /** Where the client is, for the log. */
  readonly address: string;
}

/** One client's connection. */
export class Connection implements Channel {
  /** Resolves when the wire is closed. */
  readonly closed: Promise<void>;
  /** When it came, by the monotonic clock. */
  readonly sinceMs: number;
  version: ProtocolVersion = "3.1.1";
  maxPacketBytes = Infinity;
  readonly #stream: Duplex;
  readonly #address: string;
  readonly #context: ConnectionContext;
  readonly #framer = new Framer();
  #state: "pending" | "connected" | "ended" = "pending";
  #session: Session | undefined;
  #handler: PacketHandler | undefined;
  #keepAliveMs = Infinity;
  #heardAtMs: number;
  #endedAtMs = Infinity;
  #parts: Uint8Array[] = [];
  #buffered = 0;
  #isBusy = false;

  constructor({ stream, address }: Wire, context: ConnectionContext) {
    this.#stream = stream;
    this.#address = address;
    this.#context = context;
    this.sinceMs = this.#now();
    this.#heardAtMs = this.sinceMs;
    this.closed = new Promise((resolve) => stream.once("close", resolve));
    stream.on("data", (chunk: Uint8Array) => {
      this.#guard(() => this.#receive(chunk));
    });
    stream.on("error", () => stream.destroy());
    stream.on("end", () => this.#guard(() => this.#lose(true)));
    stream.on("close", () => this.#guard(() => this.#lose(true)));
  }

  /** Whether a client is logged in on it. */
  get isConnected(): boolean {
    return this.#state === "connected";
  }

  /** Whether it has not sent its CONNECT yet. */
  get isPending(): boolean {
    return this.#state === "pending";
  }

  get isWritable(): boolean {
    return this.#state === "connected" && this.#buffered < HIGH_WATER_BYTES;
  }

  get buffered(): number {
    return this.#buffered;
  }

  write(...parts: readonly Uint8Array[]): void {
    if (this.#state === "ended") return;
    if (this.#parts.length === 0) {
      queueMicrotask(() => this.#guard(() => this.#send()));
    }
    for (const part of parts) {
      this.#parts.push(part);
      this.#buffered += part.length;
      this.#context.hub.queued.add(part.length);
    }
  }

  end(reasonCode: number, reason: string): void {
    if (this.#state === "ended") return;
    this.#report(reason);
    if (this.#state === "connected" && this.version === "5") {
      this.write(encodeDisconnect(reasonCode, reason));
    }
    this.#close(true);
  }

  /** Closes it because the broker ends. */
  shutDown(): void {
    if (this.#state === "connected" && this.version === "5") {
      this.write(encodeDisconnect(REASON.serverShuttingDown, undefined));
    }
    if (this.#state !== "ended") this.#close(false);
  }

  /** Closes it at once, without a word. */
  destroy(): void {
    this.#stream.destroy();
  }

  /**
   * Ends it if the client was not heard of for too long.
   *
   * @param nowMs The time, by the monotonic clock.
   */
  check(nowMs: number): void {
    this.#guard(() => {
      const { loginTimeoutMs } = this.#context.limits;
      if (nowMs - this.#endedAtMs > LINGER_MS) return this.#stream.destroy();
      if (this.isPending && nowMs - this.sinceMs > loginTimeoutMs) {
        return this.end(REASON.unspecified, "it did not log in in time");
      }
      if (!this.isConnected || nowMs - this.#heardAtMs <= this.#keepAliveMs) {
        return;
      }
      this.end(REASON.keepAliveTimeout, "it was silent for too long");
    });
  }

  /** Whatever goes wrong on this connection ends it and nothing else. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof ProtocolFault) {
        this.#refuse(error);
        return;
      }
      this.#context.log.fault(error);
      this.#lose(true);
      this.#stream.destroy();
    }
  }

  #receive(chunk: Uint8Array): void {
    if (this.#state === "ended") return;
    this.#heardAtMs = this.#now();
    this.#framer.push(chunk);
    if (!this.#isBusy) this.#takeTurn();
  }

  /** Carries packets out for a while; what is left waits until others had their turn. */
  #takeTurn(): void {
    const until = this.#now() + TURN_MS;
    const { maxLoginBytes, maxPacketBytes } = this.#context.limits;
    while (this.#state !== "ended") {
      const limit = this.isPending ? maxLoginBytes : maxPacketBytes;
      const frame = this.#framer.next(limit);
      if (!frame) break;
      this.#carryOut(frame);
      this.#context.registry.relieve();
      if (this.#now() > until) return this.#yieldTurn();
    }
    if (!this.#isBusy) return;
    this.#isBusy = false;
    this.#stream.resume();
  }

  #yieldTurn(): void {
    this.#isBusy = true;
    this.#stream.pause();
    setTimeout(() => this.#guard(() => this.#takeTurn()), 0);
  }

  #carryOut(frame: Frame): void {
    if (!this.#handler) return this.#logIn(frame);
    this.#dispatch(decodePacket(frame, this.version), this.#handler);
  }

  #logIn(frame: Frame): void {
    if (levelOf(frame) > 4) this.version = "5";
    const packet = decodeConnect(frame);
    this.version = packet.version;
    const { keepAliveSeconds, properties } = packet;
    try {
      const { session, connack } = logIn(packet, this, this.#context);
      this.#session = session;
      this.#state = "connected";
      this.#handler = new PacketHandler(session, this, this.#context);
      if (keepAliveSeconds > 0) this.#keepAliveMs = keepAliveSeconds * 1500;
      this.maxPacketBytes = properties.number(PROPERTY.maximumPacketSize) ??
        Infinity;
      this.write(encodeConnack(connack, this.version));
      session.flush(this.#now());
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      this.#refuseLogin(error, packet.clientId);
    }
  }

  #dispatch(packet: ClientPacket, handler: PacketHandler): void {
    switch (packet.kind) {
      case "publish":
        return handler.publish(packet);
      case "subscribe":
        return handler.subscribe(packet);
      case "unsubscribe":
        return handler.unsubscribe(packet);
      case "pingreq":
        return this.write(PINGRESP);
      case "disconnect":
        return this.#leave(packet);
      default:
        return handler.acknowledge(packet);
    }
  }

  #leave({ reasonCode, sessionExpirySeconds }: DisconnectPacket): void {
    const session = this.#session;
    if (session && sessionExpirySeconds !== undefined) {
      if (session.expirySeconds === 0 && sessionExpirySeconds > 0) {
        throw new ProtocolFault(
          REASON.protocolError,
          "Cannot keep the session: it was to end with the connection, expected no other expiry",
        );
      }
      const { maxSessionExpirySeconds } = this.#context.limits;
      session.expirySeconds = Math.min(
        sessionExpirySeconds,
        maxSessionExpirySeconds,
      );
    }
    this.#close(reasonCode !== REASON.success);
  }

  #refuse(fault: ProtocolFault): void {
    const { reasonCode, message } = fault;
    if (this.isPending && reasonCode === REASON.unsupportedVersion) {
      this.#refuseLogin(fault, "");
    } else this.end(reasonCode, message);
  }

  #refuseLogin({ reasonCode, message }: ProtocolFault, clientId: string): void {
    this.#report(message, clientId);
    const connack = {
      reasonCode,
      sessionPresent: false,
      properties: [[PROPERTY.reasonString, message] as const],
    };
    this.write(encodeConnack(connack, this.version));
    this.#close(false);
  }

  /** Says which client it was, and never its password. */
  #report(reason: string, clientId = this.#session?.clientId): void {
    this.#context.log.limited(
      "A client was refused or disconnected: {client} at {address}: {reason}",
      {
        client: clientId === undefined ? "(no client id)" : `"${clientId}"`,
        address: this.#address,
        reason,
      },
    );
  }

  #close(hasWill: boolean): void {
    this.#send();
    this.#stream.end();
    this.#lose(hasWill);
  }

  /** Has nothing to do with the client any more. */
  #lose(hasWill: boolean): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#endedAtMs = this.#now();
    this.#context.hub.queued.add(-this.#buffered);
    this.#buffered = 0;
    this.#parts = [];
    const session = this.#session;
    if (session) this.#context.registry.leave(session, this, hasWill);
  }

  #send(): void {
    const parts = this.#parts;
    if (parts.length === 0 || this.#state === "ended") return;
    this.#parts = [];
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const chunks = size > HIGH_WATER_BYTES ? parts : [Buffer.concat(parts)];
    const last = chunks.length - 1;
    for (const [index, chunk] of chunks.entries()) {
      this.#stream.write(chunk, () => {
        if (index === last) this.#guard(() => this.#onSent(size));
      });
    }
  }

  #onSent(size: number): void {
    if (this.#state === "ended") return;
    this.#buffered -= size;
    this.#context.hub.queued.add(-size);
    this.#session?.flush(this.#now());
  }

  #now(): number {
    return this.#context.clock.monotonicMs();
  }
}

/** The protocol level of a CONNECT that may be otherwise unreadable; 0 where there is none. */
function levelOf({ body }: Frame): number {
  return body[1] === "MQTT".length ? body[6] ?? 0 : 0;
}
