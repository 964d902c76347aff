/**
 * The program in the guest, with a broker and somebody who listens.
 *
 * @module
 */
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import config from "../../../deno.json" with { type: "json" };
import { ProgramProcess } from "../../support/cli.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { usingPrograms } from "../../support/requires.ts";
import { within } from "../../support/within.ts";

/** The bundled program, where the host has put it. */
const PROGRAM = "/suite/smartbike.js";

/** `deno` and its arguments, with the permissions that the task has. */
const COMMAND = config.tasks.smartbike.split(" ").slice(0, -1);

/** Longer than any device is away, by the guest's clock, in milliseconds. */
const LONGEST_MS = 600_000;

/** A message that came. */
interface Heard {
  readonly topic: string;
  readonly text: string;
}

/** Somebody who waits for a message. */
interface Waiter {
  readonly fits: (heard: Heard) => boolean;
  resolve(heard: Heard): void;
}

/** `smartbike driver` on mosquitto, and an ear on all its topics. */
export class RunningProgram implements AsyncDisposable {
  /** All that was heard below `bike/`, in its order. */
  readonly heard: Heard[] = [];
  /** The process. */
  readonly process: ProgramProcess;
  readonly #endpoint = new MqttJsEndpoint({ clientId: "guest-test" });
  readonly #broker: Mosquitto;
  #waiters: Waiter[] = [];

  private constructor(broker: Mosquitto, args: readonly string[]) {
    this.#broker = broker;
    this.process = new ProgramProcess([
      ...COMMAND,
      PROGRAM,
      "driver",
      ...args,
      "--broker",
      broker.url,
    ], {});
  }

  /**
   * Starts the broker and the program.
   *
   * @param args Drivers and options.
   * @returns Both, running; they are ended when disposed.
   */
  static async start(args: readonly string[]): Promise<RunningProgram> {
    const broker = await usingPrograms(
      { programs: ["mosquitto"] },
      () => Mosquitto.start(),
    );
    const running = new RunningProgram(broker, args);
    try {
      await running.#listen();
      await running.process.seen(/^Bike /m);
      return running;
    } catch (error) {
      await running[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Waits for a message that has not come yet.
   *
   * @param topic Its topic, without `bike/000001/`.
   * @param text What its text must match.
   * @returns The message's text.
   */
  async next(topic: string, text: RegExp = /./): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<Heard>();
    const fits = (heard: Heard) =>
      heard.topic === `bike/000001/${topic}` && text.test(heard.text);
    this.#waiters.push({ fits, resolve });
    const what = `${topic} with ${text}`;
    return (await within(what, promise, LONGEST_MS)).text;
  }

  /**
   * Waits until the last message of a topic is as it must be.
   *
   * @param topic Its topic, without `bike/000001/`.
   * @param text What its text must match.
   */
  async current(topic: string, text: RegExp): Promise<void> {
    const name = `bike/000001/${topic}`;
    const last = this.heard.findLast((heard) => heard.topic === name);
    if (!last || !text.test(last.text)) await this.next(topic, text);
  }

  /**
   * Sends a command.
   *
   * @param topic Its topic, without `bike/000001/`.
   * @param text Its payload.
   */
  async command(topic: string, text: string): Promise<void> {
    await this.#endpoint.publish(`bike/000001/${topic}`, text);
  }

  /** Ends the program, then the broker. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.#endpoint[Symbol.asyncDispose]();
    await this.#broker[Symbol.asyncDispose]();
  }

  async #listen(): Promise<void> {
    await this.#endpoint.connect(this.#broker.url);
    const take = (topic: string, payload: Uint8Array) => {
      const heard = { topic, text: new TextDecoder().decode(payload) };
      this.heard.push(heard);
      const due = this.#waiters.filter(({ fits }) => fits(heard));
      this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
      for (const waiter of due) waiter.resolve(heard);
    };
    const subscription = this.#endpoint.subscribe(
      "bike/#",
      ({ topic, payload }) => take(topic, payload),
    );
    await subscription.ready;
  }
}
