/**
 * Names of MQTT connections.
 *
 * @module
 */

/**
 * Makes a client id that no other process has.
 *
 * @param role What the connection is for, for example `service`.
 * @returns For example `smartbike-service-1f0c9a3e`.
 */
export function clientId(role: string): string {
  return `${clientIdPrefix(role)}${crypto.randomUUID().slice(0, 8)}`;
}

/**
 * How the client ids of one role begin.
 *
 * @param role What the connections are for.
 * @returns For example `smartbike-service-`.
 */
export function clientIdPrefix(role: string): string {
  return `smartbike-${role}-`;
}
