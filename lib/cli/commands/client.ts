/**
 * `smartbike client`: uses an object that a service holds.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import type { InterfaceDescriptor } from "#lib/objectapi/mod.ts";
import { namesBroker } from "#lib/app/broker_settings.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireBroker,
} from "../options/config_options.ts";
import { OBJECT_OPTION, readObjectId } from "../options/object_option.ts";
import { listInterfaces } from "../client/list.ts";
import type { Verb } from "../client/session.ts";
import { prepareCall, prepareGet, prepareSet } from "../client/verbs.ts";
import { prepareWatch } from "../client/watch.ts";
import type {
  CliContext,
  CommandBody,
  CommandInput,
  KnownInterface,
  OptionValues,
} from "../command.ts";
import { parseDuration } from "../options/duration.ts";
import { unknownInterface } from "../client/interface_lookup.ts";
import {
  joinInterfaces,
  loadInterfaces,
  MODULE_OPTION,
} from "../client/module_files.ts";
import {
  discoverInterface,
  type Discovery,
  forgetServices,
  listServices,
} from "../client/services.ts";
import { didYouMean } from "#lib/base/suggest.ts";

const VERBS = ["get", "set", "call", "watch", "list"] as const;

const OPERAND_WORDS = [...VERBS, "forget"] as const;

const DETAILS = `Verbs:
  get PROPERTY              print a property's value
  set PROPERTY VALUE        ask the service to change a property
  call OPERATION [VALUE…]   call an operation and print its result
  watch [MEMBER…]           print values, changes and signals until interrupted
  list                      print the members and types of the interface;
                            without an interface, print the services on the
                            broker, what they serve and whether they are alive,
                            or the known interfaces if no broker is configured
  forget [SERVICE…]         without an interface: remove what services left
                            behind on the broker; all that are lost without one

The broker is that of --broker, the environment or smartbike.yaml. An interface
that is neither built in nor defined by --module is looked up there, where
services publish what they serve.

Values are JSON; text and names of enum members need no quotes. They are checked
before anything is sent, and may begin with a dash; one that looks like an
option goes behind --.`;

/** `smartbike client`. */
export const clientCommand: CommandBody = {
  operands: "INTERFACE VERB [MEMBER] [VALUE…]",
  operandWords: OPERAND_WORDS,
  options: [
    { flags: "--json", description: "print one JSON value a line" },
    {
      flags: "--timeout <time>",
      description:
        "longest wait for the broker and for the answer, such as 500ms, 5s or 2m (default: 8s); a watch ends then",
    },
    {
      flags: "--count <n>",
      description: "end a watch after n lines",
    },
    OBJECT_OPTION,
    MODULE_OPTION,
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.broker),
  ],
  details: DETAILS,
  // The command itself reports what goes wrong.
  logLevel: "fatal",
  takesValuesAfter: ([, verb, member]) =>
    (verb === "set" || verb === "call") && member !== undefined,
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { operands, options } = input;
  const { output } = context;
  const json = options.flag("json");
  const timeout = options.text("timeout");
  const timeoutMs = timeout === undefined
    ? undefined
    : parseDuration(timeout, "--timeout");
  const count = parseCount(options);
  const own = await loadInterfaces(options.texts("module"), context);
  const interfaces = joinInterfaces(own, await context.interfaces());
  if (operands[0] === "list") {
    refuseMore("list", operands.slice(1));
    const loaded = await loadConfig(input, context);
    if (loaded.mistakes.length > 0 || namesBroker(loaded.configuration)) {
      const settings = await requireBroker(loaded, context);
      return await listServices({ settings, json, timeoutMs, context });
    }
    const all = interfaces.map(({ descriptor }) => descriptor);
    return listInterfaces(all, output, json);
  }
  if (operands[0] === "forget") {
    const loaded = await loadConfig(input, context);
    const settings = await requireBroker(loaded, context);
    const request = { settings, json, timeoutMs, context };
    return await forgetServices(operands.slice(1), request);
  }
  const [name, verb, ...args] = operands;
  if (name === undefined) throw missing("INTERFACE");
  const descriptor = await resolveInterface(
    name,
    interfaces,
    await context.usableInterfaces?.() ?? [],
    async () => {
      const loaded = await loadConfig(input, context);
      if (!namesBroker(loaded.configuration)) return undefined;
      const settings = await requireBroker(loaded, context);
      return await discoverInterface(name, { settings, timeoutMs, context });
    },
  );
  if (count !== undefined && verb !== "watch") {
    throw new UsageError("Cannot use --count: only watch counts", "--count");
  }
  if (verb === "list") {
    refuseMore("list", args);
    return listInterfaces([descriptor], output, json);
  }
  const act = prepare(descriptor, verb, args, count);
  const loaded = await loadConfig(input, context);
  const settings = await requireBroker(loaded, context);
  const object = readObjectId(options);
  await act({ descriptor, object, settings, json, timeoutMs, context });
}

/** Interfaces that are known here need no broker. */
async function resolveInterface(
  name: string,
  interfaces: readonly KnownInterface[],
  usable: readonly InterfaceDescriptor[],
  discoverIt: () => Promise<Discovery | undefined>,
): Promise<InterfaceDescriptor> {
  const known = [...interfaces.map(({ descriptor }) => descriptor), ...usable];
  const own = known.find((descriptor) => qualifiedName(descriptor) === name);
  if (own) return own;
  const { descriptor, names = [] } = await discoverIt() ?? {};
  if (descriptor) return descriptor;
  const all = new Set([...known.map(qualifiedName), ...names]);
  throw unknownInterface(name, [...all]);
}

function prepare(
  descriptor: InterfaceDescriptor,
  verb: string | undefined,
  args: readonly string[],
  count: number | undefined,
): Verb {
  switch (verb) {
    case "get":
      return prepareGet(descriptor, args);
    case "set":
      return prepareSet(descriptor, args);
    case "call":
      return prepareCall(descriptor, args);
    case "watch":
      return prepareWatch(descriptor, args, { count });
    case undefined:
      throw missing("VERB");
    default:
      throw new UsageError(
        `Cannot "${verb}" an object: expected ${VERBS.join(", ")}${
          didYouMean(verb, VERBS)
        }`,
        verb,
      );
  }
}

function missing(operand: "INTERFACE" | "VERB"): UsageError {
  return new UsageError(
    `Cannot use an object: ${operand} is missing, expected INTERFACE VERB, for example io.world.Hello list`,
    operand,
  );
}

function refuseMore(verb: string, args: readonly string[]): void {
  const [extra] = args;
  if (extra === undefined) return;
  throw new UsageError(
    `Cannot ${verb}: it takes no argument "${extra}", expected none`,
    extra,
  );
}

function parseCount(options: OptionValues): number | undefined {
  const text = options.text("count");
  if (text === undefined) return undefined;
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new UsageError(
    `Cannot use --count "${text}": expected a whole number from 1`,
    "--count",
  );
}
