/**
 * What the MQTT package reports, in the words of this program.
 *
 * @module
 */
import {
  ConnectionError,
  type ConnectionReason,
  TopicRefusedError,
} from "#lib/base/errors.ts";

/** The account may not use a topic (MQTT 5.0, 3.4.2.1 and 3.9.3). */
const NOT_AUTHORIZED = 135;

/** CONNACK codes of MQTT 3.1.1 (3.2.2.3) and 5.0 (3.2.2.2) by what they mean here. */
const REFUSALS: Readonly<Record<number, ConnectionReason>> = {
  2: "refused",
  3: "unreachable",
  4: "not_authorized",
  5: "not_authorized",
  128: "refused",
  133: "refused",
  134: "not_authorized",
  135: "not_authorized",
  136: "unreachable",
  137: "unreachable",
  138: "not_authorized",
  139: "unreachable",
  140: "not_authorized",
  151: "unreachable",
  159: "unreachable",
  160: "unreachable",
};

/** Reason codes of a DISCONNECT that a client is to blame for (MQTT 5.0, 3.14.2.1). */
const GOODBYES: Readonly<Record<number, string>> = {
  128: "unspecified error",
  129: "malformed packet",
  130: "protocol error",
  131: "implementation specific error",
  135: "not authorized",
  137: "server busy",
  139: "server shutting down",
  141: "keep-alive time-out",
  143: "topic filter invalid",
  144: "topic name invalid",
  147: "receive maximum exceeded",
  148: "topic alias invalid",
  149: "packet too large",
  150: "message rate too high",
  151: "quota exceeded",
  152: "administrative action",
  153: "payload format invalid",
  154: "retain not supported",
  155: "QoS not supported",
  156: "use another server",
  157: "server moved",
  158: "shared subscriptions not supported",
  159: "connection rate exceeded",
  160: "maximum connect time",
  161: "subscription identifiers not supported",
  162: "wildcard subscriptions not supported",
};

const SESSION_TAKEN_OVER = 142;

const UNSUPPORTED_VERSION: ReadonlySet<unknown> = new Set([1, 132]);

const HANG_UPS: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE"]);

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the network",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name cannot be looked up now",
  EPIPE: "the connection was cut",
  ETIMEDOUT: "the host does not answer",
};

/** The longest remark of a broker that is repeated, in characters. */
const LONGEST_REMARK = 200;

/** What a broker adds to a reason code (MQTT 5.0, 3.2.2.3). */
export interface BrokerRemarks {
  /** Why, in words. */
  readonly reasonString?: string | undefined;
  /** Another broker to use. */
  readonly serverReference?: string | undefined;
}

/** A DISCONNECT of a broker. */
export interface Goodbye {
  /** Why; 0 for no reason. */
  readonly reasonCode?: number | undefined;
  /** What the broker adds. */
  readonly properties?: BrokerRemarks | undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** What a broker adds, fit for one line. */
function remarksOf(
  { reasonString, serverReference }: BrokerRemarks,
): string {
  const clean = (text: string) =>
    text.replace(/\p{Cc}+/gu, " ").slice(0, LONGEST_REMARK);
  return [
    reasonString && `: ${clean(reasonString)}`,
    serverReference && `, it names ${clean(serverReference)} instead`,
  ].filter(Boolean).join("");
}

/**
 * Finds out whether a broker refused the MQTT version.
 *
 * @param error What the MQTT package reported.
 * @returns True for CONNACK code 1 of MQTT 3.1.1 and 132 of MQTT 5.
 */
export function isVersionRefusal(error: unknown): boolean {
  return UNSUPPORTED_VERSION.has(codeOf(error));
}

/**
 * Finds out whether the other side just closed the connection.
 *
 * @param error What the MQTT package reported.
 * @returns True for a connection that was reset.
 */
export function isHangUp(error: unknown): boolean {
  return HANG_UPS.has(codeOf(error));
}

/**
 * Finds out whether a broker refused a SUBSCRIBE; all other errors are about
 * the connection.
 *
 * @param error What the MQTT package reported.
 * @returns True for reason codes from 128 on.
 */
export function isSubscriptionRefusal(error: unknown): boolean {
  return Number(reasonCodeOf(error)) >= 128;
}

/**
 * Translates a failed or lost connection.
 *
 * @param error What the MQTT package reported.
 * @param url The broker, without credentials.
 * @param details What the broker adds, and what failed if it is not the connecting.
 * @returns An error with a reason, and the original as `cause`.
 */
export function toConnectionError(
  error: unknown,
  url: string,
  details: BrokerRemarks & { readonly action?: string } = {},
): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const { action = "connect" } = details;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const make = (why: string, reason: ConnectionReason) =>
    new ConnectionError(`Cannot ${action} to "${url}": ${why}`, url, reason, {
      cause: error,
    });
  if (typeof code === "number") {
    const reason = REFUSALS[code] ?? "refused";
    if (reason === "not_authorized") {
      return make("the broker refused the user name or password", reason);
    }
    const why = `the broker refused with code ${code} (${text})`;
    return make(why + remarksOf(details), reason);
  }
  if (typeof code === "string" && Object.hasOwn(UNREACHABLE, code)) {
    return make(`${UNREACHABLE[code]} (${code})`, "unreachable");
  }
  if (isTlsFailure(code)) return make(`TLS failed (${text})`, "tls");
  const why = action === "connect"
    ? "it cannot be reached"
    : "the broker sent what is not MQTT";
  return make(`${why} (${text})`, "unreachable");
}

/**
 * Translates a broker's goodbye.
 *
 * @param url The broker, without credentials.
 * @returns An error with a reason; undefined where the broker has none.
 */
export function toGoodbyeError(
  { reasonCode = 0, properties = {} }: Goodbye,
  url: string,
  clientId: string,
): ConnectionError | undefined {
  if (reasonCode === 0) return undefined;
  const why = reasonCode === SESSION_TAKEN_OVER
    ? `another client uses the client id "${clientId}", each needs its own`
    : `the broker ended the connection with code ${reasonCode} (${
      GOODBYES[reasonCode] ?? "unknown"
    })`;
  return new ConnectionError(
    `Cannot stay connected to "${url}": ${why}${remarksOf(properties)}`,
    url,
    REFUSALS[reasonCode] ?? "refused",
  );
}

/** A topic that was refused, and what for. */
interface RefusedTopic {
  /** What was asked. */
  readonly right: "publish" | "subscribe";
  /** The topic name or topic filter. */
  readonly topic: string;
  /** More to say of it; nothing, or a text that begins with a separator. */
  readonly remark?: string;
}

/**
 * Translates a refused PUBLISH or SUBSCRIBE.
 *
 * @param error What the MQTT package reported.
 * @param url The broker, without credentials.
 * @param remarks What the broker adds.
 * @returns An error with a reason, and the original as `cause`.
 */
export function toRefusal(
  { right, topic, remark = "" }: RefusedTopic,
  error: unknown,
  url: string,
  remarks: BrokerRemarks = {},
): ConnectionError {
  const code = reasonCodeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const why = `${text}${remarksOf(remarks)}`;
  if (code === NOT_AUTHORIZED) {
    return new TopicRefusedError(topic, right, url, {
      why: `${why}${remark}`,
      cause: error,
    });
  }
  return new ConnectionError(
    `Cannot ${right} to "${topic}"${remark}: ${why}`,
    url,
    "refused",
    { cause: error },
  );
}

function reasonCodeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  if (!("packet" in error)) return codeOf(error);
  const packet = error.packet;
  const granted = typeof packet === "object" && packet !== null &&
      "granted" in packet
    ? packet.granted
    : undefined;
  return Array.isArray(granted) ? granted.at(-1) : undefined;
}

function isTlsFailure(code: unknown): boolean {
  return typeof code === "string" &&
    /CERT|TLS|SSL|SIGNATURE|ISSUER|EPROTO/.test(code);
}
