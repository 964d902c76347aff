/**
 * What can be done about an error.
 *
 * @module
 */
import {
  ConnectionError,
  TimeoutError,
  TopicRefusedError,
} from "#lib/base/errors.ts";

/**
 * Finds advice for an error.
 *
 * @param error What a command threw.
 * @returns One line, or undefined where the message is enough.
 */
export function adviceFor(error: unknown): string | undefined {
  if (error instanceof TimeoutError) {
    return "Check that the service is running on this broker; --timeout waits longer.";
  }
  if (error instanceof TopicRefusedError) {
    return '"smartbike broker-config" prints the rights that accounts need.';
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
