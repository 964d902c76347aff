/**
 * `smartbike workout run` and what can be done while one is ridden.
 *
 * @module
 */
import { clientId } from "#lib/app/client_id.ts";
import { untilRefused } from "#lib/app/refusal.ts";
import { pause, systemClock } from "#lib/base/clock.ts";
import { orAborted, within } from "#lib/base/deadline.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { MAX_ROAD_BYTES } from "#lib/route/read_road.ts";
import { MAX_COMMAND_BYTES, type RunVerb } from "#lib/workout/command.ts";
import { SESSIONS } from "#lib/workout/sessions.ts";
import type { CliContext, CommandInput } from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  loadConfig,
  requireBroker,
  requireSound,
} from "../options/config_options.ts";
import { fileName, readHandedFile } from "./handed_file.ts";
import { riderOf } from "./rider_options.ts";
import { RunFollower } from "./run_follower.ts";
import { takeRunKeys } from "./run_keys.ts";
import { findWorkout } from "./workout_source.ts";
import { oneOperand } from "./workout_show.ts";

/** How long the bike may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** Time between two signs of life, in milliseconds. */
const ALIVE_MS = 2000;

/**
 * Has a workout or a road ridden, and follows it to its end.
 *
 * @param context What to work with.
 * @throws {FileError} If its file cannot be read.
 * @throws {DeviceError} If the bike refuses, or is not there.
 */
export async function runWorkout(
  input: CommandInput,
  context: CliContext,
): Promise<void> {
  const name = oneOperand(input.operands, "workout");
  const { io, output } = context;
  const loaded = await loadConfig(input, context);
  const { config } = requireSound(loaded, context);
  const { command, isRoad } = await runCommandOf(
    name,
    input,
    context,
    riderOf(config),
  );
  const broker = await requireBroker(loaded, context);
  const { workoutNames } = await context.bikeAdapters();
  const topics = workoutNames(config.bike.id);
  await untilInterrupted(io, async (interrupted) => {
    const { signal, watch } = untilRefused(interrupted);
    await using endpoint = new MqttJsEndpoint({
      clientId: clientId("workout"),
    });
    watch(endpoint.onError);
    const follower = new RunFollower(
      endpoint,
      topics,
      (line) => output.line(line),
    );
    await endpoint.connect(broker.broker, {
      ...broker.connect,
      sessionExpirySeconds: 0,
      signal,
    });
    await orAborted(follower.ready, signal);
    const send = (payload: unknown) =>
      endpoint.publish(topics.control, JSON.stringify(payload), { qos: 1 });
    await send(command);
    await answered(follower, config.bike.id, signal);
    const quit = new AbortController();
    using _keys = takeRunKeys(context, {
      ...{ isRoad, endpoint, topics, follower },
      quit: () => quit.abort(),
    });
    const end = AbortSignal.any([signal, follower.over, quit.signal]);
    try {
      while (!end.aborted) {
        await send({ command: "keepAlive" });
        await pause(systemClock, ALIVE_MS, end);
      }
    } finally {
      // Whatever ended it, the brake is let go.
      if (!follower.over.aborted && endpoint.connected) {
        await send({ command: "stop" });
      }
    }
  });
}

/** Waits until the bike rides it, or says why not. */
async function answered(
  follower: RunFollower,
  bikeId: string,
  signal: AbortSignal,
): Promise<void> {
  const answer = await within(
    "workout",
    { timeoutMs: ANSWER_MS },
    (late) => orAborted(follower.answer, AbortSignal.any([late, signal])),
  );
  if (answer === undefined) return;
  throw new DeviceError(answer, bikeId, "refused");
}

/** What begins it. */
interface RunCommand {
  readonly command: Readonly<Record<string, unknown>>;
  readonly isRoad: boolean;
}

/** The command that begins it: the file goes along, and is read again by the bike. */
async function runCommandOf(
  name: string,
  { options }: CommandInput,
  { io, output }: CliContext,
  { ftpWatts, intensity }: ReturnType<typeof riderOf>,
): Promise<RunCommand> {
  const { workout, road } = await findWorkout(name, io);
  for (const { message } of (workout ?? road)?.notices ?? []) {
    output.note(`notice: ${message}`);
  }
  const rider = {
    ...ftpWatts !== undefined && { ftp: ftpWatts },
    intensity,
    lease: !options.flag("detach"),
  };
  const own = SESSIONS.find((one) => one === name.toLowerCase());
  if (own) {
    return { command: { command: "run", file: own, ...rider }, isRoad: false };
  }
  const bytes = await readHandedFile(
    io,
    name,
    Math.min(MAX_ROAD_BYTES, MAX_COMMAND_BYTES / 2),
  );
  const content = bytes.toBase64();
  return {
    command: { command: "run", file: fileName(name), content, ...rider },
    isRoad: road !== undefined,
  };
}

/** Makes a verb that changes what is ridden. */
export function runVerb(
  verb: RunVerb,
): (input: CommandInput, context: CliContext) => Promise<void> {
  return async (input, context) => {
    const loaded = await loadConfig(input, context);
    const { config } = requireSound(loaded, context);
    const broker = await requireBroker(loaded, context);
    const { workoutNames } = await context.bikeAdapters();
    const topics = workoutNames(config.bike.id);
    await using endpoint = new MqttJsEndpoint({
      clientId: clientId("workout"),
    });
    const follower = new RunFollower(endpoint, topics, () => {});
    await within("workout", { timeoutMs: ANSWER_MS }, async (signal) => {
      await endpoint.connect(broker.broker, {
        ...broker.connect,
        retry: false,
        sessionExpirySeconds: 0,
        signal,
      });
      await orAborted(follower.ready, signal);
      await endpoint.publish(topics.control, JSON.stringify({ command: verb }));
    });
    await answered(follower, config.bike.id, new AbortController().signal);
  };
}
