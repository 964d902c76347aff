/**
 * Where a remote object's operations are requested and their results come.
 *
 * @module
 */
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
  readonly #routes = new Map<string, Route>();
  #preferred: Way | undefined;

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
    const only = this.#client.endpoint.protocolVersion === "3.1.1";
    const possible = this.#ways.filter(({ dialect }) =>
      !only || dialect === "v3"
    );
    const preferred = this.#preferred;
    if (!preferred || !possible.includes(preferred)) return possible;
    return [preferred, ...possible.filter((way) => way !== preferred)];
  }

  /** Remembers that somebody listens to a way. */
  prefer(way: Way): void {
    this.#preferred = way;
  }

  /** Opens a way for an operation. */
  open(name: string, { dialect, target }: Way): Route {
    const topic = requestTopic(target, name, dialect);
    const known = this.#routes.get(topic);
    if (known) return known;
    const calls = callsOf(this.#client);
    const { clientId } = this.#client;
    const responseTopic = resultTopic(target, name, clientId, dialect);
    const route: Route = {
      requestTopic: topic,
      responseTopic,
      ready: calls.listen(responseTopic, dialect),
      isReady: false,
    };
    this.#routes.set(topic, route);
    route.ready.then(() => route.isReady = true, () => {
      if (this.#routes.get(topic) !== route) return;
      this.#routes.delete(topic);
      return calls.ignore(responseTopic);
    });
    return route;
  }

  /** Listens for results no longer. */
  async close(): Promise<void> {
    const routes = [...this.#routes.values()];
    this.#routes.clear();
    const calls = callsOf(this.#client);
    await Promise.all(
      routes.map(({ responseTopic }) => calls.ignore(responseTopic)),
    );
  }
}
