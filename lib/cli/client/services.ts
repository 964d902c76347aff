/**
 * `smartbike client --broker … list`: what is served on a broker.
 *
 * @module
 */
import { describeInterfaces } from "#lib/codegen/descriptor.ts";
import { within } from "#lib/base/deadline.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import { parseModules } from "#lib/idl/definition_json.ts";
import {
  Client,
  discover,
  type DiscoveredService,
  type InterfaceDescriptor,
} from "#lib/objectapi/mod.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import { clientId } from "#lib/app/client_id.ts";
import { listInterfaces } from "./list.ts";
import type { ClientRequest } from "./session.ts";
import { DEFAULT_TIMEOUT_MS } from "./session.ts";

/**
 * Prints the services that told of themselves, whether they live, and the
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
    return output.note(`No service was found on ${settings.broker}`);
  }
  for (const service of services) {
    const { id, alive, interfaces } = service;
    const served = interfacesOf(service);
    if (json) {
      output.line(JSON.stringify({ service: id, alive, interfaces }));
    } else output.line(`${id}  ${alive ? "alive" : "lost"}`);
    listInterfaces(served, output, json);
    const described = served.map(qualifiedName);
    for (const name of interfaces) {
      if (!described.includes(name) && !json) output.line(name);
    }
  }
}

/**
 * Asks a broker what an interface looks like that is not known here.
 *
 * @param name Qualified name of the interface.
 * @param request Which broker to ask.
 * @returns The interface as a service describes it, a living one before a lost one; undefined if none does.
 * @throws {ConnectionError} If the broker refuses or cannot be reached.
 */
export async function discoverInterface(
  name: string,
  request: Pick<ClientRequest, "settings" | "timeoutMs">,
): Promise<InterfaceDescriptor | undefined> {
  const services = await findServices(request);
  return services
    .toSorted((a, b) => Number(b.alive) - Number(a.alive))
    .flatMap(interfacesOf)
    .find((descriptor) => qualifiedName(descriptor) === name);
}

/** The definition may be anybody's; only what is sound in it is used. */
function interfacesOf(
  { id, interfaces, definition }: DiscoveredService,
): readonly InterfaceDescriptor[] {
  const { modules } = parseModules(definition, id);
  return describeInterfaces(modules)
    .filter((one) => interfaces.includes(qualifiedName(one)));
}

async function findServices(
  request: Pick<ClientRequest, "settings" | "timeoutMs">,
): Promise<readonly DiscoveredService[]> {
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
  return await discover(client.endpoint, { timeoutMs });
}
