/**
 * Commands to bikes, and waiting for their answers.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import {
  type BikeNews,
  type PanelAnswer,
  type PanelCommand,
  type PanelControlName,
  REMOTE_VALUES,
  type RemoteValueName,
} from "#lib/bike/remote_bike.ts";
import type { BikeView } from "./bike_view.ts";
import type { Fleet } from "./fleet.ts";

/** How long an answer is waited for, in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;

/** A spin-down takes a rider up to speed first. */
const CALIBRATION_TIMEOUT_MS = 180_000;

/** A command that the broker could not deliver by then is dropped there, in seconds. */
const EXPIRY_SECONDS = 5;

/** How long a refusal of a command to a workout may take, in milliseconds. */
const GRACE_MS = 400;

/** The most commands that wait for an answer. */
const MAX_PENDING = 200;

/** How a command ended. */
export type CommandEnd =
  | {
    readonly ok: true;
    /** What the device was set to. */
    readonly value?: number;
  }
  | {
    readonly ok: false;
    /** The bike's own code, or `unknown_bike`, `connection`, `busy`, `timeout`. */
    readonly code: string;
    /** A text for people. */
    readonly message: string;
  };

/** Called with what a rider is to do meanwhile. */
type StepHandler = (instruction: string) => void;

/** Sends commands to bikes, and waits for the bikes' own answers. */
export class CommandDesk {
  readonly #fleet: Fleet;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #pending = 0;

  /**
   * Starts without commands.
   *
   * @param options Where the time comes from, and how long an answer may take.
   */
  constructor(
    fleet: Fleet,
    options: { readonly clock?: Clock; readonly timeoutMs?: number } = {},
  ) {
    this.#fleet = fleet;
    this.#clock = options.clock ?? systemClock;
    this.#timeoutMs = options.timeoutMs ?? ANSWER_TIMEOUT_MS;
  }

  /**
   * Sends a command.
   *
   * @param onStep Called with what a rider is to do meanwhile.
   */
  async send(
    bikeId: string,
    command: PanelCommand,
    onStep: StepHandler = () => {},
  ): Promise<CommandEnd> {
    const bike = this.#fleet.bike(bikeId);
    if (!bike) {
      return failed(
        "unknown_bike",
        "Cannot command the bike: nobody has heard of it",
      );
    }
    if (!this.#fleet.endpoint.connected) {
      return failed(
        "connection",
        "Cannot command the bike: the broker is away, wait until it is back",
      );
    }
    if (this.#pending >= MAX_PENDING) {
      return failed(
        "busy",
        "Cannot command the bike: too many commands wait for an answer",
      );
    }
    // A workout would set its next target a second later.
    if (command.command === "stop" && bike.hasWorkout) {
      await this.#deliver(bike, { command: "workout", verb: "stop" }, onStep);
    }
    return await this.#deliver(bike, command, onStep);
  }

  async #deliver(
    bike: BikeView,
    command: PanelCommand,
    onStep: StepHandler,
  ): Promise<CommandEnd> {
    const { endpoint, wire } = this.#fleet;
    const { id: bikeId } = bike;
    const id = crypto.randomUUID();
    const hasPanel = bike.hasPanel && command.command !== "workout";
    const message = hasPanel
      ? wire.command(bikeId, id, command)
      : wire.plainCommand(bikeId, id, command);
    if (!message) {
      return failed(
        "unavailable",
        "Cannot command the bike: it knows no such command",
      );
    }
    const waiting = this.#wait({ bikeId, id, command, onStep, hasPanel });
    try {
      await endpoint.publish(message.topic, message.payload, {
        // Delivered at most once: a command that comes late or twice is worse than none.
        qos: 0,
        properties: { messageExpirySeconds: EXPIRY_SECONDS },
      });
    } catch {
      waiting.give(
        failed(
          "connection",
          "Cannot command the bike: the broker did not take it",
        ),
      );
    }
    return await waiting.end;
  }

  #wait(request: Request) {
    const { promise: end, resolve } = Promise.withResolvers<CommandEnd>();
    const over = new AbortController();
    const { command } = request;
    const timeoutMs = command.command === "calibrate"
      ? CALIBRATION_TIMEOUT_MS
      : this.#timeoutMs;
    const give = (result: CommandEnd) => {
      if (over.signal.aborted) return;
      over.abort();
      stopTimer();
      this.#pending--;
      resolve(result);
    };
    this.#pending++;
    const stopTimer = this.#clock.setTimeout(() => {
      const seconds = timeoutMs / 1000;
      give(
        failed(
          "timeout",
          `Cannot determine what became of the command: the bike did not answer in ${seconds} s`,
        ),
      );
    }, timeoutMs);
    this.#fleet.onNews.add((bikeId, news) => {
      if (bikeId !== request.bikeId) return;
      if (news.kind === "workout" && command.command === "workout") {
        // A refusal may be on its way behind a report that was due anyway.
        this.#clock.setTimeout(() => give({ ok: true }), GRACE_MS);
      }
      const result = request.hasPanel
        ? readAnswer(request, news)
        : readPlainAnswer(request, news);
      if (result) give(result);
    }, { signal: over.signal });
    return { end, give };
  }
}

interface Request {
  readonly bikeId: string;
  readonly id: string;
  readonly command: PanelCommand;
  readonly onStep: StepHandler;
  readonly hasPanel: boolean;
}

function readAnswer(request: Request, news: BikeNews): CommandEnd | undefined {
  if (news.kind !== "answer" || news.answer.id !== request.id) return undefined;
  const { step, value, error }: PanelAnswer = news.answer;
  if (step !== undefined) {
    request.onStep(step);
    return undefined;
  }
  if (error) return failed(error.code, error.message);
  return { ok: true, ...(value !== undefined && { value }) };
}

/** Bikes without a panel answer with a report of what they set, or repeat what they refuse. */
function readPlainAnswer(
  { command, id }: Request,
  news: BikeNews,
): CommandEnd | undefined {
  if (command.command === "workout") {
    return news.kind === "workoutRefusal"
      ? failed(news.error.code, news.error.message)
      : undefined;
  }
  if (command.command !== "set") return undefined;
  const name = reportedAs(command.control);
  if (news.kind === "refusal" && news.received.includes(id)) {
    return failed(news.error.code, news.error.message);
  }
  const isSet = news.kind === "value" && news.name === name &&
    news.value === command.value;
  return isSet ? { ok: true, value: news.value } : undefined;
}

function reportedAs(control: PanelControlName): RemoteValueName | undefined {
  return REMOTE_VALUES.find((name) => name === control);
}

function failed(code: string, message: string): CommandEnd {
  return { ok: false, code, message };
}
