/**
 * Who may use the dashboard: by the names it is reached under, the page that
 * asks, and a token.
 *
 * @module
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ConfigError } from "#lib/base/errors.ts";
import { HostNames, isLoopback } from "#lib/base/host_names.ts";

/** Name of the cookie of who has logged in. */
const COOKIE = "smartbike_dashboard";

/** How long somebody stays logged in, in seconds: 30 days. */
const COOKIE_SECONDS = 2_592_000;

/** A shorter token is guessed. */
const MIN_TOKEN_LENGTH = 16;

/** What a gate lets pass. */
export interface GateOptions {
  /** IP address or host name that is listened on. */
  readonly host: string;
  /** What everybody has to show; needed where others than this machine reach the dashboard. */
  readonly token?: string | undefined;
  /** More names that the dashboard is reached under, such as `bike.example.org`. */
  readonly hostNames?: readonly string[];
}

/** Why a client is refused. */
export type GateRefusal = "host" | "origin" | "token";

/** Who may use the dashboard. */
export class Gate {
  /** Whether a token is needed. */
  readonly needsToken: boolean;
  readonly #names: HostNames;
  readonly #token: string;
  readonly #cookie: string;

  /**
   * Checks the choice.
   *
   * @throws {ConfigError} If others than this machine would get in without a token, or the token is too short.
   */
  constructor({ host, token, hostNames = [] }: GateOptions) {
    if (token === undefined && !isLoopback(host)) {
      throw new ConfigError(
        `Cannot show the dashboard on "${host}": others reach it and there is no token, name a file that holds one with --token-file`,
        { option: "dashboard.tokenFile" },
      );
    }
    if (token !== undefined && token.length < MIN_TOKEN_LENGTH) {
      throw new ConfigError(
        `Cannot use the dashboard's token: it has ${token.length} characters, expected at least ${MIN_TOKEN_LENGTH}`,
        { option: "dashboard.tokenFile" },
      );
    }
    this.needsToken = token !== undefined;
    this.#token = token ?? "";
    this.#cookie = createHmac("sha256", this.#token)
      .update("smartbike dashboard").digest("base64url");
    this.#names = new HostNames([host, ...hostNames]);
  }

  /**
   * Checks where a request came to, and which page sent it.
   *
   * @returns Why it is refused; undefined if it is not.
   */
  refuse(request: Request): GateRefusal | undefined {
    const host = request.headers.get("host") ?? "";
    if (!this.#names.has(host)) return "host";
    const origin = request.headers.get("origin");
    if (origin !== null && !isOriginOf(origin, host)) return "origin";
    const site = request.headers.get("sec-fetch-site");
    const isForeign = site !== null && site !== "same-origin" &&
      site !== "none";
    return isForeign && request.method !== "GET" ? "origin" : undefined;
  }

  /**
   * Checks whether a request shows the token, or the cookie that it was exchanged for.
   *
   * @returns True also where none is needed.
   */
  knows(request: Request): boolean {
    if (!this.needsToken) return true;
    const [, bearer] = /^Bearer (\S+)$/i
      .exec(request.headers.get("authorization") ?? "") ?? [];
    if (bearer !== undefined) return this.isToken(bearer);
    const cookies = (request.headers.get("cookie") ?? "").split(/;\s*/);
    const cookie = cookies.find((one) => one.startsWith(`${COOKIE}=`));
    return cookie !== undefined &&
      isSame(cookie.slice(COOKIE.length + 1), this.#cookie);
  }

  /**
   * Compares a token, in a time that does not depend on it.
   *
   * @returns Whether it is the token.
   */
  isToken(text: string): boolean {
    return this.needsToken && isSame(text, this.#token);
  }

  /**
   * The cookie that stands for the token.
   *
   * @param isSecure Whether it was asked for over HTTPS.
   */
  cookie(isSecure: boolean): string {
    return `${COOKIE}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}${
      isSecure ? "; Secure" : ""
    }`;
  }
}

function isOriginOf(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  const port = protocol === "https:" ? ":443" : ":80";
  return /^https?:$/.test(protocol) &&
    own === host.toLowerCase().replace(new RegExp(`${port}$`), "");
}

/** Digests have one length, whatever was shown. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
