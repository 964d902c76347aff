/**
 * Commands from the topics, and their answers.
 *
 * @module
 */
import { CommandError } from "#lib/bike/command_error.ts";
import {
  type CommandFailure,
  describeFailure,
} from "#lib/bike/command_failure.ts";
import type { Controller } from "#lib/bike/controller.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import { readDeadline } from "#lib/objectapi/call_envelope.ts";
import { PayloadError } from "#lib/objectapi/mod.ts";
import { type BikeCommand, isReportPayload, parseCommand } from "./command.ts";
import { MAX_COMMAND_AGE_MS } from "./command_guard.ts";
import type { TopicsContext } from "./context.ts";
import { stringifyErrorReport } from "./error_report.ts";
import type { MetricReporter } from "./metric_reporter.ts";
import { NewestPublisher } from "./newest_publisher.ts";
import { RepeatedCommands } from "./repeated_commands.ts";
import type { CommandTopic, ControlTopic } from "./topics.ts";

const logger = getLogger("topics");

/** The reports that answer commands. */
type Answers = Readonly<Record<ControlTopic, MetricReporter>>;

/** What commands stand on. */
interface CommandParts {
  /** The reports that answer commands. */
  readonly answers: Answers;
  /** Whether another program carries the commands of this bike out. */
  readonly isReplaced: () => boolean;
}

/**
 * Carries commands out, each of which gets one answer: a report of the value
 * that was set, or an error report.
 */
export class CommandTopics {
  /** Its subscriptions. */
  readonly subscriptions: readonly Subscription[];
  readonly #context: TopicsContext;
  readonly #parts: CommandParts;
  readonly #controller: Controller;
  readonly #publisher: NewestPublisher;
  readonly #repeated: RepeatedCommands;

  /**
   * Subscribes to commands.
   *
   * @param context What the adapter stands on.
   * @param parts What commands stand on.
   */
  constructor(context: TopicsContext, parts: CommandParts) {
    const { bike, endpoint, options, qos, signal, topics } = context;
    const { controllerId = "topics", controller } = options;
    this.#context = context;
    this.#repeated = new RepeatedCommands(context.clock);
    this.#parts = parts;
    this.#controller = bike.controller(controllerId, controller);
    this.#publisher = new NewestPublisher(endpoint, context);
    this.subscriptions = topics.commands(options).map((topic) =>
      endpoint.subscribe(
        topic.name,
        (message) => void this.#receive(topic, message),
        { qos },
      )
    );
    endpoint.onDisconnected.add(() => this.#controller.lose(), { signal });
  }

  /** Gives up what it holds; actuators stay as they are. */
  close(): void {
    this.#controller.close();
  }

  /** What the broker had kept comes before the connection stands, and waits for that. */
  async #receive(topic: CommandTopic, message: MqttMessage): Promise<void> {
    const { endpoint, signal } = this.#context;
    try {
      if (!endpoint.connected) await endpoint.onConnected.next({ signal });
    } catch {
      return; // The adapter has ended.
    }
    const { payload } = message;
    if (topic.isBare && isReportPayload(topic, payload)) return;
    if (!message.retain && this.#repeated.isRepeated(message)) {
      const { name } = topic;
      return logger.info("A command came twice on {name}, it ran once", {
        name,
      });
    }
    if (this.#parts.isReplaced()) {
      const { name } = topic;
      return logger.info(
        "Left a command on {name} to the other program of this bike",
        { name },
      );
    }
    await this.#carryOut(topic, message);
  }

  async #carryOut(topic: CommandTopic, message: MqttMessage): Promise<void> {
    const { name } = topic;
    try {
      const { actuator, value } = this.#read(topic, message);
      const deadlineMs = this.#deadlineOf(message);
      const outcome = await this.#controller.command(actuator, value, {
        deadlineMs,
      });
      const applied = outcome.value;
      logger.info("{actuator} {value}, asked for on {name}: set to {applied}", {
        actuator,
        value,
        name,
        applied,
      });
      this.#parts.answers[topic.control].answer(outcome.reading);
    } catch (error) {
      const failure = describeFailure(error);
      const { code, message: why } = failure;
      logger.info("Refused a command on {name}, {code}: {why}", {
        name,
        code,
        why,
      });
      this.#refuse(topic, message.payload, failure);
    }
  }

  /** Nothing is carried out later than a command may be old, even if this program stands still meanwhile. */
  #deadlineOf({ properties }: MqttMessage): number {
    const given = readDeadline(properties) ?? Infinity;
    return Math.min(given, this.#context.clock.now() + MAX_COMMAND_AGE_MS);
  }

  #read(topic: CommandTopic, message: MqttMessage): BikeCommand {
    if (message.retain) {
      throw new PayloadError({
        topic: topic.name,
        path: "",
        received: "a retained message",
        expected: "one that is not carried out again on each reconnect",
      });
    }
    const { age, options } = this.#context;
    const command = parseCommand(topic, message.payload, options);
    if (!age.mayBeOlderThan(MAX_COMMAND_AGE_MS)) return command;
    throw new CommandError(
      `Cannot set "${command.actuator}": the command may have waited for more than ${MAX_COMMAND_AGE_MS} ms on its way, send it again if it still holds`,
      command.actuator,
      "expired",
    );
  }

  #refuse(
    { control: topic }: CommandTopic,
    received: Uint8Array,
    error: CommandFailure,
  ): void {
    const { clock, deviceName, topics } = this.#context;
    const timeMs = clock.now();
    this.#publisher.send(
      topics.status(topic),
      stringifyErrorReport({ topic, error, received, timeMs, deviceName }),
    );
  }
}
