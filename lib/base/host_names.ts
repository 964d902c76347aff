/**
 * The names that an HTTP server of this program is reached under.
 *
 * @module
 */

/**
 * Distinguishes own names from those that a page elsewhere gave itself so that they
 * lead here (DNS rebinding). IP addresses are always own ones: a page cannot
 * give itself an address.
 *
 * @example Usage
 * ```ts
 * import { HostNames } from "#lib/base/host_names.ts";
 * import assert from "node:assert/strict";
 *
 * const names = new HostNames(["bike.example.org"]);
 * assert(names.has("localhost:8080") && names.has("bike.example.org"));
 * assert(!names.has("evil.example") && !names.has("a b"));
 * ```
 */
export class HostNames {
  readonly #names: ReadonlySet<string>;

  /**
   * Takes the names.
   *
   * @param names Host names besides `localhost`.
   */
  constructor(names: readonly string[]) {
    this.#names = new Set(
      ["localhost", ...names].map((name) => name.toLowerCase()),
    );
  }

  /**
   * Checks a request's header.
   *
   * @returns True if it is an own name or an IP address, with a port or without.
   */
  has(host: string): boolean {
    if (!URL.canParse(`http://${host}`)) return false;
    const { hostname, username, pathname } = new URL(`http://${host}`);
    if (username !== "" || pathname !== "/") return false;
    const name = hostname.replace(/^\[|\]$/g, "").toLowerCase();
    return this.#names.has(name) || isAddress(name);
  }
}

/**
 * Checks whether only this machine reaches an address.
 *
 * @param host IP address or host name, without brackets.
 * @returns True for the loopback addresses and `localhost`.
 */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" ||
    /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isAddress(name: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || name.includes(":");
}
