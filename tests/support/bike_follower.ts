/**
 * Somebody who reads the topics of a bike and sends it commands.
 *
 * @module
 */
import type { ConnectOptions, MqttMessage } from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { within } from "./within.ts";

/** What came on the bike's topics, and waiting for more. */
export class BikeFollower {
  /** Its connection. */
  readonly endpoint: MqttJsEndpoint = new MqttJsEndpoint();
  readonly #bikeId: string;
  readonly #messages: { readonly topic: string; readonly text: string }[] = [];
  #waiters: (() => void)[] = [];

  constructor(bikeId: string) {
    this.#bikeId = bikeId;
  }

  /** Connects, and receives all that is published from now on. */
  async connect(broker: string, options?: ConnectOptions): Promise<void> {
    await this.endpoint.connect(broker, options);
    const filter = `bike/${this.#bikeId}/#`;
    await this.endpoint.subscribe(filter, this.#handler).ready;
  }

  readonly #handler = ({ topic, payload }: MqttMessage): void => {
    this.#messages.push({ topic, text: new TextDecoder().decode(payload) });
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  };

  /** The payloads on one of the bike's topics so far. */
  on(topic: string): readonly string[] {
    return this.#messages.filter((one) =>
      one.topic === `bike/${this.#bikeId}/${topic}`
    )
      .map(({ text }) => text);
  }

  /** Waits until a payload on one of the bike's topics fits. */
  async seen(topic: string, fits: (text: string) => boolean): Promise<string> {
    const wait = async () => {
      for (;;) {
        const found = this.on(topic).find(fits);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => this.#waiters.push(resolve));
      }
    };
    return await within(`${topic}, had ${this.on(topic).at(-1)}`, wait());
  }

  /** Sends a command. */
  command(topic: string, payload: string): Promise<unknown> {
    return this.endpoint.publish(
      `bike/${this.#bikeId}/${topic}/control`,
      payload,
    );
  }
}

/** The value of a report. */
export function valueOf(report: string): unknown {
  return JSON.parse(report).value;
}
