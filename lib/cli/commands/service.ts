/**
 * `smartbike service`: serves objects until it is interrupted.
 *
 * @module
 */
import { pause, systemClock } from "#lib/base/clock.ts";
import { orAborted, untilAborted } from "#lib/base/deadline.ts";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import {
  discover,
  forgetService,
  runSimulation,
  Service,
  type SimulatedObject,
  type SimulationScript,
} from "#lib/objectapi/mod.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import { clientId, clientIdPrefix } from "#lib/app/client_id.ts";
import { getLogger } from "#lib/base/logger.ts";
import { untilRefused } from "#lib/app/refusal.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireBroker,
} from "../options/config_options.ts";
import { OBJECT_OPTION, readObjectId } from "../options/object_option.ts";
import { importFile } from "../options/script_files.ts";
import type {
  CliContext,
  CommandBody,
  CommandInput,
  KnownInterface,
} from "../command.ts";
import { findInterface } from "../client/interface_lookup.ts";
import { loadInterfaces, MODULE_OPTION } from "../client/module_files.ts";
import { untilInterrupted } from "../interrupt.ts";

/** What its connection is for. */
const ROLE = "service";

/** How long a script may take before its objects are served all the same, in milliseconds: some never return. */
const SCRIPT_START_MS = 3000;

/** `smartbike service`. */
export const serviceCommand: CommandBody = {
  operands: "[INTERFACE…]",
  options: [
    MODULE_OPTION,
    {
      flags: "--echo",
      description:
        "operations of --module return the first argument of their result's type",
    },
    {
      flags: "--script <file>",
      description: "TypeScript that implements the objects of --module",
    },
    OBJECT_OPTION,
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.broker),
  ],
  details:
    `Serves the named interfaces, or all that "smartbike client list" shows. Prints
one line when they can be used. While the broker cannot be reached it keeps
trying; it ends where the login is refused or the certificate is invalid.

With --module the interfaces of these definitions are served instead: clients
may set properties, and operations return defaults. A script implements more:

  import type { Simulation } from "@smartbike/smartbike";
  export default (simulation: Simulation) => {
    const lamp = simulation.object("demo.Lamp");
    lamp.implement("toggle", () => lamp.set("on", !lamp.get("on")));
    simulation.every(1000, () => lamp.emit("blinked", 3));
  };`,
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { operands, options } = input;
  const { io } = context;
  const files = options.texts("module");
  const own = await loadInterfaces(files, context, {
    echo: options.flag("echo"),
  });
  const script = await loadScript(input, context);
  const interfaces = files.length > 0 ? own : await context.interfaces();
  const chosen = operands.length === 0
    ? interfaces
    : [...new Set(operands)].map((name) => findInterface(interfaces, name));
  const loaded = await loadConfig(input, context);
  const { broker, connect } = await requireBroker(loaded, context);
  await untilInterrupted(io, async (interrupted) => {
    const { signal, watch, connected, throwIfRefused } = untilRefused(
      interrupted,
    );
    const objects = own.filter((one) => chosen.includes(one))
      .map(({ object }) => object);
    // Nobody calls an operation before the script has implemented it.
    const started = script?.(objects, signal);
    started?.catch(() => {});
    if (started) {
      await Promise.race([
        started,
        pause(systemClock, SCRIPT_START_MS, signal),
      ]);
    }
    await using service = new Service(clientId(ROLE));
    watch(service.onError);
    await using adapters = new AsyncDisposableStack();
    const object = readObjectId(options);
    const ready = chosen.map((known) =>
      adapters.use(known.serve(service, { object })).ready
    );
    await service.connect(broker, undefined, { ...connect, signal });
    await orAborted(Promise.all(ready), signal);
    const tidied = forgetPredecessors(chosen, service, signal);
    connected();
    announce(chosen, service, context);
    await started;
    await untilAborted(signal);
    await tidied;
    throwIfRefused();
  });
}

/**
 * Removes what services of the same objects left behind that this program lost
 * before. Where the broker will not have it, it stays.
 */
async function forgetPredecessors(
  chosen: readonly KnownInterface[],
  { endpoint }: Service,
  signal: AbortSignal,
): Promise<void> {
  const served = chosen.map(({ descriptor }) => qualifiedName(descriptor));
  try {
    for (
      const { id, alive, interfaces } of await discover(endpoint, {
        signal,
        includesEnded: true,
      })
    ) {
      const isSame = !alive && id.startsWith(clientIdPrefix(ROLE)) &&
        interfaces.every((address) =>
          served.includes(address.slice(address.lastIndexOf("/") + 1))
        );
      if (isSame) await forgetService(endpoint, id);
    }
  } catch (error) {
    getLogger("cli").debug("Cannot look for lost services: {error}", { error });
  }
}

/** Starts a script with the objects it works with. */
type ScriptStarter = (
  objects: readonly SimulatedObject[],
  signal: AbortSignal,
) => Promise<void>;

async function loadScript(
  { options }: CommandInput,
  { io }: CliContext,
): Promise<ScriptStarter | undefined> {
  const path = options.text("script");
  const needing = path === undefined ? "echo" : "script";
  if (path === undefined && !options.flag("echo")) return undefined;
  if (options.texts("module").length === 0) {
    throw new UsageError(
      `Cannot use --${needing}: it is for the objects of --module, which is missing`,
      `--${needing}`,
    );
  }
  if (path === undefined) return undefined;
  const { default: script } = await importFile(io, "--script", path);
  if (isScript(script)) {
    return (objects, signal) => runSimulation(script, objects, { signal });
  }
  throw new ConfigError(
    `Cannot use --script "${path}": it has no default export that is a function`,
    { option: "--script", value: path, file: path },
  );
}

function isScript(script: unknown): script is SimulationScript {
  return typeof script === "function";
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
