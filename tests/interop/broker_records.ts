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

/** A broker of other people, or ours. */
export interface BrokerRecord {
  /** Stands in the names of tests. */
  readonly name: string;
  /** What it needs to be installed. */
  readonly requires: Requirements;
  /** What it cannot do. */
  readonly cannot: Inabilities;
  /** Starts one on a free loopback port. */
  start(): Promise<AsyncDisposable & { readonly url: string }>;
}

/** The four, in the versions that the system's packages have. */
export const BROKER_RECORDS: readonly BrokerRecord[] = [
  {
    name: "embedded broker",
    requires: { programs: [] },
    cannot: {},
    start: () => EmbeddedBroker.listen(),
  },
  {
    name: "mosquitto",
    requires: { programs: ["mosquitto"] },
    cannot: {},
    start: () => Mosquitto.start(),
  },
  {
    name: "NATS",
    requires: { programs: ["nats-server"] },
    cannot: { mqtt5: "refuses", qos2: "cuts", dots: "cuts" },
    start: () => Nats.start(),
  },
  {
    name: "RabbitMQ",
    requires: { programs: ["rabbitmq-server", "epmd"] },
    cannot: {
      mqtt5: "hangs up",
      qos2: "lowers",
      dots: "changes",
      storedForWildcards: "none",
    },
    start: () => RabbitMq.start(),
  },
];
