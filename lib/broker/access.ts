/**
 * Who may connect, and what they may do.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { matchesFilter } from "#lib/mqtt/topic.ts";

/** Which topics an account may use. */
export interface BrokerRights {
  /** Topic filters that it may publish to. */
  readonly publish: readonly string[];
  /** Topic filters whose messages it may receive. */
  readonly subscribe: readonly string[];
}

/** An account that clients must use. */
export interface BrokerAccount {
  /** Account name. */
  readonly username: string;
  /** Its password. */
  readonly password: string;
  /**
   * What it may do.
   *
   * @default everything
   */
  readonly rights?: BrokerRights;
}

/** What a client that has logged in may do. */
export interface Permit {
  /** The account; undefined where the broker has none. */
  readonly username: string | undefined;
  /** Checks whether it may publish to a topic name. */
  mayPublish(topic: string): boolean;
  /** Checks whether it may receive messages of a topic name. */
  mayReceive(topic: string): boolean;
  /** Checks whether there can be a message that a topic filter brings it. */
  maySubscribe(filter: string): boolean;
}

/** Who may connect. */
export class Access {
  readonly #accounts = new Map<string, { digest: Buffer; permit: Permit }>();

  constructor(accounts: readonly BrokerAccount[]) {
    for (const { username, password, rights } of accounts) {
      this.#accounts.set(username, {
        digest: digestOf(Buffer.from(password)),
        permit: rights ? limited(username, rights) : unlimited(username),
      });
    }
  }

  /**
   * Checks who somebody is.
   *
   * @returns What the client may do; undefined where it is refused.
   */
  permit(
    username: string | undefined,
    password: Uint8Array | undefined,
  ): Permit | undefined {
    if (this.#accounts.size === 0) return unlimited(undefined);
    const account = this.#accounts.get(username ?? "");
    const digest = digestOf(password ?? new Uint8Array());
    // Compared even where there is no account, so that the time does not show it.
    const isRight = timingSafeEqual(digest, account?.digest ?? NOBODY);
    return isRight ? account?.permit : undefined;
  }
}

const NOBODY = Buffer.alloc(32);

/** Of one length for all passwords, which the comparison needs. */
function digestOf(password: Uint8Array): Buffer {
  return createHash("sha256").update(password).digest();
}

function unlimited(username: string | undefined): Permit {
  return {
    username,
    mayPublish: () => true,
    mayReceive: () => true,
    maySubscribe: () => true,
  };
}

function limited(username: string, rights: BrokerRights): Permit {
  const { publish, subscribe } = rights;
  return {
    username,
    mayPublish: (topic) =>
      publish.some((allowed) => matchesFilter(allowed, topic)),
    mayReceive: (topic) =>
      subscribe.some((allowed) => matchesFilter(allowed, topic)),
    maySubscribe: (filter) =>
      subscribe.some((allowed) => overlaps(allowed, filter)),
  };
}

/**
 * Checks whether some topic name matches both of two filters.
 *
 * @returns True if there can be such a name.
 */
export function overlaps(one: string, other: string): boolean {
  const left = one.split("/");
  const right = other.split("/");
  const bothEnd = Math.max(left.length, right.length);
  for (let index = 0; index < bothEnd; index++) {
    const a = left[index];
    const b = right[index];
    if (a === "#" || b === "#") return true;
    if (a === undefined || b === undefined) return false;
    if (a !== "+" && b !== "+" && a !== b) return false;
  }
  return true;
}
