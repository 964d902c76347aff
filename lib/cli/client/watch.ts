/**
 * `smartbike client … watch`.
 *
 * @module
 */
import { untilAborted } from "#lib/base/deadline.ts";
import { ConnectionError, TimeoutError, UsageError } from "#lib/base/errors.ts";
import type { InterfaceDescriptor, RemoteObject } from "#lib/objectapi/mod.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import { encodeArguments, encodeValue } from "#lib/objectapi/encode_value.ts";
import { stringifyJson } from "#lib/objectapi/json.ts";
import {
  type ClientRequest,
  type ClientSession,
  type Verb,
  withRemoteObject,
} from "./session.ts";
import { findMember, onlyMembers } from "./interface_lookup.ts";
import { untilInterrupted } from "../interrupt.ts";
import { describeValue } from "./value_text.ts";

/** What to watch and for how long. */
interface WatchOptions {
  /** Ends after this many lines; undefined does not end. */
  readonly count: number | undefined;
}

/**
 * Reads the arguments of `watch`.
 *
 * @param args Names of properties and signals; none stands for all.
 * @param options How long to watch.
 * @returns Prints values, changes and signals until interrupted or counted out.
 * @throws {UsageError} If the arguments do not fit the interface.
 */
export function prepareWatch(
  descriptor: InterfaceDescriptor,
  args: readonly string[],
  options: WatchOptions,
): Verb {
  const { properties, signals } = descriptor;
  for (const name of args) {
    findMember(descriptor, ["properties", "signals"], name);
  }
  const names = args.length > 0
    ? args
    : [...Object.keys(properties), ...Object.keys(signals)];
  if (names.length === 0) {
    throw new UsageError(
      `Cannot watch ${
        qualifiedName(descriptor)
      }: it has no properties and no signals`,
      qualifiedName(descriptor),
    );
  }
  const watched = { ...onlyMembers(descriptor, names), operations: {} };
  return (request) =>
    untilInterrupted(
      request.context.io,
      (interrupted) => watch(request, watched, options, interrupted),
    );
}

async function watch(
  request: ClientRequest,
  descriptor: InterfaceDescriptor,
  { count }: WatchOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const { output } = request.context;
  const done = new AbortController();
  const signal = AbortSignal.any([interrupted, output.closed, done.signal]);
  let left = count ?? Infinity;
  const print = (line: string) => {
    if (signal.aborted) return;
    output.line(line);
    if (--left === 0) done.abort();
  };
  const work = async ({ object, client, connect }: ClientSession) => {
    let isReady = false;
    client.onError.add((error) => {
      if (error instanceof ConnectionError && !isReady) return;
      output.note(error.message);
    }, { signal });
    printMembers(object, descriptor, request.json, print);
    const name = qualifiedName(descriptor);
    let wasGone = false;
    object.onAvailabilityChanged.add((isAvailable) => {
      const what = isAvailable ? "back" : "gone, values are the last ones";
      if (wasGone || !isAvailable) {
        output.note(`The service of ${name} is ${what}`);
        // No value, so it does not count.
        if (request.json) {
          output.line(stringifyJson({ available: isAvailable }));
        }
      }
      wasGone = !isAvailable;
    }, { signal });
    await connect(interrupted);
    const over = startTimer(request, descriptor, done, () => left);
    try {
      await Promise.race([object.ready, untilAborted(signal)]);
      isReady = true;
      await untilAborted(signal);
    } finally {
      clearTimeout(over);
    }
    if (done.signal.reason instanceof TimeoutError) throw done.signal.reason;
  };
  await withRemoteObject(request, descriptor, work);
}

/** With a count, the end of the time is a failure; without, it is the end that was asked for. */
function startTimer(
  request: ClientRequest,
  descriptor: InterfaceDescriptor,
  done: AbortController,
  left: () => number,
): ReturnType<typeof setTimeout> | undefined {
  const { timeoutMs } = request;
  if (timeoutMs === undefined) return undefined;
  const action = `watch ${qualifiedName(descriptor)}`;
  return setTimeout(() => {
    if (left() === Infinity) done.abort();
    else done.abort(new TimeoutError(action, timeoutMs));
  }, timeoutMs);
}

function printMembers(
  object: RemoteObject,
  descriptor: InterfaceDescriptor,
  json: boolean,
  print: (line: string) => void,
): void {
  for (const [property, { type }] of Object.entries(descriptor.properties)) {
    object.onPropertyReceived(property).add((value) =>
      print(
        json
          ? stringifyJson({ property, value: encodeValue(type, value) })
          : `${property} = ${describeValue(type, value)}`,
      )
    );
  }
  for (const [signal, { params }] of Object.entries(descriptor.signals)) {
    object.signal(signal).add((...values) => {
      if (json) {
        const args = encodeArguments(params, values);
        return print(stringifyJson({ signal, args }));
      }
      const words = params.map(({ type }, i) => describeValue(type, values[i]));
      print([signal, ...words].join(" "));
    });
  }
}
