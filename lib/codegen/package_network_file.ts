/**
 * What the tests of a package share: a service and a client without a broker.
 *
 * @module
 */
import { DEFAULT_RUNTIME, type GeneratedFile } from "./source_file.ts";

/** The file, from the package's folder. */
const NETWORK_FILE = "tests/network.ts";

const TEXT = `/**
 * A service and a client that talk within this process.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import {
  Client,
  InMemoryBroker,
  InMemoryEndpoint,
  type Listenable,
  Service,
} from "${DEFAULT_RUNTIME}";

/** Longer than anything in a test takes. */
const TIMEOUT_MS = 5_000;

/** A service and a client, and the broker between them. */
export function makeNetwork() {
  const broker = new InMemoryBroker();
  const service = new Service("test-service", {
    endpoint: new InMemoryEndpoint(),
  });
  const client = new Client("test-client", {
    endpoint: new InMemoryEndpoint(),
  });
  return {
    service,
    client,
    async connect(): Promise<void> {
      await service.connect(broker.url);
      await client.connect(broker.url);
    },
    async close(): Promise<void> {
      await client[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}

/** Options for waiting for an event that is sure to come. */
export function soon(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(TIMEOUT_MS) };
}

/** Waits until a property has a value. */
export async function becomes<Value>(
  read: () => Value,
  value: Value,
  onChanged: Listenable<[value: Value]>,
): Promise<void> {
  const options = soon();
  while (!isDeepStrictEqual(read(), value)) await onChanged.next(options);
}
`;

/** Writes what the tests of a package share. */
export function networkFile(): GeneratedFile {
  return { path: NETWORK_FILE, kind: "starter", text: TEXT };
}
