/**
 * A process of the soak over sockets: `socket_peer.ts service|client BROKER`.
 * Each line that it prints is a {@linkcode PeerSample}, taken after garbage was
 * collected.
 *
 * @module
 */
import { When } from "#adapters/io_world/api.gen.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { Client, Service } from "#lib/objectapi/mod.ts";
import { collectGarbage } from "./growth.ts";

/** Time between two rounds of calls, in milliseconds. */
const ROUND_MS = 20;

/** Calls of a round, all in flight at once. */
const CALLS = 10;

/** Time between two samples, in milliseconds. */
const SAMPLE_MS = 10_000;

/** What a peer has done and holds. */
export interface PeerSample {
  /** Calls and messages so far. */
  readonly done: number;
  /** Calls that failed so far. */
  readonly failed: number;
  /** Memory of the process, in bytes. */
  readonly residentBytes: number;
  /** Memory of JavaScript objects, in bytes. */
  readonly heapBytes: number;
}

let done = 0;
let failed = 0;

function sample(): void {
  collectGarbage();
  const { rss: residentBytes, heapUsed: heapBytes } = Deno.memoryUsage();
  const line: PeerSample = { done, failed, residentBytes, heapBytes };
  Deno.stdout.writeSync(
    new TextEncoder().encode(`${JSON.stringify(line)}\n`),
  );
}

function untilTerminated(): Promise<void> {
  return new Promise((resolve) =>
    Deno.addSignalListener("SIGTERM", () => resolve())
  );
}

/** Counts what it says. */
class CountingHello extends Hello {
  override say(...args: Parameters<Hello["say"]>): Promise<number> {
    done++;
    return super.say(...args);
  }
}

async function serve(broker: string): Promise<void> {
  const ended = untilTerminated();
  await using service = new Service("soak-service");
  await using _served = new HelloServiceAdapter(new CountingHello(), service);
  await service.connect(broker);
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  await ended;
  clearInterval(timer);
}

/** Each call changes the property and fires the signal. */
async function call(broker: string): Promise<void> {
  const ended = untilTerminated();
  await using client = new Client("soak-client");
  await using hello = new HelloClientAdapter(client, { timeoutMs: 5000 });
  hello.onLastChanged.add(() => done++);
  hello.onJustSaid.add(() => done++);
  await client.connect(broker);
  await hello.ready;
  sample();
  let id = 0;
  const round = () => {
    for (let n = 0; n < CALLS; n++) {
      hello.say({ content: String(id++) }, When.Now).then(
        () => done++,
        () => failed++,
      );
    }
  };
  const timers = [
    setInterval(round, ROUND_MS),
    setInterval(sample, SAMPLE_MS),
  ];
  await ended;
  timers.forEach(clearInterval);
}

if (import.meta.main) {
  const [role, broker = ""] = Deno.args;
  await (role === "service" ? serve(broker) : call(broker));
  Deno.exit(0);
}
