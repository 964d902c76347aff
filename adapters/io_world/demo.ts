/**
 * A demonstration: everything a client and a service of `io.world.Hello` do.
 *
 * @module
 */
import { Client, Service } from "#lib/objectapi/mod.ts";
import { When } from "./api.gen.ts";
import { HelloClientAdapter } from "./client_adapter.gen.ts";
import { Hello } from "./hello.ts";
import { HelloServiceAdapter } from "./service_adapter.gen.ts";

/** How long each step may take, in milliseconds. */
const STEP_TIMEOUT_MS = 10_000;

/** Shows a property set and changed, a signal received and an operation called. */
export async function demonstrateHello(
  broker: string,
  say: (line: string) => void,
): Promise<void> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), STEP_TIMEOUT_MS);
  const { signal } = end;
  try {
    await using service = new Service("smartbike-demo-service");
    const served = new HelloServiceAdapter(new Hello(), service);
    await service.connect(broker, undefined, { signal });
    await served.ready;
    say("service  serves io.world.Hello");

    await using client = new Client("smartbike-demo-client");
    const hello = new HelloClientAdapter(client);
    await client.connect(broker, undefined, { signal });
    await hello.ready;
    say("client   is connected, by a connection of its own");
    await useHello(hello, say, signal);
  } finally {
    clearTimeout(timer);
  }
}

async function useHello(
  hello: HelloClientAdapter,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  say("");
  const changed = hello.onLastChanged.next({ signal });
  say(`client   sets property       last = {"content":"hello"}`);
  await hello.setLast({ content: "hello" });
  const [last] = await changed;
  say(`client   hears it changed    last = ${JSON.stringify(last)}`);

  say("");
  const said = hello.onJustSaid.next({ signal });
  say(`client   calls operation     say({"content":"hi"}, Soon)`);
  const count = await hello.say({ content: "hi" }, When.Soon, { signal });
  const [msg] = await said;
  say(`client   receives signal     justSaid(${JSON.stringify(msg)})`);
  say(`client   gets the result     ${count}`);
}
