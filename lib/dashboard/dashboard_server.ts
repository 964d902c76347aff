/**
 * The dashboard: a page and an API over HTTP.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import { whyNotListening } from "#lib/base/listen_refusal.ts";
import { Api } from "./api.ts";
import { CommandDesk } from "./command_desk.ts";
import type { Fleet } from "./fleet.ts";
import { Gate, type GateOptions, type GateRefusal } from "./gate.ts";
import { PageFiles } from "./page_files.ts";
import { readBody } from "./request_body.ts";
import { refuse, respondJson } from "./responses.ts";
import { SnapshotEncoder } from "./snapshot_encoder.ts";

const logger = getLogger("dashboard");

/** How a dashboard is served. */
interface DashboardOptions extends GateOptions {
  /** The bikes. */
  readonly fleet: Fleet;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
}

/** What a refused client gets; the reason stands in the log of a browser. */
const REFUSALS: Readonly<Record<GateRefusal, string>> = {
  host:
    "The dashboard does not know itself by this name: use its address, or name it with --host-name",
  origin: "A page from elsewhere may not ask this",
  token: "Show the token first",
};

/** Serves a page and an API until it is disposed. */
export class DashboardServer implements AsyncDisposable {
  /** Where the page is. */
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #end: AbortController;
  readonly #encoder: SnapshotEncoder;

  private constructor(
    server: Deno.HttpServer<Deno.NetAddr>,
    end: AbortController,
    encoder: SnapshotEncoder,
  ) {
    const { hostname, port } = server.addr;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    this.url = `http://${host}:${port}/`;
    this.#server = server;
    this.#end = end;
    this.#encoder = encoder;
  }

  /**
   * Starts to serve.
   *
   * @throws {ConfigError} If others than this machine would reach it without a token.
   * @throws {ConnectionError} If the address cannot be listened on.
   */
  static listen(options: DashboardOptions): DashboardServer {
    const { host, port, fleet } = options;
    const gate = new Gate(options);
    const end = new AbortController();
    const encoder = new SnapshotEncoder(fleet);
    const api = new Api({
      fleet,
      desk: new CommandDesk(fleet),
      encoder,
      signal: end.signal,
    });
    const site = new Site(gate, api, new PageFiles());
    try {
      const server = Deno.serve(
        { hostname: host, port, onListen: () => {} },
        (request) => site.answer(request),
      );
      return new DashboardServer(server, end, encoder);
    } catch (cause) {
      encoder[Symbol.dispose]();
      const why = whyNotListening(cause, port);
      throw new ConnectionError(
        `Cannot show the dashboard on "${host}:${port}": ${why}`,
        `${host}:${port}`,
        "refused",
        { cause },
      );
    }
  }

  /** Ends all streams, and stops serving. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.#encoder[Symbol.dispose]();
    await this.#server.shutdown();
  }
}

/** Leads each request to what answers it. */
class Site {
  readonly #gate: Gate;
  readonly #api: Api;
  readonly #page: PageFiles;

  constructor(gate: Gate, api: Api, page: PageFiles) {
    this.#gate = gate;
    this.#api = api;
    this.#page = page;
  }

  async answer(request: Request): Promise<Response> {
    try {
      return await this.#answer(request);
    } catch (error) {
      logger.error("Cannot answer a request: {error}", { error });
      return refuse(500, { code: "failed", message: "Something went wrong" });
    }
  }

  async #answer(request: Request): Promise<Response> {
    const refusal = this.#gate.refuse(request);
    if (refusal) return refuse(403, denial(refusal));
    const { pathname } = new URL(request.url);
    if (pathname === "/api/session") return await this.#session(request);
    if (pathname.startsWith("/api/")) {
      if (!this.#gate.knows(request)) {
        return refuse(401, denial("token"), { "www-authenticate": "Bearer" });
      }
      const path = decodePath(pathname.slice("/api/".length));
      if (path) return await this.#api.answer(request, path);
      return refuse(400, { code: "payload", message: "Cannot read the path" });
    }
    return await this.#page.answer(request, pathname);
  }

  /** Exchanges the token for a cookie, which a page's event stream sends by itself. */
  async #session(request: Request): Promise<Response> {
    if (request.method === "GET") {
      return respondJson({
        needsToken: this.#gate.needsToken,
        isLoggedIn: this.#gate.knows(request),
      });
    }
    if (request.method !== "POST") {
      return refuse(405, {
        code: "method",
        message: "Only GET and POST are answered here",
      }, { allow: "GET, POST" });
    }
    const body = await readBody(request);
    if (body instanceof Response) return body;
    const { token } = body;
    if (typeof token !== "string" || !this.#gate.isToken(token)) {
      return refuse(401, { code: "token", message: "This is not the token" });
    }
    const isSecure = request.headers.get("origin")?.startsWith("https:") ??
      false;
    return respondJson({ isLoggedIn: true }, {
      headers: { "set-cookie": this.#gate.cookie(isSecure) },
    });
  }
}

function denial(code: GateRefusal) {
  return { code, message: REFUSALS[code] };
}

function decodePath(path: string): readonly string[] | undefined {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
