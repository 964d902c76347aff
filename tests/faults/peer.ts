/**
 * A process of the fault suite: `peer.ts service|client BROKER`. Each line that
 * it prints is a {@linkcode PeerEvent}.
 *
 * @module
 */
import { type Message, When } from "#adapters/io_world/api.gen.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { Client, Service } from "#lib/objectapi/mod.ts";

/** How long a caller waits, in milliseconds. */
const CALL_TIMEOUT_MS = 2000;

/** Time between two calls, and between two messages, in milliseconds. */
const EVERY_MS = 50;

/** Where the messages go. */
const MESSAGE_TOPIC = "faults/message";

/** Something that happened in a peer. */
export interface PeerEvent {
  /** What. */
  readonly what: "ready" | "ran" | "received" | "begun" | "ended" | "sent";
  /** Which call or message. */
  readonly id: number;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Whether it succeeded. */
  readonly isFine?: boolean;
}

function print(what: PeerEvent["what"], id = 0, isFine = true): void {
  const event: PeerEvent = { what, id, atMs: Date.now(), isFine };
  Deno.stdout.writeSync(
    new TextEncoder().encode(`${JSON.stringify(event)}\n`),
  );
}

/** Says when it runs. */
class CountingHello extends Hello {
  override say(message: Message, when: When): Promise<number> {
    print("ran", Number(message.content));
    return super.say(message, when);
  }
}

function untilTerminated(): Promise<void> {
  return new Promise((resolve) =>
    Deno.addSignalListener("SIGTERM", () => resolve())
  );
}

async function serve(broker: string): Promise<void> {
  const ended = untilTerminated();
  await using service = new Service("faults-service");
  await using _served = new HelloServiceAdapter(new CountingHello(), service);
  service.endpoint.subscribe(
    MESSAGE_TOPIC,
    ({ payload }) =>
      print("received", Number(new TextDecoder().decode(payload))),
  );
  await service.connect(broker);
  print("ready");
  await ended;
}

async function call(broker: string): Promise<void> {
  const ended = untilTerminated();
  await using client = new Client("faults-client");
  await using hello = new HelloClientAdapter(client, {
    timeoutMs: CALL_TIMEOUT_MS,
  });
  await client.connect(broker);
  await hello.ready;
  print("ready");
  const pending = new Set<Promise<void>>();
  let id = 0;
  const timer = setInterval(() => {
    id++;
    for (const work of [callOnce(hello, id), sendOnce(client, id)]) {
      pending.add(work);
      void work.finally(() => pending.delete(work));
    }
  }, EVERY_MS);
  await ended;
  clearInterval(timer);
  await Promise.all(pending);
}

async function callOnce(hello: HelloClientAdapter, id: number): Promise<void> {
  print("begun", id);
  try {
    await hello.say({ content: String(id) }, When.Now);
    print("ended", id, true);
  } catch {
    print("ended", id, false);
  }
}

/** A message that nobody was subscribed to is not lost: the sender is notified. */
async function sendOnce(client: Client, id: number): Promise<void> {
  const { reasonCode } = await client.endpoint.publish(
    MESSAGE_TOPIC,
    String(id),
  );
  print("sent", id, reasonCode === 0);
}

if (import.meta.main) {
  const [role, broker = ""] = Deno.args;
  await (role === "service" ? serve(broker) : call(broker));
  Deno.exit(0);
}
