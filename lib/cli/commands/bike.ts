/**
 * `smartbike bike`: a bike by its topics, also one whose object is off.
 *
 * @module
 */
import { clientId } from "#lib/app/client_id.ts";
import { orAborted, within } from "#lib/base/deadline.ts";
import { RemoteError, UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { PanelCommand, PanelControlName } from "#lib/bike/remote_bike.ts";
import { CommandDesk } from "#lib/dashboard/command_desk.ts";
import { Fleet } from "#lib/dashboard/fleet.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { loadConfig, requireBroker } from "../options/config_options.ts";
import { parseDuration } from "../options/duration.ts";
import { missingOperand } from "../options/missing_operand.ts";
import { watchCommand } from "./watch.ts";

/** How long the broker, the bike and its answer may take together, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** How long what the broker has stored of the bike may take, in milliseconds. */
const HEARD_MS = 3000;

/** How long after the first word of a bike the rest of what it has stored may take, in milliseconds. */
const STORED_MS = 300;

/** What can be set, as its topic names it. */
const CONTROLS: ReadonlyMap<string, PanelControlName> = new Map([
  ["incline", "inclinePercent"],
  ["resistance", "resistancePercent"],
  ["power", "targetPowerWatts"],
  ["fan", "fanPercent"],
]);

const VERBS = ["watch", "set", "stop"];

/** `smartbike bike`. */
export const bikeCommand: CommandBody = {
  operands: "watch | set incline|resistance|power|fan NUMBER | stop",
  operandWords: [...VERBS, ...CONTROLS.keys()],
  options: [
    {
      flags: "--timeout <time>",
      description: "longest time that set and stop may take (default: 10s)",
    },
    ...watchCommand.options,
  ],
  details:
    `"watch" is the command of that name. "set" moves an actuator and prints what
the bike set: incline, resistance and fan in percent, power in watts. "stop"
releases all of them. A refusal, or no answer, ends with 1.`,
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const [verb, ...rest] = input.operands;
  if (verb === undefined) {
    const missing = { operand: "VERB", expected: VERBS };
    throw missingOperand("use a bike", missing);
  }
  if (verb === "watch" && rest.length === 0) {
    return await watchCommand.run(input, context);
  }
  const command = toCommand(verb, rest);
  const timeout = input.options.text("timeout");
  const timeoutMs = timeout === undefined
    ? DEFAULT_TIMEOUT_MS
    : parseDuration(timeout, "--timeout");
  const value = await within(
    `${verb} ${rest[0] ?? "the bike"}`,
    { timeoutMs },
    (signal) => send(input, context, { command, signal }),
  );
  context.output.line(value === undefined ? "done" : `set to ${value}`);
}

function toCommand(verb: string, rest: readonly string[]): PanelCommand {
  if (verb === "stop" && rest.length === 0) return { command: "stop" };
  if (!VERBS.includes(verb)) {
    throw new UsageError(
      `Cannot use the bike with "${verb}": expected ${VERBS.join(", ")}${
        didYouMean(verb, VERBS)
      }`,
      verb,
    );
  }
  const [name = "", text = "", ...more] = rest;
  const control = CONTROLS.get(name);
  if (verb === "set" && rest.length < 2) throw missingOfSet(rest);
  if (verb !== "set" || control === undefined) {
    const names = [...CONTROLS.keys()];
    throw new UsageError(
      `Cannot ${verb} "${rest.join(" ")}": expected ${
        verb === "set" ? names.join(", ") + didYouMean(name, names) : "no more"
      }`,
      name,
    );
  }
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || more.length > 0) {
    throw new UsageError(
      `Cannot set "${name}" to "${
        [text, ...more].join(" ")
      }": expected one number`,
      text,
    );
  }
  return { command: "set", control, value };
}

function missingOfSet([name]: readonly string[]): UsageError {
  const missing = name === undefined
    ? { operand: "NAME", expected: [...CONTROLS.keys()] }
    : { operand: "NUMBER", expected: ["one number"] };
  return missingOperand(`set ${name ?? "a bike"}`, missing);
}

async function send(
  input: CommandInput,
  context: CliContext,
  { command, signal }: {
    readonly command: PanelCommand;
    readonly signal: AbortSignal;
  },
): Promise<number | undefined> {
  const { wire } = await context.bikeAdapters();
  const loaded = await loadConfig(input, context);
  const { broker, connect } = await requireBroker(loaded, context);
  const bikeId = loaded.configuration.config.bike.id;
  await using endpoint = new MqttJsEndpoint({ clientId: clientId("bike") });
  using fleet = new Fleet({ endpoint, wire });
  const desk = new CommandDesk(fleet);
  const options = { ...connect, retry: false, sessionExpirySeconds: 0, signal };
  await endpoint.connect(broker, options);
  await untilHeard(fleet, bikeId, signal);
  const end = await orAborted(desk.send(bikeId, command), signal);
  if (end.ok) return end.value;
  throw new RemoteError(end.message, `bike/${bikeId}`, end.code);
}

/** Waits until the bike is known, and what it has stored for those who command it. */
async function untilHeard(
  fleet: Fleet,
  bikeId: string,
  signal: AbortSignal,
): Promise<void> {
  const isHeard = () => fleet.bike(bikeId) !== undefined;
  const isWhole = () => fleet.bike(bikeId)?.hasPanel === true;
  await fleet.ready;
  const makeError = () =>
    new RemoteError(
      `Cannot command bike "${bikeId}": nothing was heard of it, start it or name another with --bike`,
      `bike/${bikeId}`,
      "unknown_bike",
    );
  const limit = { timeoutMs: HEARD_MS, makeError };
  await within(
    "hear of the bike",
    limit,
    (late) => until(fleet, isHeard, AbortSignal.any([late, signal])),
  );
  const stored = AbortSignal.any([signal, AbortSignal.timeout(STORED_MS)]);
  await until(fleet, isWhole, stored).catch(() => {});
}

async function until(
  fleet: Fleet,
  isSo: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!isSo()) await fleet.onNews.next({ signal });
}
