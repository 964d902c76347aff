/**
 * `smartbike client … get`, `set` and `call`.
 *
 * @module
 */
import { within } from "#lib/base/deadline.ts";
import { PayloadError, UsageError } from "#lib/base/errors.ts";
import { discover } from "#lib/objectapi/mod.ts";
import type {
  Client,
  InterfaceDescriptor,
  ParameterDescriptor,
  PropertyDescriptor,
  RemoteObject,
  TypeDescriptor,
} from "#lib/objectapi/mod.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import {
  type ClientRequest,
  DEFAULT_TIMEOUT_MS,
  type Verb,
  withRemoteObject,
} from "./session.ts";
import { findMember, onlyMembers } from "./interface_lookup.ts";
import {
  describeParameters,
  describeValue,
  parseValue,
  stringifyValue,
} from "./value_text.ts";

/** How long `get` waits at the most for what services say of themselves, in milliseconds. */
const ANNOUNCEMENT_MS = 1000;

/**
 * Reads the arguments of `get`.
 *
 * @param args Name of a property.
 * @throws {UsageError} If the arguments do not fit the interface.
 */
export function prepareGet(
  descriptor: InterfaceDescriptor,
  args: readonly string[],
): Verb {
  requireArguments("get", args, ["PROPERTY"]);
  const [name = ""] = args;
  const { type } = propertyOf(descriptor, name);
  const action = `get ${qualifiedName(descriptor)} ${name}`;
  return (request) =>
    withRemoteObject(
      request,
      onlyMembers(descriptor, [name]),
      async ({ object, client, connect }) => {
        const { promise: unusable, reject } = Promise.withResolvers<never>();
        client.onError.add((error) => {
          if (error instanceof PayloadError) reject(error);
        });
        const received = Promise.race([
          object.onPropertyReceived(name).next(),
          unusable,
        ]);
        received.catch(() => {});
        await connect();
        const [value] = await within(action, limitOf(request), async () => {
          await Promise.race([object.ready, received]);
          return await received;
        });
        print(request, type, value);
        await noteIfGone(request, object, client);
      },
    );
}

/** Says so where nobody is there any more who keeps a value true. */
async function noteIfGone(
  { context, descriptor }: ClientRequest,
  object: RemoteObject,
  client: Client,
): Promise<void> {
  if (object.isAvailable === undefined) {
    // What services say of themselves may come behind the value; a search ends behind it.
    const timeoutMs = ANNOUNCEMENT_MS;
    await discover(client.endpoint, { timeoutMs }).catch(() => {});
  }
  if (object.isAvailable !== false) return;
  context.output.note(
    `The service of ${
      qualifiedName(descriptor)
    } is gone: this is the last value that it published`,
  );
}

/**
 * Reads the arguments of `set`.
 *
 * @param args Name of a property and its value.
 * @returns Asks the service for that value.
 * @throws {UsageError} If the arguments do not fit the interface.
 */
export function prepareSet(
  descriptor: InterfaceDescriptor,
  args: readonly string[],
): Verb {
  requireArguments("set", args, ["PROPERTY", "VALUE"]);
  const [name = "", text = ""] = args;
  const { type, readonly } = propertyOf(descriptor, name);
  if (readonly) {
    throw new UsageError(
      `Cannot set "${name}" of ${
        qualifiedName(descriptor)
      }: it is read-only, only the service changes it`,
      name,
    );
  }
  const value = parseValue({ name, type }, text, `set "${name}"`);
  const action = `set ${qualifiedName(descriptor)} ${name}`;
  return (request) =>
    withRemoteObject(
      request,
      onlyMembers(descriptor, [name]),
      async ({ object, connect }) => {
        await connect();
        const limit = limitOf(request);
        await within(action, limit, () => object.set(name, value));
      },
    );
}

/**
 * Reads the arguments of `call`.
 *
 * @param args Name of an operation and its arguments.
 * @returns Calls it and prints its result.
 * @throws {UsageError} If the arguments do not fit the interface.
 */
export function prepareCall(
  descriptor: InterfaceDescriptor,
  args: readonly string[],
): Verb {
  requireArguments("call", args.slice(0, 1), ["OPERATION"]);
  const [name = "", ...texts] = args;
  findMember(descriptor, ["operations"], name);
  const { params = [], returns } = descriptor.operations[name] ?? {};
  requireParameters(name, texts, params);
  const values = params.map((parameter, index) =>
    parseValue(parameter, texts[index] ?? "", `call "${name}"`)
  );
  return (request) =>
    withRemoteObject(
      request,
      onlyMembers(descriptor, [name]),
      async ({ object, connect }) => {
        await connect();
        const result = await object.call(name, values, limitOf(request));
        if (returns !== undefined) print(request, returns, result);
        else if (request.json) request.context.output.line("null");
      },
    );
}

function limitOf(request: ClientRequest): { readonly timeoutMs: number } {
  return { timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS };
}

function print(
  request: ClientRequest,
  type: TypeDescriptor,
  value: unknown,
): void {
  const { json, context } = request;
  context.output.line(
    json ? stringifyValue(type, value) : describeValue(type, value),
  );
}

function propertyOf(
  descriptor: InterfaceDescriptor,
  name: string,
): PropertyDescriptor {
  findMember(descriptor, ["properties"], name);
  return descriptor.properties[name] ?? { type: { kind: "any" } };
}

function requireArguments(
  verb: string,
  args: readonly string[],
  names: readonly string[],
): void {
  const extra = args[names.length];
  if (args.length === names.length) return;
  throw new UsageError(
    extra === undefined
      ? `Cannot ${verb}: ${names[args.length]} is missing, expected ${verb} ${
        names.join(" ")
      }`
      : unexpected(verb, extra, `expected ${verb} ${names.join(" ")}`),
    extra ?? verb,
  );
}

function requireParameters(
  name: string,
  texts: readonly string[],
  params: readonly ParameterDescriptor[],
): void {
  if (texts.length === params.length) return;
  const expected = `expected ${name}${describeParameters(params)}`;
  const extra = texts.slice(params.length);
  const dashed = texts.find((text) => text.startsWith("--")) ?? extra[0];
  throw new UsageError(
    dashed !== undefined && extra.length > 0
      ? unexpected(`call "${name}"`, dashed, expected)
      : `Cannot call "${name}": ${texts.length} of ${params.length} arguments are there, ${expected}`,
    dashed ?? name,
  );
}

function unexpected(action: string, text: string, expected: string): string {
  const kind = text.startsWith("--") ? "option" : "argument";
  return `Cannot ${action}: it takes no ${kind} "${text}", ${expected}`;
}
