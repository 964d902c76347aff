/**
 * Where a remote object's operations are requested and their results come.
 *
 * @module
 */
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import { callsOf, type Client } from "./client.ts";
import type { InterfaceDescriptor } from "./descriptor.ts";
import {
  type Dialect,
  requestTopic,
  resultTopic,
  spellingsOf,
} from "./object_topics.ts";

/** A way to ask for an operation: how the call's identity travels, and how the interface's name is written. */
export interface Way {
  /** How the call's identity travels. */
  readonly dialect: Dialect;
  /** The interface, in one of its spellings. */
  readonly target: Pick<InterfaceDescriptor, "module" | "name" | "object">;
}

/** Where one operation's requests go and its results come. */
export interface Route {
  /** Topic name of the requests. */
  readonly requestTopic: string;
  /** Topic name of the results. */
  readonly responseTopic: string;
  /** Resolves when results can come. */
  readonly ready: Promise<void>;
  /** True once results can come. */
  isReady: boolean;
}

/** Finds out which way a service listens to, and keeps it. */
export class CallRoutes {
  readonly #client: Client;
  readonly #ways: readonly Way[];
  readonly #routes = new Map<Way, Map<string, Route>>();
  #possible: readonly Way[] = [];
  #version: ProtocolVersion | undefined;

  /** Starts without routes. */
  constructor(client: Client, descriptor: InterfaceDescriptor) {
    const { module, name, object } = descriptor;
    const targets = spellingsOf({ module, name, object });
    const dialects = ["v5", "v3"] as const;
    this.#client = client;
    this.#ways = dialects.flatMap((dialect) =>
      targets.map((target) => ({ dialect, target }))
    );
  }

  /** The ways to try, the one that was heard last before all others. */
  get ways(): readonly Way[] {
    const { protocolVersion } = this.#client.endpoint;
    if (this.#possible.length === 0 || protocolVersion !== this.#version) {
      const isOld = protocolVersion === "3.1.1";
      this.#version = protocolVersion;
      this.#possible = this.#ways
        .filter(({ dialect }) => !isOld || dialect === "v3");
    }
    return this.#possible;
  }

  /** Remembers that somebody listens to a way. */
  prefer(way: Way): void {
    const { ways } = this;
    if (ways[0] === way || !ways.includes(way)) return;
    this.#possible = [way, ...ways.filter((other) => other !== way)];
  }

  /** Opens a way for an operation. */
  open(name: string, way: Way): Route {
    let routes = this.#routes.get(way);
    if (!routes) this.#routes.set(way, routes = new Map());
    const known = routes.get(name);
    if (known) return known;
    const { dialect, target } = way;
    const calls = callsOf(this.#client);
    const { clientId } = this.#client;
    const responseTopic = resultTopic(target, name, clientId, dialect);
    const route: Route = {
      requestTopic: requestTopic(target, name, dialect),
      responseTopic,
      ready: calls.listen(responseTopic, dialect),
      isReady: false,
    };
    routes.set(name, route);
    route.ready.then(() => route.isReady = true, () => {
      if (routes.get(name) !== route) return;
      routes.delete(name);
      return calls.ignore(responseTopic);
    });
    return route;
  }

  /** Listens for results no longer. */
  async close(): Promise<void> {
    const routes = [...this.#routes.values()]
      .flatMap((ofWay) => [...ofWay.values()]);
    for (const ofWay of this.#routes.values()) ofWay.clear();
    const calls = callsOf(this.#client);
    await Promise.all(
      routes.map(({ responseTopic }) => calls.ignore(responseTopic)),
    );
  }
}
