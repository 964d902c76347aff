/**
 * Sessions by client id: how they begin, go on and end.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { Permit } from "./access.ts";
import type { BrokerLog } from "./broker_log.ts";
import type { Hub } from "./hub.ts";
import type { BrokerLimits } from "./limits.ts";
import { toMessage } from "./message.ts";
import { Outgoing } from "./outgoing.ts";
import { type Channel, Session } from "./session.ts";
import type { WillPacket } from "./wire/client_packet.ts";
import { PROPERTY } from "./wire/properties.ts";
import { ProtocolFault } from "./wire/protocol_fault.ts";
import { REASON } from "./wire/reason_code.ts";

/** Who wants a session. */
export interface SessionRequest {
  readonly clientId: string;
  readonly cleanStart: boolean;
  readonly permit: Permit;
  /** How long the session outlives its connection, in seconds. */
  readonly expirySeconds: number;
  readonly will: WillPacket | undefined;
}

/** A session that was begun or found again. */
interface OpenedSession {
  readonly session: Session;
  /** Whether it was there before. */
  readonly isPresent: boolean;
}

/** All sessions. */
export class SessionRegistry {
  readonly #sessions = new Map<string, Session>();
  readonly #limits: Required<BrokerLimits>;
  readonly #hub: Hub;
  readonly #clock: Clock;
  readonly #log: BrokerLog;

  constructor(
    limits: Required<BrokerLimits>,
    { hub, clock, log }: { hub: Hub; clock: Clock; log: BrokerLog },
  ) {
    this.#limits = limits;
    this.#hub = hub;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Finds a client's session, or begins one; another connection of the same
   * client id ends.
   *
   * @throws {ProtocolFault} If the client id is another account's, or there are too many sessions.
   */
  open(request: SessionRequest, channel: Channel): OpenedSession {
    const { clientId, cleanStart, permit } = request;
    const before = this.#sessions.get(clientId);
    if (before && before.permit.username !== permit.username) {
      throw new ProtocolFault(
        REASON.notAuthorized,
        "Cannot accept the client: its client id is in use by another account",
      );
    }
    if (cleanStart) before?.channel?.end(...TAKEN_OVER);
    if (before && cleanStart) this.#end(before);
    else if (before) this.#leaveForNext(before);
    const found = this.#sessions.get(clientId);
    const session = found ?? this.#begin(clientId, permit);
    session.permit = permit;
    session.channel = channel;
    session.expirySeconds = request.expirySeconds;
    session.expiresAtMs = undefined;
    session.will = request.will;
    session.waitingWill = undefined;
    return { session, isPresent: found !== undefined };
  }

  /**
   * Takes note that a connection has ended.
   *
   * @param hasWill Whether the will is to be published.
   */
  leave(session: Session, channel: Channel, hasWill: boolean): void {
    if (session.channel !== channel) return;
    session.channel = undefined;
    session.outgoing.dropUnacknowledged();
    const now = this.#clock.monotonicMs();
    session.expiresAtMs = now + session.expirySeconds * 1000;
    const { will } = session;
    session.will = undefined;
    if (will && hasWill) {
      const delay = will.properties.number(PROPERTY.willDelayInterval) ?? 0;
      session.waitingWill = { will, atMs: now + delay * 1000 };
    }
    this.#endWhatIsDue(session, now);
  }

  /** Publishes wills and ends sessions whose time has come. */
  expire(): void {
    const now = this.#clock.monotonicMs();
    for (const session of this.#sessions.values()) {
      this.#endWhatIsDue(session, now);
    }
  }

  /** Ends the session with the most bytes, as long as all of them have too many. */
  relieve(): void {
    while (this.#hub.queued.isExceeded) {
      const [first, ...rest] = this.#sessions.values();
      if (!first) return;
      const worst = rest.reduce(
        (most, session) => bytesOf(session) > bytesOf(most) ? session : most,
        first,
      );
      if (bytesOf(worst) === 0) return;
      this.#log.limited(
        "The session of {client} was ended: {bytes} bytes wait for it, and for all clients too many",
        { client: worst.clientId, bytes: bytesOf(worst) },
      );
      worst.channel?.end(REASON.quotaExceeded, "too much waits for it");
      this.#end(worst);
    }
  }

  #leaveForNext(session: Session): void {
    session.channel?.end(...TAKEN_OVER);
    const { waitingWill } = session;
    const isDelayed = waitingWill &&
      waitingWill.atMs > this.#clock.monotonicMs();
    if (isDelayed) session.waitingWill = undefined;
  }

  #begin(clientId: string, permit: Permit): Session {
    const { maxSessions, maxQueuedBytes } = this.#limits;
    if (this.#sessions.size >= maxSessions) {
      throw new ProtocolFault(
        REASON.quotaExceeded,
        `Cannot accept the client: there are ${maxSessions} sessions, expected fewer`,
      );
    }
    const outgoing = new Outgoing(maxQueuedBytes, this.#hub.queued);
    const session = new Session(clientId, permit, outgoing);
    this.#sessions.set(clientId, session);
    return session;
  }

  #endWhatIsDue(session: Session, now: number): void {
    const { waitingWill, expiresAtMs = Infinity } = session;
    if (waitingWill && waitingWill.atMs <= now) this.#publishWill(session);
    if (expiresAtMs <= now) this.#end(session);
  }

  #end(session: Session): void {
    if (this.#sessions.get(session.clientId) !== session) return;
    this.#sessions.delete(session.clientId);
    for (const name of session.subscriptions.keys()) {
      this.#hub.unsubscribe(session, name);
    }
    session.outgoing.clear();
    this.#publishWill(session);
  }

  #publishWill(session: Session): void {
    const { waitingWill, clientId } = session;
    session.waitingWill = undefined;
    if (!waitingWill) return;
    const { will } = waitingWill;
    if (!session.permit.mayPublish(will.topic)) return;
    const nowMs = this.#clock.monotonicMs();
    this.#hub.publish(
      toMessage(will, { topic: will.topic, publisher: clientId, nowMs }),
    );
  }
}

const TAKEN_OVER = [
  REASON.sessionTakenOver,
  "another connection has the same client id",
] as const;

function bytesOf(session: Session): number {
  return session.outgoing.bytes + (session.channel?.buffered ?? 0);
}
