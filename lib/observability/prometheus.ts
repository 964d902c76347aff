/**
 * Measurements for Prometheus, over HTTP. The only file that imports the
 * Prometheus package.
 *
 * @module
 */
import { Counter, Gauge, Registry } from "prom-client";
import { ConnectionError } from "#lib/base/errors.ts";
import { HostNames, isLoopback } from "#lib/base/host_names.ts";
import { getLogger } from "#lib/base/logger.ts";
import { whyNotListening } from "#lib/base/listen_refusal.ts";
import type { Measurement } from "./measurements.ts";

const logger = getLogger("metrics");

/** Path that Prometheus asks for. */
const METRICS_PATH = "/metrics";

/** Where to answer. */
interface MetricsAddress {
  /** IP address or host name, without brackets. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
}

/** Answers Prometheus until it is disposed. */
export class MetricsServer implements AsyncDisposable {
  /** Where Prometheus asks. */
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(server: Deno.HttpServer<Deno.NetAddr>) {
    const { hostname, port } = server.addr;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    this.url = `http://${host}:${port}${METRICS_PATH}`;
    this.#server = server;
  }

  /**
   * Starts to answer.
   *
   * @throws {ConnectionError} If the address cannot be listened on.
   */
  static listen(
    { host, port }: MetricsAddress,
    measurements: readonly Measurement[],
  ): MetricsServer {
    const registry = toRegistry(measurements);
    // Others reach it under names that it cannot know.
    const names = isLoopback(host) ? new HostNames([host]) : undefined;
    try {
      return new MetricsServer(
        Deno.serve(
          { hostname: host, port, onListen: () => {} },
          (request) => answer(request, registry, names),
        ),
      );
    } catch (cause) {
      const why = whyNotListening(cause, port);
      throw new ConnectionError(
        `Cannot serve metrics on "${host}:${port}": ${why}`,
        `${host}:${port}`,
        "refused",
        { cause },
      );
    }
  }

  /** Stops answering. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

async function answer(
  request: Request,
  registry: Registry,
  names: HostNames | undefined,
): Promise<Response> {
  const host = request.headers.get("host") ?? "";
  if (!URL.canParse(request.url) || names?.has(host) === false) {
    return new Response("Metrics are not at this host name\n", {
      status: 403,
    });
  }
  if (new URL(request.url).pathname !== METRICS_PATH) {
    return new Response(`Metrics are at ${METRICS_PATH}\n`, { status: 404 });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("Only GET is answered\n", {
      status: 405,
      headers: { allow: "GET, HEAD" },
    });
  }
  try {
    return new Response(await registry.metrics(), {
      headers: { "content-type": registry.contentType },
    });
  } catch (error) {
    logger.error("Cannot measure: {error}", { error });
    return new Response("Cannot measure\n", { status: 500 });
  }
}

function toRegistry(measurements: readonly Measurement[]): Registry {
  const registry = new Registry();
  for (const { name, help, kind, labels, read } of measurements) {
    const options = { name, help, labelNames: labels, registers: [registry] };
    if (kind === "gauge") {
      new Gauge({
        ...options,
        collect() {
          this.reset();
          for (const { labels, value } of read()) this.set(labels, value);
        },
      });
    } else {
      new Counter({
        ...options,
        collect() {
          this.reset();
          for (const { labels, value } of read()) this.inc(labels, value);
        },
      });
    }
  }
  return registry;
}
