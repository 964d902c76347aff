/**
 * What listens on a port where a broker was expected.
 *
 * @module
 */

/** How much of an answer is looked at, in bytes. */
export const ANSWER_BYTES = 16;

/** What the first bytes of an answer give away. */
const PROTOCOLS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^SSH-/, "an SSH server"],
  [/^HTTP\//, "an HTTP server"],
  [/^\s*<(!doctype|html|\?xml)/i, "an HTTP server"],
  [/^AMQP/, "an AMQP broker"],
  [/^INFO \{/, "a NATS server for NATS clients"],
  [/^RFB \d/, "a VNC server"],
  [/^220[ -]/, "a mail or FTP server"],
  [/^\* OK/, "an IMAP server"],
  [/^\+OK/, "a POP3 server"],
  [/^-(ERR|DENIED)/, "a Redis server"],
  // deno-lint-ignore no-control-regex -- an alert of TLS, RFC 8446, 5.1
  [/^[\x15\x16]\x03[\x00-\x04]/, "a server that speaks TLS"],
];

/**
 * Names the program that sent an answer which is none of MQTT.
 *
 * @param answer The first bytes of it.
 * @returns What it is, for example `an SSH server`; undefined where nobody knows.
 */
export function nameForeignServer(answer: Uint8Array): string | undefined {
  const text = String.fromCharCode(...answer.subarray(0, ANSWER_BYTES));
  return PROTOCOLS.find(([pattern]) => pattern.test(text))?.[1];
}
