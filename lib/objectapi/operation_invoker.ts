/**
 * Calling operations of a remote object.
 *
 * @module
 */
import { fromLatin1 } from "#lib/base/octets.ts";
import {
  ConnectionError,
  RemoteError,
  SmartbikeError,
} from "#lib/base/errors.ts";
import {
  type MqttProperties,
  NO_MATCHING_SUBSCRIBERS,
} from "#lib/mqtt/endpoint.ts";
import { DEADLINE_PROPERTY, requestEnvelope } from "./call_envelope.ts";
import { CallRoutes, type Route, type Way } from "./call_routes.ts";
import { callsOf, type Client } from "./client.ts";
import type { ClientCalls, ReceivedReply } from "./client_calls.ts";
import { decodeValue } from "./decode_value.ts";
import {
  addressOf,
  type InterfaceDescriptor,
  type OperationDescriptor,
} from "./descriptor.ts";
import { memberOf } from "./member.ts";
import { encodeArguments } from "./encode_value.ts";
import { stringifyJson } from "./json.ts";
import { diagnosticsOf } from "./network_node.ts";
import type { PendingCall } from "./pending_calls.ts";
import { ServiceClock } from "./service_clock.ts";
import { requestTopic } from "./object_topics.ts";
import { SILENCE, UnansweredCalls } from "./unanswered_calls.ts";

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
   * request, in milliseconds, where no service announces the object: those
   * made with ApiGear's C++ and Unreal templates send none. It is waited for
   * once; the service is then known not to answer. `Infinity` always waits.
   *
   * @default {1000}
   */
  readonly voidGraceMs?: number;
  /**
   * How long other operations wait where no service announces the object and
   * somebody who reads all topics hides whether anybody serves it, in
   * milliseconds. `Infinity` waits for the time-out.
   *
   * @default {5000}
   */
  readonly unannouncedMs?: number;
}

/** An operation, as it is called again and again. */
interface Callee {
  readonly name: string;
  readonly operation: OperationDescriptor;
  /** The operation, as errors name it. */
  readonly label: string;
  /** Where an argument is wrong, for the error. */
  readonly place: { readonly topic: string };
}

/** A call on its way. */
interface Request {
  readonly callee: Callee;
  readonly args: readonly unknown[];
  readonly call: PendingCall<ReceivedReply>;
  /** When its caller gives up, in milliseconds since 1970-01-01 UTC; undefined where it never does. */
  readonly deadlineMs: number | undefined;
  /** When it was sent last. */
  sentMs: number;
}

/** How long to wait before asking again for a service that may be coming back, in milliseconds. */
const RETRY_MS = 250;

/** The longest time that a message may say it holds, in milliseconds. */
const MAX_EXPIRY_MS = 2 ** 31 * 1000;

/** What a service answers where the call came after its deadline: it did not run. */
const LATE = "deadline";

/** Calls the operations of one remote object. */
export class OperationInvoker {
  readonly #client: Client;
  readonly #shared: ClientCalls;
  readonly #descriptor: InterfaceDescriptor;
  readonly #address: string;
  readonly #label: string;
  readonly #options: Required<InvokerOptions>;
  readonly #routes: CallRoutes;
  readonly #unanswered: UnansweredCalls;
  readonly #serviceClock = new ServiceClock();
  readonly #end = new AbortController();
  readonly #callees = new Map<string, Callee>();

  /**
   * Makes an invoker; it subscribes to an operation's results with the first call.
   *
   * @param options How calls are made.
   */
  constructor(
    client: Client,
    descriptor: InterfaceDescriptor,
    options: InvokerOptions = {},
  ) {
    this.#client = client;
    this.#shared = callsOf(client);
    this.#descriptor = descriptor;
    this.#address = addressOf(descriptor);
    this.#label = `${descriptor.module}/${descriptor.name}`;
    this.#options = {
      timeoutMs: options.timeoutMs ?? 500_000,
      voidGraceMs: options.voidGraceMs ?? 1000,
      unannouncedMs: options.unannouncedMs ?? 5000,
    };
    this.#routes = new CallRoutes(client, descriptor);
    this.#unanswered = new UnansweredCalls(
      client,
      this.#address,
      this.#options,
    );
    this.#shared.watch.onLost.add((address) => {
      if (address !== this.#address) return;
      this.#failAll(() => this.#unanswered.lost());
    }, { signal: this.#end.signal });
  }

  /**
   * Calls an operation.
   *
   * @param args One value a parameter.
   * @param options How this call is made.
   * @returns The result; undefined for a void operation.
   * @throws {PayloadError} If an argument or the result does not have its type.
   * @throws {RemoteError} If the service refused or failed the operation.
   * @throws {TimeoutError} If no reply came in time.
   * @throws {ConnectionError} Reason `no_service` where nobody serves,
   * `service_lost`, `session_lost` or `closed` where the outcome is unknown.
   */
  async invoke(
    name: string,
    args: readonly unknown[],
    options: CallOptions = {},
  ): Promise<unknown> {
    const callee = this.#calleeOf(name);
    const { label, operation, place } = callee;
    this.#requireOpen(label);
    const { timeoutMs = this.#options.timeoutMs } = options;
    if (!(timeoutMs > 0)) {
      throw new RangeError(
        `Cannot call "${label}": the time-out is ${timeoutMs} ms, expected more than 0`,
      );
    }
    const json = encodeArguments(operation.params, args, place);
    const limits = { ...options, timeoutMs };
    const first = this.#begin(callee, json, limits);
    const reply = await this.#exchange(first);
    if (!this.#isLate(reply)) return this.#toResult(callee, reply);
    const leftMs = (first.deadlineMs ?? 0) - this.#client.clock.now();
    if (leftMs <= 0) return this.#toResult(callee, reply);
    // The clocks differ, which is known now; the call did not run.
    const again = { ...options, timeoutMs: leftMs };
    const second = this.#begin(callee, json, again);
    return this.#toResult(callee, await this.#exchange(second));
  }

  /** Stops listening for results; calls that wait fail with a `ConnectionError`, reason `closed`. */
  async close(): Promise<void> {
    this.#end.abort();
    const why = "Cannot complete the call: its adapter was closed";
    this.#failAll(() => this.#error(why, "closed"));
    await this.#routes.close();
  }

  #calleeOf(name: string): Callee {
    const known = this.#callees.get(name);
    if (known) return known;
    const operation = memberOf(this.#descriptor.operations, name);
    const label = `${this.#label}/${name}`;
    if (!operation) {
      throw new TypeError(`Cannot call "${label}": there is no such operation`);
    }
    const place = { topic: requestTopic(this.#descriptor, name, "v5") };
    const callee = { name, operation, label, place };
    this.#callees.set(name, callee);
    return callee;
  }

  #begin(
    callee: Callee,
    args: readonly unknown[],
    options: CallOptions & { readonly timeoutMs: number },
  ): Request {
    const { timeoutMs, signal } = options;
    const nowMs = this.#client.clock.now();
    const call = this.#shared.pending.add({
      operation: callee.label,
      timeoutMs,
      connection: this.#shared.connection,
      owner: this,
      signal,
    });
    return {
      callee,
      args,
      call,
      deadlineMs: timeoutMs < MAX_EXPIRY_MS
        ? Math.ceil(nowMs + timeoutMs)
        : undefined,
      sentMs: nowMs,
    };
  }

  async #exchange(request: Request): Promise<ReceivedReply> {
    this.#request(request);
    const reply = await request.call.reply;
    this.#learn(request, reply);
    return reply;
  }

  #isLate(reply: ReceivedReply): boolean {
    return "failure" in reply && reply.failure?.code === LATE &&
      reply.timeMs !== undefined;
  }

  #request(request: Request): void {
    if (this.#client.endpoint.protocolVersion) return this.#attempt(request);
    this.#shared.connectedOnce.then(() => this.#attempt(request));
  }

  /** Sends a request one way, and the next way where nobody receives it. */
  #attempt(request: Request, ways = this.#routes.ways): void {
    const { call, callee: { name } } = request;
    if (call.settled) return;
    const way = ways[0];
    if (way === undefined) return this.#onNobody(request);
    const send = () =>
      this.#publish(request, route, way).then(
        (received) => {
          if (received) this.#onReceived(request, way);
          else this.#attempt(request, ways.slice(1));
        },
        (error) => call.reject(error),
      );
    const route = this.#routes.open(name, way);
    if (route.isReady) void send();
    else route.ready.then(send, (error) => call.reject(error));
  }

  /** Publishes a request; false if the broker reports that nobody receives it. */
  async #publish(request: Request, route: Route, way: Way): Promise<boolean> {
    const { clock, endpoint, qos } = this.#client;
    const { args, call } = request;
    if (call.settled) return true;
    request.sentMs = clock.now();
    const { requestTopic, responseTopic } = route;
    const deadlineMs = this.#deadlineOf(request);
    const { correlation: correlationData } = call;
    const body = way.dialect === "v5"
      ? args
      : requestEnvelope({ correlationData, responseTopic, deadlineMs, args });
    const { reasonCode } = await endpoint.publish(
      requestTopic,
      stringifyJson(body),
      {
        qos,
        properties: way.dialect === "v5"
          ? this.#propertiesOf(request, responseTopic, deadlineMs)
          : undefined,
        signal: endpoint.connected ? undefined : call.whenSettled(),
      },
    );
    return reasonCode !== NO_MATCHING_SUBSCRIBERS;
  }

  #propertiesOf(
    { call, deadlineMs, sentMs }: Request,
    responseTopic: string,
    serviceDeadlineMs: number | undefined,
  ): MqttProperties {
    const correlationData = fromLatin1(call.correlation);
    if (deadlineMs === undefined) return { responseTopic, correlationData };
    return {
      responseTopic,
      correlationData,
      messageExpirySeconds: Math.max(
        1,
        Math.ceil((deadlineMs - sentMs) / 1000),
      ),
      userProperties: { [DEADLINE_PROPERTY]: `${serviceDeadlineMs}` },
    };
  }

  /** When the caller gives up, by the service's clock. */
  #deadlineOf({ deadlineMs }: Request): number | undefined {
    if (deadlineMs === undefined) return undefined;
    return Math.round(deadlineMs + this.#serviceClock.offsetMs);
  }

  /** The broker has the request; whether anybody answers is another matter. */
  #onReceived(request: Request, way: Way): void {
    this.#routes.prefer(way);
    const { call, callee: { name, operation } } = request;
    const isVoid = operation.returns === undefined;
    this.#unanswered.watch({ call, name, isVoid, way });
  }

  /** Notes what a reply says of its service. */
  #learn({ callee, sentMs }: Request, reply: ReceivedReply): void {
    if (reply === SILENCE) return;
    this.#unanswered.answered(callee.operation.returns === undefined);
    const serviceMs = reply.timeMs;
    if (serviceMs === undefined) return;
    const receivedMs = this.#client.clock.now();
    this.#serviceClock.learn({ sentMs, serviceMs, receivedMs });
  }

  /** After a reconnect the service may be on its way back too. */
  #onNobody(request: Request): void {
    const { call, callee: { name } } = request;
    if (!this.#shared.hasJustReconnected) {
      return call.reject(this.#unanswered.noService(name));
    }
    this.#unanswered.later(call, RETRY_MS, () => this.#request(request));
  }

  #requireOpen(label: string): void {
    const isClosed = this.#end.signal.aborted;
    if (!isClosed && !this.#shared.isClosed) return;
    const what = isClosed ? "adapter was closed" : "client is disconnected";
    throw this.#error(`Cannot call "${label}": its ${what}`, "closed");
  }

  #toResult({ label, operation }: Callee, reply: ReceivedReply): unknown {
    if ("failure" in reply && reply.failure) {
      const { code, message } = reply.failure;
      throw new RemoteError(
        `Cannot call "${label}": the service answered ${code}: ${message}`,
        label,
        code,
      );
    }
    if (operation.returns === undefined) return undefined;
    try {
      if ("unreadable" in reply) throw reply.unreadable;
      const options = { topic: label, path: "result" };
      return decodeValue(operation.returns, reply.result, options);
    } catch (error) {
      if (error instanceof SmartbikeError) {
        diagnosticsOf(this.#client).report(error);
      }
      throw error;
    }
  }

  #failAll(toError: () => ConnectionError): void {
    this.#shared.pending.rejectOf(this, toError);
  }

  #error(
    message: string,
    reason: "closed" | "no_service" | "service_lost",
  ): ConnectionError {
    return new ConnectionError(
      message,
      this.#client.endpoint.brokerUrl,
      reason,
    );
  }
}
