/**
 * Addresses that servers of this program listen on.
 *
 * @module
 */
import type { Setting, SettingDetails } from "./setting.ts";

/** Numbers from 0 to 65535. */
const PORT =
  "6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|\\d{1,4}";

const HOST = "\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9_.-]*[A-Za-z_][A-Za-z0-9_.-]*|" +
  "(?:\\d{1,3}\\.){3}\\d{1,3}";

const DEFAULT_HOST = "127.0.0.1";

/** Where a server of this program listens. */
export interface ListenAddress {
  /** IP address or host name, without brackets. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
}

/** An address to listen on; what it leaves out is 127.0.0.1 and the default port. */
export function listenAddress(
  details: SettingDetails & { readonly defaultPort: number },
): Setting<ListenAddress | undefined> {
  const { defaultPort, ...rest } = details;
  return {
    kind: "setting",
    ...rest,
    rule: {
      type: "text",
      pattern: `(?:${PORT})|(?:${HOST})(?::(?:${PORT}))?|:(?:${PORT})`,
      expected: "host:port, host or port, with a port from 0 to 65535",
    },
    default: undefined,
    read: (given) =>
      given && parseListenAddress(String(given.value), defaultPort),
  };
}

function parseListenAddress(text: string, defaultPort: number): ListenAddress {
  const { host = "", port } =
    /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d+))?$/.exec(
      /^\d+$/.test(text) ? `:${text}` : text,
    )?.groups ?? {};
  return {
    host: host.replace(/^\[|\]$/g, "") || DEFAULT_HOST,
    port: port === undefined ? defaultPort : Number(port),
  };
}

/**
 * Writes an address as part of a URL.
 *
 * @returns For example `127.0.0.1:1883` or `[::1]:1883`.
 */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
