/**
 * What somebody can do about an error.
 *
 * @module
 */
import { ConnectionError, TimeoutError } from "#lib/base/errors.ts";

/**
 * Says what to try next.
 *
 * @param error What a command threw.
 * @returns One line, or undefined where the message says it all.
 */
export function adviceFor(error: unknown): string | undefined {
  if (error instanceof TimeoutError) {
    return "Perhaps nobody serves it on this broker: not every broker can tell. Longer waits: --timeout.";
  }
  if (!(error instanceof ConnectionError)) return undefined;
  switch (error.reason) {
    case "not_authorized":
      return "Give the account with --username and --password-file, or in MQTT_USERNAME and MQTT_PASSWORD.";
    case "tls":
      return "Check --ca, the authority that signed the broker's certificate, and --cert and --key where the broker asks for them.";
    case "unreachable":
      return /^(mqtt|ws):.*:(8883|8884|443)(\/|$)/.test(error.endpoint)
        ? "This port usually speaks TLS: write mqtts:// or wss:// before the host."
        : undefined;
    default:
      return undefined;
  }
}
