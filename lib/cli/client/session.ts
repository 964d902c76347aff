/**
 * What the verbs of `smartbike client` work with.
 *
 * @module
 */
import { within } from "#lib/base/deadline.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import {
  Client,
  type InterfaceDescriptor,
  RemoteObject,
} from "#lib/objectapi/mod.ts";
import type { BrokerSettings } from "#lib/app/broker_settings.ts";
import { clientId } from "#lib/app/client_id.ts";
import type { CliContext } from "../command.ts";

/** What the command line asks for, besides a verb. */
export interface ClientRequest {
  /** The interface. */
  readonly descriptor: InterfaceDescriptor;
  /** Identity of the object; undefined where it has none. */
  readonly object?: string | undefined;
  /** Which broker to use and how. */
  readonly settings: BrokerSettings;
  /** Prints one JSON value a line. */
  readonly json: boolean;
  /** Longest time to wait, in milliseconds; undefined if none was given. */
  readonly timeoutMs: number | undefined;
  /** Where results go. */
  readonly context: CliContext;
}

/** How long `get`, `set` and `call` wait by default, in milliseconds: longer than a bike lets a command wait for its device. */
export const DEFAULT_TIMEOUT_MS = 8000;

/** How long a verb without a time limit tries to connect, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A verb whose arguments have been checked. */
export type Verb = (request: ClientRequest) => Promise<void>;

/** A remote object whose client is not connected yet. */
export interface ClientSession {
  /** The object, subscribed to its properties and signals. */
  readonly object: RemoteObject;
  /** Its connection. */
  readonly client: Client;
  /**
   * Connects. Handlers go on before, so that they miss nothing.
   *
   * @throws {ConnectionError} If the broker refuses or cannot be reached in time.
   */
  connect(signal?: AbortSignal): Promise<void>;
}

/**
 * Works with a remote object, and disconnects.
 *
 * @param request What the command line asks for.
 * @param descriptor The interface, with the members that are needed.
 * @param work Connects and uses the object.
 */
export async function withRemoteObject(
  request: ClientRequest,
  descriptor: InterfaceDescriptor,
  work: (session: ClientSession) => Promise<void>,
): Promise<void> {
  await using client = new Client(clientId("client"));
  await using object = new RemoteObject(client, descriptor, {
    object: request.object,
  });
  const connect = (signal?: AbortSignal) =>
    connectOnce(client, request, signal);
  await work({ object, client, connect });
}

async function connectOnce(
  client: Client,
  request: ClientRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { broker, connect } = request.settings;
  const timeoutMs = request.timeoutMs ?? CONNECT_TIMEOUT_MS;
  const makeError = () =>
    new ConnectionError(
      `Cannot connect to "${broker}": no answer after ${timeoutMs} ms`,
      broker,
      "unreachable",
    );
  await within(
    "connect",
    { timeoutMs, makeError },
    (late) =>
      client.connect(broker, undefined, {
        ...connect,
        connectTimeoutMs: timeoutMs + 1000,
        retry: false,
        signal: signal ? AbortSignal.any([late, signal]) : late,
      }),
  );
}
