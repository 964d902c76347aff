/**
 * The frame of the adapters' contract: each case runs on every broker and
 * every MQTT version that it makes sense on.
 *
 * @module
 */
import {
  type ConnectOptions,
  PROTOCOL_VERSIONS,
  type ProtocolVersion,
} from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import {
  Client,
  type ClientAdapterOptions,
  Service,
  type ServiceOptions,
} from "#lib/objectapi/mod.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import {
  type BrokerKind,
  BROKERS,
  type TestBroker,
} from "../support/brokers.ts";
import { testWith } from "../support/requires.ts";

/** Where and over which version a node connects. */
export interface ConnectChoice extends ConnectOptions {
  /** The broker's address, or that of a wire to it. */
  readonly url?: string;
}

/** What a case is given; everything made here goes when the case ends. */
export class AdapterContext implements AsyncDisposable {
  /** A running broker. */
  readonly broker: TestBroker;
  /** Its kind. */
  readonly kind: BrokerKind;
  /** The MQTT version to speak. */
  readonly version: ProtocolVersion;
  readonly #made = new AsyncDisposableStack();
  #count = 0;

  /**
   * Makes the context of one case.
   *
   * @param broker A running broker.
   * @param kind Its kind.
   * @param version The MQTT version to speak.
   */
  constructor(broker: TestBroker, kind: BrokerKind, version: ProtocolVersion) {
    this.broker = broker;
    this.kind = kind;
    this.version = version;
  }

  /**
   * Makes a client that is not connected.
   *
   * @returns The client.
   */
  newClient(): Client {
    const id = `client-${++this.#count}`;
    return this.#made.use(new Client(id, { endpoint: quickEndpoint(id) }));
  }

  /**
   * Makes a service that is not connected.
   *
   * @param options How it behaves.
   * @returns The service.
   */
  newService(options?: ServiceOptions): Service {
    const id = `service-${++this.#count}`;
    return this.#made.use(
      new Service(id, { endpoint: quickEndpoint(id), ...options }),
    );
  }

  /**
   * Connects a client or a service.
   *
   * @param node The client or the service.
   * @param choice Where and how.
   * @returns The same one.
   */
  async connect<T extends Client | Service>(
    node: T,
    choice: ConnectChoice = {},
  ): Promise<T> {
    const { url = this.broker.url, ...options } = choice;
    await node.connect(url, undefined, {
      protocolVersion: this.version,
      ...options,
    });
    return node;
  }

  /**
   * Serves a `Hello`, and waits until it can be used.
   *
   * @param hello The object.
   * @param choice Where and how to connect.
   * @returns The connection.
   */
  async serve(hello = new Hello(), choice?: ConnectChoice): Promise<Service> {
    const service = this.newService();
    const adapter = this.#made.use(new HelloServiceAdapter(hello, service));
    await this.connect(service, choice);
    await adapter.ready;
    return service;
  }

  /**
   * Makes a connected client adapter, and waits until it can be used.
   *
   * @param options How it behaves.
   * @param choice Where and how to connect.
   * @returns The adapter and its connection.
   */
  async use(
    options?: ClientAdapterOptions,
    choice?: ConnectChoice,
  ): Promise<{ client: Client; hello: HelloClientAdapter }> {
    const client = this.newClient();
    const hello = this.adapt(client, options);
    await this.connect(client, choice);
    await hello.ready;
    return { client, hello };
  }

  /**
   * Makes a client adapter.
   *
   * @param client The connection.
   * @param options How it behaves.
   * @returns The adapter.
   */
  adapt(client: Client, options?: ClientAdapterOptions): HelloClientAdapter {
    return this.#made.use(new HelloClientAdapter(client, options));
  }

  /**
   * Ends something with the case.
   *
   * @param resource What to end.
   * @returns The same.
   */
  keep<T extends AsyncDisposable>(resource: T): T {
    return this.#made.use(resource);
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#made.disposeAsync();
  }
}

/** Where a case makes sense. */
export interface ContractScope {
  /**
   * MQTT versions.
   *
   * @default both
   */
  readonly versions?: readonly ProtocolVersion[];
  /**
   * Only brokers that report when nobody is subscribed.
   *
   * @default {false}
   */
  readonly needsReasonCodes?: boolean;
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
  fn: (context: AdapterContext) => Promise<void>,
  scope: ContractScope = {},
): void {
  const { versions = PROTOCOL_VERSIONS, needsReasonCodes = false } = scope;
  for (const kind of BROKERS) {
    if (needsReasonCodes && !kind.reportsNoSubscribers) continue;
    for (const version of versions) {
      testWith(
        kind.requires,
        `${name} [${kind.name}, MQTT ${version}]`,
        async () => {
          await using broker = await kind.start();
          await using context = new AdapterContext(broker, kind, version);
          await fn(context);
        },
      );
    }
  }
}

function quickEndpoint(clientId: string): MqttJsEndpoint {
  return new MqttJsEndpoint({
    clientId,
    backoff: { firstMs: 10, longestMs: 40 },
  });
}
