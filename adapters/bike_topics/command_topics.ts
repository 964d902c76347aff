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
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import { PayloadError } from "#lib/objectapi/mod.ts";
import type { Backlog } from "./backlog.ts";
import { type BikeCommand, isReportPayload, parseCommand } from "./command.ts";
import type { TopicsContext } from "./context.ts";
import { stringifyErrorReport } from "./error_report.ts";
import type { MetricReporter } from "./metric_reporter.ts";
import { NewestPublisher } from "./newest_publisher.ts";
import type { CommandTopic, ControlTopic } from "./topics.ts";

/** The reports that answer commands. */
export type Answers = Readonly<Record<ControlTopic, MetricReporter>>;

/**
 * Carries commands out, each of which gets one answer: a report of the value
 * that was set, or an error report.
 */
export class CommandTopics {
  /** Its subscriptions. */
  readonly subscriptions: readonly Subscription[];
  readonly #context: TopicsContext;
  readonly #backlog: Backlog;
  readonly #answers: Answers;
  readonly #controller: Controller;
  readonly #publisher: NewestPublisher;

  /**
   * Subscribes to commands.
   *
   * @param context What the adapter stands on.
   * @param backlog Says how old a command may be.
   * @param answers The reports that answer commands.
   */
  constructor(context: TopicsContext, backlog: Backlog, answers: Answers) {
    const { bike, endpoint, options, qos, signal, topics } = context;
    const { controllerId = "topics", controller } = options;
    this.#context = context;
    this.#backlog = backlog;
    this.#answers = answers;
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
    await this.#carryOut(topic, message);
  }

  async #carryOut(topic: CommandTopic, message: MqttMessage): Promise<void> {
    const answer = this.#answers[topic.control];
    const { count } = answer;
    try {
      const { actuator, value } = this.#read(topic, message);
      answer.answer(count, await this.#controller.set(actuator, value));
    } catch (error) {
      this.#refuse(topic, message.payload, describeFailure(error));
    }
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
    const command = parseCommand(topic, message.payload, this.#context.options);
    if (!this.#backlog.mayBeTooOld()) return command;
    throw new CommandError(
      `Cannot set "${command.actuator}": the command was kept by the broker while the bike was away, send it again if it still holds`,
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
