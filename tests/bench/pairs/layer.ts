/**
 * The exchange through the adapters of this program.
 *
 * @module
 */
import { When } from "#adapters/io_world/api.gen.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { Client, Service } from "#lib/objectapi/mod.ts";
import { type Caller, Countdown, runPair } from "./pair.ts";

const BURST = "bench/burst";
const MESSAGE = { content: "hi" };

async function serve(broker: string, qos: Qos): Promise<void> {
  const service = new Service("bench-service", { qos });
  const hello = new Hello();
  const one = Promise.resolve(1);
  hello.say = () => one;
  const adapter = new HelloServiceAdapter(hello, service);
  await service.connect(broker);
  await adapter.ready;
  await service.endpoint.subscribe(BURST, ({ payload }) => {
    const count = Number(new TextDecoder().decode(payload));
    for (let i = 0; i < count; i++) hello.onJustSaid.fire(MESSAGE);
  }).ready;
}

async function caller(broker: string, qos: Qos): Promise<Caller> {
  const client = new Client("bench-client", { qos });
  const hello = new HelloClientAdapter(client);
  const signals = new Countdown();
  let onChanged = () => {};
  hello.onJustSaid.add(signals.count);
  hello.onLastChanged.add(() => onChanged());
  await client.connect(broker);
  await hello.ready;
  let count = 0;
  return {
    call: () => hello.say(MESSAGE, When.Soon),
    change: () => {
      void hello.setLast({ content: `${++count}` });
      return new Promise((resolve) => onChanged = resolve);
    },
    signal: async (number) => {
      const done = signals.expect(number);
      await client.endpoint.publish(BURST, `${number}`);
      await done;
    },
  };
}

await runPair({ serve, caller });
