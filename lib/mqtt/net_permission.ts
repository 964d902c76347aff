/**
 * The one place of the network layer that knows which runtime it runs on.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import type { BrokerAddress } from "./broker_address.ts";

/**
 * Asks for the permission to connect, where the runtime has permissions: Deno.
 * With the network denied MQTT.js would report nothing at all.
 *
 * @param address Where the broker is.
 * @throws {ConnectionError} Reason `permission`, if it is denied.
 */
export async function requireNetPermission(
  address: BrokerAddress,
): Promise<void> {
  if (!("Deno" in globalThis)) return;
  const name = address.host.includes(":") ? `[${address.host}]` : address.host;
  const host = `${name}:${address.port}`;
  const { state } = await Deno.permissions.request({ name: "net", host });
  if (state === "granted") return;
  throw new ConnectionError(
    `Cannot connect to "${address.url}": network access is denied, run with --allow-net=${host}`,
    address.url,
    "permission",
  );
}
