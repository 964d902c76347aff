/**
 * `smartbike service`: serves objects until it is told to end.
 *
 * @module
 */
import { ConnectionError } from "#lib/errors.ts";
import { Service } from "#lib/objectapi/mod.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import { BROKER_OPTIONS, resolveBroker } from "./broker_options.ts";
import { clientId } from "./client_id.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
  KnownInterface,
} from "./command.ts";
import { findInterface } from "./interface_lookup.ts";
import { orAborted, untilAborted, untilInterrupted } from "./interrupt.ts";

/** `smartbike service`. */
export const serviceCommand: CommandDefinition = {
  name: "service",
  summary: "serve objects to clients until interrupted",
  operands: "[INTERFACE…]",
  options: BROKER_OPTIONS,
  details:
    `Serves the named interfaces, or all that "smartbike client list" shows. Prints
one line when they can be used. While the broker cannot be reached it keeps
trying; a refused login or a certificate that does not hold ends it.`,
  examples: [
    "service --broker 127.0.0.1:1883",
    "service --broker mqtts://broker.example --username bike --password-file secret.txt",
  ],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { operands, options } = input;
  const { interfaces, io } = context;
  const chosen = operands.length === 0
    ? interfaces
    : [...new Set(operands)].map((name) => findInterface(interfaces, name));
  const { broker, connect } = await resolveBroker(options, context);
  await untilInterrupted(io, async (interrupted) => {
    const refused = new AbortController();
    const signal = AbortSignal.any([interrupted, refused.signal]);
    await using service = new Service(clientId("service"));
    service.onError.add((error) => {
      if (isRefusal(error)) refused.abort(error);
    });
    const adapters = chosen.map((known) => known.serve(service));
    await service.connect(broker, undefined, { ...connect, signal });
    const ready = Promise.all(adapters.map((adapter) => adapter.ready));
    await orAborted(ready, signal);
    announce(chosen, service, context);
    await untilAborted(signal);
    refused.signal.throwIfAborted();
  });
}

/** The operator has to act; trying again will not help. */
function isRefusal(error: unknown): boolean {
  return error instanceof ConnectionError &&
    (error.reason === "not_authorized" || error.reason === "tls");
}

function announce(
  chosen: readonly KnownInterface[],
  service: Service,
  context: CliContext,
): void {
  const names = chosen.map(({ descriptor }) => qualifiedName(descriptor));
  const { brokerUrl, protocolVersion } = service.endpoint;
  context.output.line(
    `Serving ${names.join(", ")} on ${brokerUrl} (MQTT ${protocolVersion})`,
  );
}
