/**
 * The brokers that a contract suite runs against.
 *
 * @module
 */
import {
  type BrokerAccount,
  EmbeddedBroker,
} from "#lib/broker/embedded_broker.ts";
import { Mosquitto } from "./mosquitto.ts";
import type { Requirements } from "./requires.ts";

/** How a broker of any kind is set up. */
export interface TestBrokerOptions {
  /** The only account; without it everybody is let in. */
  readonly account?: BrokerAccount;
}

/** A running broker of any kind. */
export interface TestBroker extends AsyncDisposable {
  /** Its address, for `connect`. */
  readonly url: string;
  /** Stops it and starts it on the same port; sessions are lost. */
  restart(): Promise<void>;
}

/** A kind of broker. */
export interface BrokerKind {
  /** Stands in the names of tests. */
  readonly name: string;
  /** What it needs to be installed. */
  readonly requires: Requirements;
  /** Whether it reports a QoS 1 message that nobody is subscribed to (MQTT 5 only). */
  readonly reportsNoSubscribers: boolean;
  /** Whether `+` matches an empty level (MQTT 5.0, 4.7.1.3). */
  readonly matchesEmptyLevels: boolean;
  /** Starts one on a free loopback port. */
  start(options?: TestBrokerOptions): Promise<TestBroker>;
}

/** Every broker that the program must work with. */
export const BROKERS: readonly BrokerKind[] = [
  {
    name: "embedded broker",
    requires: { programs: [] },
    reportsNoSubscribers: true,
    matchesEmptyLevels: true,
    start: startEmbedded,
  },
  {
    name: "mosquitto",
    requires: { programs: ["mosquitto", "mosquitto_passwd"] },
    reportsNoSubscribers: true,
    matchesEmptyLevels: true,
    start: (options) => Mosquitto.start(options),
  },
];

async function startEmbedded(
  options: TestBrokerOptions = {},
): Promise<TestBroker> {
  let broker = await EmbeddedBroker.listen(options);
  const { url } = broker;
  return {
    url,
    async restart() {
      await broker.close();
      const port = Number(new URL(url).port);
      broker = await EmbeddedBroker.listen({ ...options, port });
    },
    [Symbol.asyncDispose]: () => broker.close(),
  };
}
