/**
 * `smartbike client --broker … list`: what is served on a broker.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { describeInterfaces } from "#lib/codegen/descriptor.ts";
import { within } from "#lib/base/deadline.ts";
import { ConfigError, ConnectionError, UsageError } from "#lib/base/errors.ts";
import { parseModules } from "#lib/idl/definition_json.ts";
import {
  Client,
  discover,
  type DiscoveredService,
  forgetService,
  type InterfaceDescriptor,
} from "#lib/objectapi/mod.ts";
import {
  findTooWide,
  MAX_TYPE_LEAVES,
} from "#lib/objectapi/definition_budget.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import { clientId } from "#lib/app/client_id.ts";
import type { Output } from "../output.ts";
import { listInterfaces } from "./list.ts";
import type { ClientRequest } from "./session.ts";
import { DEFAULT_TIMEOUT_MS } from "./session.ts";

/**
 * Prints the services that are announced, whether they are alive, and the
 * members of what they serve.
 *
 * @param request Which broker to ask, and where to print.
 * @throws {ConnectionError} If the broker refuses or cannot be reached.
 */
export async function listServices(
  request: Omit<ClientRequest, "descriptor">,
): Promise<void> {
  const { settings, json, context } = request;
  const { output } = context;
  const services = await findServices(request);
  if (services.length === 0 && !json) {
    return output.note(
      `No service was found on ${settings.broker}; a broker that stores nothing for wildcards, as RabbitMQ, does not say which there are`,
    );
  }
  for (const service of services) {
    const { id, alive, interfaces } = service;
    if (json) output.line(JSON.stringify({ service: id, alive, interfaces }));
    if (!alive) {
      if (!json) output.line(`${id}  lost  ${interfaces.join(", ")}`.trimEnd());
      continue;
    }
    if (!json) output.line(`${id}  alive`);
    const served = interfacesOf(service, output);
    listInterfaces(served, output, json);
    if (json) continue;
    const described = served.map(qualifiedName);
    for (const name of interfaces) {
      const isPlain = described.includes(name);
      if (!isPlain) output.line(name);
    }
  }
}

/**
 * Removes what services left behind on a broker.
 *
 * @param ids Their ids; none stands for all that were lost.
 * @param request Which broker, and where to print.
 * @throws {UsageError} If there is no such service.
 * @throws {ConnectionError} If the broker refuses or cannot be reached.
 */
export async function forgetServices(
  ids: readonly string[],
  request: Omit<ClientRequest, "descriptor">,
): Promise<void> {
  const { output } = request.context;
  const all = { ...request, includesEnded: true };
  await withServices(all, async (services, client) => {
    const known = services.map(({ id }) => id);
    const unknown = ids.find((id) => !known.includes(id));
    if (unknown !== undefined) {
      throw new UsageError(
        `Cannot forget "${unknown}": no service of that id was found, there is ${
          known.join(", ") || "none"
        }`,
        unknown,
      );
    }
    const chosen = services.filter(({ id, alive }) =>
      ids.length === 0 ? !alive : ids.includes(id)
    );
    for (const { id } of chosen) {
      await forgetService(client.endpoint, id);
      output.line(`Forgot ${id}`);
    }
    if (chosen.length === 0) output.note("No service is lost");
  });
}

/** What a broker says of interfaces. */
export interface Discovery {
  /** The one that was asked for, of a living service before a lost one. */
  readonly descriptor?: InterfaceDescriptor;
  /** Qualified names of all that are served. */
  readonly names: readonly string[];
}

/**
 * Asks a broker what an interface looks like that is not known here.
 *
 * @param name Qualified name of the interface.
 * @param request Which broker to ask.
 * @returns The interface, if a service describes it, and the names of all that are served.
 * @throws {ConfigError} If services define it differently.
 * @throws {ConnectionError} If the broker refuses or cannot be reached.
 */
export async function discoverInterface(
  name: string,
  request: Pick<ClientRequest, "settings" | "timeoutMs" | "context">,
): Promise<Discovery> {
  const services = await findServices(request);
  const names = [
    ...new Set(services.flatMap(({ interfaces }) => interfaces.map(nameIn))),
  ];
  const { output } = request.context;
  const found = services
    .toSorted((a, b) => Number(b.alive) - Number(a.alive))
    .flatMap((service) =>
      interfacesOf(service, output)
        .filter((descriptor) => qualifiedName(descriptor) === name)
        .map((descriptor) => ({ descriptor, ...service }))
    );
  const [first] = found;
  if (!first) return { names };
  const other = found.find(({ alive, descriptor }) =>
    alive === first.alive &&
    !isDeepStrictEqual(descriptor, first.descriptor)
  );
  if (!other) return { descriptor: first.descriptor, names };
  throw new ConfigError(
    `Cannot use "${name}": services "${first.id}" and "${other.id}" define it differently, name its definition with --module`,
    { option: "--module" },
  );
}

/** The definition comes from outside; only valid parts are used. */
function interfacesOf(
  { id, interfaces, definition }: DiscoveredService,
  output: Output,
): readonly InterfaceDescriptor[] {
  const names = interfaces.map(nameIn);
  const { modules } = parseModules(definition, id);
  return describeInterfaces(modules).filter((one) => {
    const name = qualifiedName(one);
    if (!names.includes(name)) return false;
    const wide = findTooWide(one);
    if (wide === undefined) return true;
    output.note(
      `Cannot use "${name}" of service "${id}": a value of "${wide}" consists of more than ${MAX_TYPE_LEAVES} parts`,
    );
    return false;
  });
}

/** The name of an interface, without the identity of its object. */
function nameIn(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1);
}

function findServices(
  request: Pick<ClientRequest, "settings" | "timeoutMs">,
): Promise<readonly DiscoveredService[]> {
  return withServices(request, (services) => Promise.resolve(services));
}

async function withServices<T>(
  request: Pick<ClientRequest, "settings" | "timeoutMs"> & {
    readonly includesEnded?: boolean;
  },
  work: (services: readonly DiscoveredService[], client: Client) => Promise<T>,
): Promise<T> {
  const { broker, connect } = request.settings;
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const makeError = () =>
    new ConnectionError(
      `Cannot connect to "${broker}": no answer after ${timeoutMs} ms`,
      broker,
      "unreachable",
    );
  await using client = new Client(clientId("client"));
  await within(
    "connect",
    { timeoutMs, makeError },
    (signal) =>
      client.connect(broker, undefined, {
        ...connect,
        connectTimeoutMs: timeoutMs + 1000,
        retry: false,
        signal,
      }),
  );
  const { includesEnded = false } = request;
  const options = { timeoutMs, includesEnded };
  return await work(await discover(client.endpoint, options), client);
}
