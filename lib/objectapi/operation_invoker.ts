/**
 * Calling operations of a remote object.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  ConnectionError,
  RemoteError,
  SmartbikeError,
} from "#lib/base/errors.ts";
import { NO_MATCHING_SUBSCRIBERS } from "#lib/mqtt/endpoint.ts";
import { requestEnvelope } from "./call_envelope.ts";
import type { Client, ReceivedReply } from "./client.ts";
import { decodeValue } from "./decode_value.ts";
import type { InterfaceDescriptor, OperationDescriptor } from "./descriptor.ts";
import { encodeArguments } from "./encode_value.ts";
import { stringifyJson } from "./json.ts";
import type { PendingCall } from "./pending_calls.ts";
import { type Dialect, requestTopic, resultTopic } from "./topics.ts";

/** How one call is made. */
export interface CallOptions {
  /**
   * Longest time to wait for the reply, in milliseconds.
   *
   * @default the adapter's
   */
  readonly timeoutMs?: number;
  /** Gives up; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How an adapter makes its calls. */
export interface InvokerOptions {
  /**
   * Longest time to wait for a reply, in milliseconds.
   *
   * @default {500000}
   */
  readonly timeoutMs?: number;
  /**
   * How long a void operation waits for its reply once the broker has the
   * request, in milliseconds, while no reply to a void operation was ever
   * seen: services made with ApiGear's C++ and Unreal templates send none.
   * `Infinity` always waits.
   *
   * @default {1000}
   */
  readonly voidGraceMs?: number;
}

/** Where an operation's requests go and its results come. */
interface Route {
  readonly requestTopic: string;
  readonly responseTopic: string;
  /** Resolves when results can come. */
  readonly ready: Promise<void>;
  isReady: boolean;
}

/** A call on its way. */
interface Request {
  readonly name: string;
  readonly operation: OperationDescriptor;
  readonly args: readonly unknown[];
  readonly call: PendingCall<ReceivedReply>;
}

/** Stands for the reply that a void operation's service does not send. */
const SILENCE: ReceivedReply = Object.freeze({ result: null });

/** How long to wait before asking again for a service that may be coming back, in milliseconds. */
const RETRY_MS = 250;

const V5_FIRST: readonly Dialect[] = ["v5", "v3"];
const V3_FIRST: readonly Dialect[] = ["v3", "v5"];
const V3_ONLY: readonly Dialect[] = ["v3"];

/** Calls the operations of one remote object. */
export class OperationInvoker {
  readonly #client: Client;
  readonly #descriptor: InterfaceDescriptor;
  readonly #label: string;
  readonly #timeoutMs: number;
  readonly #voidGraceMs: number;
  readonly #routes = new Map<string, Route>();
  readonly #calls = new Set<PendingCall<ReceivedReply>>();
  #isClosed = false;
  #answersVoid = false;
  #dialect: Dialect = "v5";

  /**
   * Makes an invoker; it subscribes to an operation's results with the first call.
   *
   * @param client The connection.
   * @param descriptor The interface.
   * @param options How calls are made.
   */
  constructor(
    client: Client,
    descriptor: InterfaceDescriptor,
    options: InvokerOptions = {},
  ) {
    this.#client = client;
    this.#descriptor = descriptor;
    this.#label = `${descriptor.module}/${descriptor.name}`;
    this.#timeoutMs = options.timeoutMs ?? 500_000;
    this.#voidGraceMs = options.voidGraceMs ?? 1000;
  }

  /**
   * Calls an operation.
   *
   * @param name The operation's name.
   * @param args One value a parameter.
   * @param options How this call is made.
   * @returns The result; undefined for a void operation.
   * @throws {PayloadError} If an argument or the result does not have its type.
   * @throws {RemoteError} If the service refused or failed the operation.
   * @throws {TimeoutError} If no reply came in time.
   * @throws {ConnectionError} Reason `no_service` where the broker tells that
   * nobody serves, `session_lost` or `closed` where the outcome is unknown.
   */
  async invoke(
    name: string,
    args: readonly unknown[],
    options: CallOptions = {},
  ): Promise<unknown> {
    const operation = this.#descriptor.operations[name];
    const label = `${this.#label}/${name}`;
    if (!operation) {
      throw new TypeError(`Cannot call "${label}": there is no such operation`);
    }
    this.#requireOpen(label);
    const { timeoutMs = this.#timeoutMs } = options;
    if (!(timeoutMs > 0)) {
      throw new RangeError(
        `Cannot call "${label}": the time-out is ${timeoutMs} ms, expected more than 0`,
      );
    }
    const topic = requestTopic(this.#descriptor, name, "v5");
    const json = encodeArguments(operation.params, args, { topic });
    const call = this.#client.calls.add({
      operation: label,
      timeoutMs,
      connection: this.#client.connection,
      signal: options.signal,
    });
    this.#calls.add(call);
    try {
      this.#request({ name, operation, args: json, call });
      return this.#toResult(label, operation, await call.reply);
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Stops listening for results; calls that wait fail with a `ConnectionError`, reason `closed`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { brokerUrl } = this.#client.endpoint;
    const why = "Cannot complete the call: its adapter was closed";
    for (const call of this.#calls) {
      call.reject(new ConnectionError(why, brokerUrl, "closed"));
    }
    const routes = [...this.#routes.values()];
    this.#routes.clear();
    await Promise.all(
      routes.map(({ responseTopic }) =>
        this.#client.ignoreResults(responseTopic)
      ),
    );
  }

  #request(request: Request): void {
    if (this.#client.endpoint.protocolVersion) {
      return this.#attempt(request, this.#dialectsToTry(), 0);
    }
    this.#client.connectedOnce.then(() =>
      this.#attempt(request, this.#dialectsToTry(), 0)
    );
  }

  #dialectsToTry(): readonly Dialect[] {
    if (this.#client.endpoint.protocolVersion === "3.1.1") return V3_ONLY;
    return this.#dialect === "v5" ? V5_FIRST : V3_FIRST;
  }

  /** Sends a request in one dialect, and in the next where nobody receives it. */
  #attempt(
    request: Request,
    dialects: readonly Dialect[],
    index: number,
  ): void {
    const { call, name } = request;
    if (call.settled) return;
    const dialect = dialects[index];
    if (dialect === undefined) return this.#onNobody(request);
    const send = () =>
      this.#publish(request, route, dialect).then(
        (received) => {
          if (received) this.#onReceived(request, dialect);
          else this.#attempt(request, dialects, index + 1);
        },
        (error) => call.reject(error),
      );
    const route = this.#routeOf(name, dialect);
    if (route.isReady) void send();
    else route.ready.then(send, (error) => call.reject(error));
  }

  /** Publishes a request; false if the broker tells that nobody receives it. */
  async #publish(
    request: Request,
    route: Route,
    dialect: Dialect,
  ): Promise<boolean> {
    const { endpoint, qos } = this.#client;
    const { args, call } = request;
    if (call.settled) return true;
    const { requestTopic, responseTopic } = route;
    const { correlation } = call;
    const body = dialect === "v5"
      ? args
      : requestEnvelope(correlation, responseTopic, args);
    const { reasonCode } = await endpoint.publish(
      requestTopic,
      stringifyJson(body),
      {
        qos,
        properties: dialect === "v5"
          ? {
            responseTopic,
            correlationData: Buffer.from(correlation, "latin1"),
          }
          : undefined,
        signal: endpoint.connected ? undefined : call.whenSettled(),
      },
    );
    return reasonCode !== NO_MATCHING_SUBSCRIBERS;
  }

  #onReceived({ call, operation }: Request, dialect: Dialect): void {
    this.#dialect = dialect;
    const mayBeSilent = operation.returns === undefined && dialect === "v5" &&
      !this.#answersVoid && Number.isFinite(this.#voidGraceMs);
    if (!mayBeSilent || call.settled) return;
    const timer = setTimeout(() => call.resolve(SILENCE), this.#voidGraceMs);
    call.whenSettled().addEventListener("abort", () => clearTimeout(timer));
  }

  /** After a reconnect the service may be on its way back too. */
  #onNobody(request: Request): void {
    const { call, name } = request;
    if (!this.#client.hasJustReconnected) {
      return call.reject(this.#noService(name));
    }
    const timer = setTimeout(() => this.#request(request), RETRY_MS);
    call.whenSettled().addEventListener("abort", () => clearTimeout(timer));
  }

  #requireOpen(label: string): void {
    if (!this.#isClosed && !this.#client.isClosed) return;
    const what = this.#isClosed
      ? "adapter was closed"
      : "client is disconnected";
    throw new ConnectionError(
      `Cannot call "${label}": its ${what}`,
      this.#client.endpoint.brokerUrl,
      "closed",
    );
  }

  #routeOf(name: string, dialect: Dialect): Route {
    const key = `${dialect}/${name}`;
    const known = this.#routes.get(key);
    if (known) return known;
    const { clientId } = this.#client;
    const responseTopic = resultTopic(
      this.#descriptor,
      name,
      clientId,
      dialect,
    );
    const route: Route = {
      requestTopic: requestTopic(this.#descriptor, name, dialect),
      responseTopic,
      ready: this.#client.listenForResults(responseTopic, dialect),
      isReady: false,
    };
    this.#routes.set(key, route);
    route.ready.then(() => route.isReady = true, () => {
      if (this.#routes.get(key) !== route) return;
      this.#routes.delete(key);
      return this.#client.ignoreResults(responseTopic);
    });
    return route;
  }

  #toResult(
    label: string,
    operation: OperationDescriptor,
    reply: ReceivedReply,
  ): unknown {
    if ("failure" in reply && reply.failure) {
      const { code, message } = reply.failure;
      throw new RemoteError(
        `Cannot call "${label}": the service answered ${code}: ${message}`,
        label,
        code,
      );
    }
    if (operation.returns === undefined) {
      if (reply !== SILENCE) this.#answersVoid = true;
      return undefined;
    }
    try {
      if ("unreadable" in reply) throw reply.unreadable;
      const options = { topic: label, path: "result" };
      return decodeValue(operation.returns, reply.result, options);
    } catch (error) {
      if (error instanceof SmartbikeError) {
        this.#client.diagnostics.report(error);
      }
      throw error;
    }
  }

  #noService(name: string): ConnectionError {
    const { module, name: interfaceName } = this.#descriptor;
    return new ConnectionError(
      `Cannot call "${name}": nobody serves ${module}.${interfaceName} on this broker`,
      this.#client.endpoint.brokerUrl,
      "no_service",
    );
  }
}
