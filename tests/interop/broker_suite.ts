/**
 * The frame of the suite that runs on every broker: each is started once, and
 * each case is a step.
 *
 * @module
 */
import type { ConnectOptions } from "#lib/mqtt/endpoint.ts";
import type { EndpointOptions } from "#lib/mqtt/endpoint_options.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { testWith } from "../support/requires.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { within } from "../support/within.ts";
import {
  BROKER_RECORDS,
  type Inabilities,
  type RunningBroker,
} from "./broker_records.ts";

/** What a case is given; everything made here goes when the case ends. */
export interface BrokerContext {
  /** Address of the broker. */
  readonly url: string;
  /** What it cannot do. */
  readonly cannot: Inabilities;
  /** First level of the topics of this case. */
  readonly topic: string;
  /** Makes an endpoint that is not connected. */
  create(options?: EndpointOptions): MqttJsEndpoint;
  /** Makes an endpoint that is connected. */
  connected(options?: ConnectOptions): Promise<MqttJsEndpoint>;
  /** Makes an endpoint that is connected over a wire to cut. */
  wired(
    options?: ConnectOptions,
  ): Promise<{ readonly endpoint: MqttJsEndpoint; readonly wire: TcpProxy }>;
}

/** A case of the suite. */
export interface BrokerCase {
  /** What holds, in words. */
  readonly name: string;
  /** The case; it expects what the record of the broker says. */
  run(context: BrokerContext): Promise<void>;
}

/** Short waits, so that reconnecting is quick. */
const QUICK: EndpointOptions = { backoff: { firstMs: 10, longestMs: 40 } };

/**
 * Registers one test for each broker, in which all cases run.
 *
 * @param subject Stands before the name of the broker.
 * @param cases The cases.
 */
export function onEveryBroker(
  subject: string,
  cases: readonly BrokerCase[],
): void {
  for (const record of BROKER_RECORDS) {
    testWith(record.requires, `${subject} on ${record.name}`, async (t) => {
      await using broker = await record.start();
      for (const [index, { name, run }] of cases.entries()) {
        await t.step(
          name,
          () => within(name, runCase(broker, `case-${index}`, run)),
        );
      }
    });
  }
}

async function runCase(
  { url, cannot }: RunningBroker,
  topic: string,
  run: BrokerCase["run"],
): Promise<void> {
  await using made = new AsyncDisposableStack();
  const create = (options?: EndpointOptions) =>
    made.use(new MqttJsEndpoint({ ...QUICK, ...options }));
  const connect = async (address: string, options?: ConnectOptions) => {
    const endpoint = create();
    await endpoint.connect(address, options);
    return endpoint;
  };
  await run({
    url,
    cannot,
    topic,
    create,
    connected: (options) => connect(url, options),
    async wired(options) {
      const wire = made.use(TcpProxy.to(url));
      return { wire, endpoint: await connect(wire.url, options) };
    },
  });
}
