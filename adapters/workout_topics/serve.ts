/**
 * The workouts of a bike on MQTT.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { CommandError } from "#lib/bike/command_error.ts";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import { isBadCommand } from "#lib/workout/command.ts";
import type { RunState } from "#lib/workout/run_state.ts";
import { Runner } from "#lib/workout/runner.ts";
import { levelOf } from "#lib/workout/sessions.ts";
import {
  WorkoutService,
  type WorkoutServiceOptions,
} from "#lib/workout/workout_service.ts";
import { CommandGuard } from "../bike_topics/command_guard.ts";
import { NewestPublisher } from "../bike_topics/newest_publisher.ts";
import { stringifyProfile, stringifyRunState } from "./report.ts";
import {
  type WorkoutTopicNames,
  workoutTopics,
} from "./workout_topic_names.ts";

const logger = getLogger("workout");

/** How workouts are shown. */
interface WorkoutTopicsOptions extends WorkoutServiceOptions {
  /** Id of the bike. */
  readonly bikeId: string;
}

/** Workouts on MQTT; they end, and the brake is let go, when disposed. */
interface ShownWorkouts extends AsyncDisposable {
  /** Resolves when commands are taken. */
  readonly ready: Promise<void>;
}

/**
 * Takes workouts over MQTT and rides them on a bike.
 *
 * @param endpoint The connection; it may be made before or after.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function serveWorkouts(
  bike: Bike,
  endpoint: MqttEndpoint,
  options: WorkoutTopicsOptions,
): ShownWorkouts {
  const { bikeId, clock = systemClock } = options;
  const end = new AbortController();
  const topics = workoutTopics(bikeId);
  const runner = new Runner(bike, { clock });
  const service = new WorkoutService(runner, { ...options, clock });
  const publisher = new NewestPublisher(endpoint, {
    qos: 1,
    signal: end.signal,
  });
  const reports = new RunReports(topics, {
    runner,
    service,
    publisher,
    clock,
  });
  runner.onChanged.add((state) => reports.report(state));
  endpoint.onConnected.add(() => reports.reportAll(runner.state), {
    signal: end.signal,
  });
  const guard = new CommandGuard(endpoint, clock);
  const receive = (message: MqttMessage) => {
    if (message.retain || guard.isDone(message)) return;
    try {
      guard.requireNew(message, "workout");
      service.execute(message.topic, message.payload);
    } catch (error) {
      if (!isBadCommand(error) && !(error instanceof CommandError)) throw error;
      reports.refuse(error);
    }
  };
  const subscriptions = [topics.control, topics.legacyControl].map((topic) =>
    endpoint.subscribe(topic, receive)
  );
  const ready = Promise.all(subscriptions.map(({ ready }) => ready))
    .then(() => service.restore());
  ready.catch(() => {});
  return {
    ready,
    async [Symbol.asyncDispose]() {
      if (end.signal.aborted) return;
      // What is ridden goes on after a restart, so it stays noted.
      service[Symbol.dispose]();
      await Promise.all(subscriptions.map((one) => one.unsubscribe()));
      await runner[Symbol.asyncDispose]();
      end.abort();
    },
  };
}

/** What reports stand on. */
interface ReportContext {
  readonly runner: Runner;
  readonly service: WorkoutService;
  readonly publisher: NewestPublisher;
  readonly clock: Clock;
}

/** Publishes how a workout stands. */
class RunReports {
  readonly #topics: WorkoutTopicNames;
  readonly #context: ReportContext;
  #level: number | undefined;
  #shown: { readonly profile: Runner["profile"] } | undefined;

  constructor(topics: WorkoutTopicNames, context: ReportContext) {
    this.#topics = topics;
    this.#context = context;
  }

  report(state: RunState): void {
    const { service, publisher, clock } = this.#context;
    const payload = stringifyRunState(state, {
      timeMs: clock.now(),
      measuredFtpWatts: service.measuredFtpWatts,
    });
    publisher.put(this.#topics.report, payload);
    this.#reportProfile(state);
    this.#reportLevel(state);
  }

  /** Published once: what a workout looks like does not change while it is ridden. */
  #reportProfile({ progress }: RunState): void {
    const { runner, publisher } = this.#context;
    const { profile } = runner;
    if (this.#shown && this.#shown.profile === profile) return;
    this.#shown = { profile };
    const text = stringifyProfile(profile, progress?.unit);
    publisher.put(this.#topics.profile, text, true);
  }

  /** Reports all of it to a broker that may have lost its memory. */
  reportAll(state: RunState): void {
    this.#shown = undefined;
    this.report(state);
  }

  refuse(error: Error & { readonly code: string }): void {
    const { publisher, clock } = this.#context;
    const { code, message } = error;
    logger.warn("{message}", { message });
    publisher.send(
      this.#topics.status,
      JSON.stringify({
        value: null,
        error: { code, message },
        timestamp: clock.now() / 1000,
      }),
    );
  }

  /** The predecessor's apps show a level where it is whole, and 1 at rest. */
  #reportLevel({ target }: RunState): void {
    if (target?.kind !== "level" && this.#level === undefined) return;
    const level = target?.kind === "level"
      ? levelOf(target.resistancePercent)
      : 1;
    const isNew = level !== this.#level && Number.isInteger(level);
    this.#level = target?.kind === "level"
      ? isNew ? level : this.#level
      : undefined;
    if (!isNew) return;
    this.#context.publisher.send(
      this.#topics.level,
      JSON.stringify({ value: level }),
    );
  }
}
