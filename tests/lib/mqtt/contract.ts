/**
 * The frame of the endpoint's contract: each case runs on every broker and
 * every MQTT version that it makes sense on.
 *
 * @module
 */
import {
  type ConnectOptions,
  type MqttEndpoint,
  PROTOCOL_VERSIONS,
  type ProtocolVersion,
} from "#lib/mqtt/endpoint.ts";
import type { EndpointOptions } from "#lib/mqtt/endpoint_options.ts";
import { InMemoryBroker } from "#lib/mqtt/in_memory_broker.ts";
import { InMemoryEndpoint } from "#lib/mqtt/in_memory_endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import {
  type BrokerKind,
  BROKERS,
  type TestBroker,
} from "../../support/brokers.ts";
import { testWith } from "../../support/requires.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";

/** Short waits, so that tests of reconnecting are quick. */
export const QUICK: EndpointOptions = {
  backoff: { firstMs: 10, longestMs: 40 },
};

/** A wire that a case can cut. */
export interface Wire {
  /** Its address. */
  readonly url: string;
  /** Breaks all connections; new ones are taken. */
  cut(): void;
  /** Breaks all connections and refuses new ones. */
  hold(): void;
  /** Takes connections again. */
  mend(): void;
}

/** A kind of broker, with the endpoints that reach it. */
export interface ContractKind extends BrokerKind {
  /** Makes an endpoint. */
  makeEndpoint(options: EndpointOptions): MqttEndpoint;
  /** Makes a wire to a broker. */
  makeWire(broker: TestBroker): Wire & (Disposable | AsyncDisposable);
}

const inMemoryBrokers = new WeakMap<TestBroker, InMemoryBroker>();

const IN_MEMORY: ContractKind = {
  name: "in memory",
  requires: { programs: [] },
  reportsNoSubscribers: true,
  matchesEmptyLevels: true,
  start(options) {
    const broker = new InMemoryBroker(options);
    const test = {
      url: broker.url,
      restart: () => Promise.resolve(broker.restart()),
      [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
    };
    inMemoryBrokers.set(test, broker);
    return Promise.resolve(test);
  },
  makeEndpoint: (options) => new InMemoryEndpoint(options),
  makeWire(broker) {
    const wire = inMemoryBrokers.get(broker)?.wire();
    if (!wire) throw new TypeError("Cannot make a wire: no broker in memory");
    return wire;
  },
};

const KINDS: readonly ContractKind[] = [
  ...BROKERS.map((kind) => ({
    ...kind,
    makeEndpoint: (options: EndpointOptions) => new MqttJsEndpoint(options),
    makeWire: ({ url }: TestBroker) => TcpProxy.to(url),
  })),
  IN_MEMORY,
];

/** What a case is given; everything made here goes when the case ends. */
export interface ContractContext {
  /** A running broker. */
  readonly broker: TestBroker;
  /** Its kind. */
  readonly kind: ContractKind;
  /** The MQTT version to speak. */
  readonly version: ProtocolVersion;
  /** Makes an endpoint that is not connected. */
  create(options?: EndpointOptions): MqttEndpoint;
  /** Makes an endpoint that is connected to the broker. */
  connected(
    options?: ConnectOptions,
    endpointOptions?: EndpointOptions,
  ): Promise<MqttEndpoint>;
  /** Makes an endpoint that is connected to the broker over a wire to cut. */
  wired(options?: ConnectOptions): Promise<WiredEndpoint>;
}

/** An endpoint and the wire it is connected over. */
export interface WiredEndpoint {
  /** The endpoint. */
  readonly endpoint: MqttEndpoint;
  /** The wire. */
  readonly wire: Wire;
}

/** Where a case makes sense. */
export interface ContractScope {
  /**
   * MQTT versions.
   *
   * @default both
   */
  readonly versions?: readonly ProtocolVersion[];
}

/**
 * Registers a case of the contract.
 *
 * @param name Symbol, behaviour and condition, in words.
 * @param fn The case.
 * @param scope Where it makes sense.
 */
export function contract(
  name: string,
  fn: (context: ContractContext) => Promise<void>,
  scope: ContractScope = {},
): void {
  for (const kind of KINDS) {
    for (const version of scope.versions ?? PROTOCOL_VERSIONS) {
      testWith(
        kind.requires,
        `${name} [${kind.name}, MQTT ${version}]`,
        () => run(kind, version, fn),
      );
    }
  }
}

async function run(
  kind: ContractKind,
  version: ProtocolVersion,
  fn: (context: ContractContext) => Promise<void>,
): Promise<void> {
  await using made = new AsyncDisposableStack();
  const broker = made.use(await kind.start());
  const create = (options?: EndpointOptions) =>
    made.use(kind.makeEndpoint({ ...QUICK, ...options }));
  const connect = async (
    url: string,
    options?: ConnectOptions,
    endpointOptions?: EndpointOptions,
  ) => {
    const endpoint = create(endpointOptions);
    await endpoint.connect(url, { protocolVersion: version, ...options });
    return endpoint;
  };
  await fn({
    broker,
    kind,
    version,
    create,
    connected: (...options) => connect(broker.url, ...options),
    async wired(options) {
      const wire = made.use(kind.makeWire(broker));
      return { wire, endpoint: await connect(wire.url, options) };
    },
  });
}
