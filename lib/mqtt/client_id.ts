/**
 * Client ids.
 *
 * @module
 */

/**
 * Makes a client id that no other client has. Web pages that came without TLS
 * have no `crypto.randomUUID`.
 */
export function randomClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  return `smartbike-${hex.join("")}`;
}
