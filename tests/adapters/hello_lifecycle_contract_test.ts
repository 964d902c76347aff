import assert from "node:assert/strict";
import { RemoteObject, ServedObject } from "#lib/objectapi/mod.ts";
import { type Message, When } from "#adapters/io_world/api.gen.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { ScriptedObject } from "../fixtures/scripted_object.ts";
import { emptyDescriptor, oddNameDescriptor } from "../fixtures/test_bed.ts";
import { settled } from "../support/inbox.ts";
import { within } from "../support/within.ts";
import { contract } from "./contract.ts";

const text = (content: string): Message => ({ content });

contract("justSaid reaches all clients with its argument", async (context) => {
  await context.serve();
  const users = [await context.use(), await context.use()];
  const heard = users.map(({ hello }) => hello.onJustSaid.next());
  const [first] = users;
  await first?.hello.say(text("hi"), When.Now);
  assert.deepEqual(await within("signals", Promise.all(heard)), [
    [text("hi")],
    [text("hi")],
  ]);
});

contract(
  "a client adapter made after connecting becomes ready and works",
  async (context) => {
    await context.serve();
    const client = await context.connect(context.newClient());
    const hello = context.adapt(client);
    await within("readiness", hello.ready);
    assert.equal(await hello.say(text("a"), When.Now), 1);
  },
);

contract(
  "a service adapter made after connecting becomes ready and works",
  async (context) => {
    const service = await context.connect(context.newService());
    const adapter = context.keep(new HelloServiceAdapter(new Hello(), service));
    await within("readiness", adapter.ready);
    const { hello } = await context.use();
    assert.equal(await hello.say(text("a"), When.Now), 1);
  },
);

contract(
  "several adapters of one interface on one client all work",
  async (context) => {
    const served = new Hello();
    served.setLast(text("kept"));
    await context.serve(served);
    const { client, hello: first } = await context.use();
    const second = new HelloClientAdapter(client);
    const known = second.onLastChanged.next();
    await within("readiness", second.ready);
    assert.deepEqual(await within("the kept value", known), [text("kept")]);
    assert.deepEqual(
      await within(
        "results",
        Promise.all(
          [first, second].map((hello) => hello.say(text("a"), When.Never)),
        ),
      ),
      [0, 0],
    );
    const heard = [first.onJustSaid.next(), second.onJustSaid.next()];
    await first.say(text("b"), When.Now);
    await within("signals", Promise.all(heard));
    await second.close();
    const changed = first.onLastChanged.next();
    assert.equal(await within("a result", first.say(text("c"), When.Now)), 2);
    assert.deepEqual(await within("a change", changed), [text("c")]);
    assert.deepEqual(second.getLast(), text("b"));
  },
);

contract(
  "one service serves several interfaces, and one client uses them",
  async (context) => {
    const service = context.newService();
    const odd = new ScriptedObject(oddNameDescriptor);
    odd.implement("SOME_OPERATION", (value) => value);
    const hello = context.keep(new HelloServiceAdapter(new Hello(), service));
    context.keep(new ServedObject(service, oddNameDescriptor, odd.members));
    const none = new ScriptedObject(emptyDescriptor);
    const empty = context.keep(
      new ServedObject(service, emptyDescriptor, none.members),
    );
    await context.connect(service);
    await within("readiness", Promise.all([hello.ready, empty.ready]));
    const { client, hello: remote } = await context.use();
    const remoteOdd = context.keep(new RemoteObject(client, oddNameDescriptor));
    const remoteEmpty = context.keep(new RemoteObject(client, emptyDescriptor));
    await within("readiness", remoteEmpty.ready);
    const call = remoteOdd.call("SOME_OPERATION", [true]);
    assert.equal(await within("a result", call), true);
    assert.equal(await remote.say(text("a"), When.Now), 1);
  },
);

contract(
  "onReady fires at first and after each reconnect, on both sides",
  async (context) => {
    const service = context.newService();
    const served = context.keep(new HelloServiceAdapter(new Hello(), service));
    const client = context.newClient();
    const hello = context.adapt(client);
    const count = { served: 0, hello: 0 };
    served.onReady.add(() => count.served++);
    hello.onReady.add(() => count.hello++);
    await context.connect(service);
    await context.connect(client);
    await within("readiness", Promise.all([served.ready, hello.ready]));
    for (let round = 1; round <= 2; round++) {
      assert.deepEqual(count, { served: round, hello: round });
      const again = [served.onReady.next(), hello.onReady.next()];
      await context.broker.restart();
      await within("readiness", Promise.all(again));
    }
  },
);

contract("ready rejects where the adapter is closed first", async (context) => {
  const hello = new HelloClientAdapter(context.newClient());
  const { ready } = hello;
  await hello.close();
  await assert.rejects(ready, { name: "ConnectionError", reason: "closed" });
});

contract(
  "a client adapter hears nothing once its scope has ended",
  async (context) => {
    const served = new Hello();
    const service = await context.serve(served);
    const client = await context.connect(context.newClient());
    let heard = 0;
    {
      await using hello = new HelloClientAdapter(client);
      hello.onJustSaid.add(() => heard++);
      await hello.ready;
      const said = hello.onJustSaid.next();
      served.onJustSaid.fire(text("a"));
      await within("a signal", said);
    }
    served.onJustSaid.fire(text("b"));
    await settled(client.endpoint, service.endpoint);
    assert.equal(heard, 1);
  },
);

contract(
  "a service adapter does nothing once its scope has ended",
  async (context) => {
    const served = new Hello();
    const service = await context.connect(context.newService());
    const { client, hello } = await context.use();
    {
      await using adapter = new HelloServiceAdapter(served, service);
      await adapter.ready;
      assert.equal(await hello.say(text("a"), When.Now), 1);
    }
    await hello.setLast(text("b")).catch(() => {});
    served.setLast(text("c"));
    served.onJustSaid.fire(text("c"));
    await settled(service.endpoint, client.endpoint);
    await settled(client.endpoint, service.endpoint);
    assert.deepEqual(served.getLast(), text("c"));
    assert.deepEqual(hello.getLast(), text("a"));
    assert.equal(served.onLastChanged.size, 0);
    assert.equal(served.onJustSaid.size, 0);
  },
);

contract(
  "both sides work again after disconnecting and connecting",
  async (context) => {
    const service = await context.serve();
    const { client, hello } = await context.use();
    await client.disconnect();
    await service.disconnect();
    await context.connect(service);
    await context.connect(client);
    assert.equal(await within("a result", hello.say(text("a"), When.Now)), 1);
    assert.deepEqual(service.counts, {});
  },
);
