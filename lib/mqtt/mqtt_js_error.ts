/**
 * What the MQTT package reports, in the words of this program.
 *
 * @module
 */
import { ConnectionError, type ConnectionReason } from "#lib/base/errors.ts";

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
  140: "not_authorized",
};

const UNSUPPORTED_VERSION: ReadonlySet<unknown> = new Set([1, 132]);

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

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/**
 * Tells whether a broker refused the MQTT version.
 *
 * @param error What the MQTT package reported.
 * @returns True for CONNACK code 1 of MQTT 3.1.1 and 132 of MQTT 5.
 */
export function isVersionRefusal(error: unknown): boolean {
  return UNSUPPORTED_VERSION.has(codeOf(error));
}

/**
 * Translates a failed connection.
 *
 * @param error What the MQTT package reported.
 * @param url The broker, without credentials.
 * @returns An error with a reason, and the original as `cause`.
 */
export function toConnectionError(
  error: unknown,
  url: string,
): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const make = (why: string, reason: ConnectionReason) =>
    new ConnectionError(`Cannot connect to "${url}": ${why}`, url, reason, {
      cause: error,
    });
  if (typeof code === "number") {
    const reason = REFUSALS[code] ?? "refused";
    return reason === "not_authorized"
      ? make("the broker refused the user name or password", reason)
      : make(`the broker refused with code ${code} (${text})`, reason);
  }
  if (typeof code === "string" && Object.hasOwn(UNREACHABLE, code)) {
    return make(`${UNREACHABLE[code]} (${code})`, "unreachable");
  }
  if (isTlsFailure(code)) {
    return make(`TLS failed (${text})`, "tls");
  }
  return make(`it cannot be reached (${text})`, "unreachable");
}

/**
 * Translates a refused PUBLISH, SUBSCRIBE or UNSUBSCRIBE.
 *
 * @param action What was asked, for example `subscribe to "a/b"`.
 * @param error What the MQTT package reported.
 * @param url The broker, without credentials.
 * @returns An error with a reason, and the original as `cause`.
 */
export function toRefusal(
  action: string,
  error: unknown,
  url: string,
): ConnectionError {
  const code = reasonCodeOf(error);
  const reason = code === 135 ? "not_authorized" : "refused";
  const text = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`Cannot ${action}: ${text}`, url, reason, {
    cause: error,
  });
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
