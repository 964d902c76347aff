/**
 * What the verbs of `smartbike client` work with.
 *
 * @module
 */
import { ConnectionError } from "#lib/errors.ts";
import {
  Client,
  type InterfaceDescriptor,
  RemoteObject,
} from "#lib/objectapi/mod.ts";
import type { BrokerSettings } from "./broker_options.ts";
import { clientId } from "./client_id.ts";
import type { CliContext } from "./command.ts";
import { orAborted, within } from "./interrupt.ts";

/** What the command line asks for, besides a verb. */
export interface ClientRequest {
  /** The interface. */
  readonly descriptor: InterfaceDescriptor;
  /** Which broker to use and how. */
  readonly settings: BrokerSettings;
  /** Prints one JSON value a line. */
  readonly json: boolean;
  /** Longest time to wait, in milliseconds; undefined if none was given. */
  readonly timeoutMs: number | undefined;
  /** Where results go. */
  readonly context: CliContext;
}

/** How long `get`, `set` and `call` wait where nothing else is said, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 5000;

/** How long a verb that waits for ever tries to connect, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A verb whose arguments have been checked. */
export type Verb = (request: ClientRequest) => Promise<void>;

/**
 * Connects, works with a remote object and disconnects.
 *
 * @param request What the command line asks for.
 * @param descriptor The interface, with the members that are needed.
 * @param work Uses the object.
 * @param signal Gives up connecting.
 * @throws {ConnectionError} If the broker refuses or cannot be reached.
 */
export async function withRemoteObject(
  request: ClientRequest,
  descriptor: InterfaceDescriptor,
  work: (object: RemoteObject, client: Client) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const { broker, connect } = request.settings;
  const timeoutMs = request.timeoutMs ?? CONNECT_TIMEOUT_MS;
  const makeError = () =>
    new ConnectionError(
      `Cannot connect to "${broker}": no answer after ${timeoutMs} ms`,
      broker,
      "unreachable",
    );
  await using client = new Client(clientId("client"));
  await using object = new RemoteObject(client, descriptor);
  await within("connect", { timeoutMs, makeError }, (late) => {
    const end = signal ? AbortSignal.any([late, signal]) : late;
    return client.connect(broker, undefined, {
      ...connect,
      connectTimeoutMs: timeoutMs + 1000,
      retry: false,
      signal: end,
    });
  });
  const done = work(object, client);
  await (signal ? orAborted(done, signal) : done);
}
