/**
 * The brokers of the suite of `brokers_test.ts`, and what each cannot do.
 *
 * @module
 */
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { Nats } from "../support/nats.ts";
import { RabbitMq } from "../support/rabbitmq.ts";
import type { Requirements } from "../support/requires.ts";

/** What a broker may not be able to do, and what comes of it instead. */
export interface Inabilities {
  /** MQTT 5: `refuses` answers that it speaks 3.1.1, `hangs up` closes without an answer. */
  readonly mqtt5?: "refuses" | "hangs up";
  /** QoS 2: `cuts` ends the connection over it, `lowers` delivers with QoS 1. */
  readonly qos2?: "cuts" | "lowers";
  /** Dots in topics: `cuts` ends the connection over them, `changes` delivers slashes. */
  readonly dots?: "cuts" | "changes";
  /** Retained messages for filters with wildcards: `none` sends none. */
  readonly storedForWildcards?: "none";
}

/** A broker that runs. */
export interface RunningBroker extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
  /** What this version of it cannot do. */
  readonly cannot: Inabilities;
}

/** A broker of other people, or ours. */
export interface BrokerRecord {
  /** Stands in the names of tests. */
  readonly name: string;
  /** What it needs to be installed. */
  readonly requires: Requirements;
  /** Starts one on a free loopback port. */
  start(): Promise<RunningBroker>;
}

/** The four, in the versions that the system's packages have. */
export const BROKER_RECORDS: readonly BrokerRecord[] = [
  {
    name: "embedded broker",
    requires: { programs: [] },
    start: async () => running(await EmbeddedBroker.listen(), {}),
  },
  {
    name: "mosquitto",
    requires: { programs: ["mosquitto"] },
    start: async () => running(await Mosquitto.start(), {}),
  },
  {
    name: "NATS",
    requires: { programs: ["nats-server"] },
    async start() {
      const broker = await Nats.start();
      return running(broker, {
        mqtt5: "refuses",
        ...(!broker.takesAll && { qos2: "cuts", dots: "cuts" }),
      });
    },
  },
  {
    name: "RabbitMQ",
    requires: { programs: ["rabbitmq-server", "epmd"] },
    async start() {
      const broker = await RabbitMq.start();
      return running(broker, {
        ...(!broker.speaksMqtt5 && { mqtt5: "hangs up" }),
        qos2: "lowers",
        dots: "changes",
        storedForWildcards: "none",
      });
    },
  },
];

function running(
  broker: AsyncDisposable & { readonly url: string },
  cannot: Inabilities,
): RunningBroker {
  return {
    url: broker.url,
    cannot,
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
