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

/** What a case is given; everything made here goes when the case ends. */
export interface ContractContext {
  /** A running broker. */
  readonly broker: TestBroker;
  /** Its kind. */
  readonly kind: BrokerKind;
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
  readonly wire: TcpProxy;
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
  for (const kind of BROKERS) {
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
  kind: BrokerKind,
  version: ProtocolVersion,
  fn: (context: ContractContext) => Promise<void>,
): Promise<void> {
  await using made = new AsyncDisposableStack();
  const broker = made.use(await kind.start());
  const create = (options?: EndpointOptions) =>
    made.use(new MqttJsEndpoint({ ...QUICK, ...options }));
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
      const wire = made.use(TcpProxy.to(broker.url));
      return { wire, endpoint: await connect(wire.url, options) };
    },
  });
}
