import assert from "node:assert/strict";
import type { Message } from "#adapters/io_world/api.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { within } from "../support/within.ts";
import { WirePeer } from "../support/wire_peer.ts";
import { contract } from "./contract.ts";

const LAST = "io.world/Hello/prop/last";
const text = (content: string): Message => ({ content });

contract(
  "getLast gives the default before anything was reported",
  (context) => {
    const hello = context.adapt(context.newClient());
    assert.deepEqual(hello.getLast(), text(""));
    return Promise.resolve();
  },
);

contract(
  "setLast changes nothing locally until the service reports",
  async (context) => {
    const served = new Hello();
    await context.serve(served);
    const { hello } = await context.use();
    const changed = hello.onLastChanged.next();
    const asked = hello.setLast(text("a"));
    assert.deepEqual(hello.getLast(), text(""));
    await asked;
    assert.deepEqual(await within("a change", changed), [text("a")]);
    assert.deepEqual(hello.getLast(), text("a"));
    assert.deepEqual(served.getLast(), text("a"));
  },
);

contract(
  "onLastChanged calls its handlers in the order they were added",
  async (context) => {
    await context.serve();
    const { hello } = await context.use();
    const seen: string[] = [];
    const twice = () => seen.push("twice");
    hello.onLastChanged.add(() => seen.push("first"));
    hello.onLastChanged.add(twice);
    hello.onLastChanged.add(() => {
      throw new RangeError("a handler that fails");
    });
    hello.onLastChanged.add(twice);
    hello.onLastChanged.remove(twice);
    hello.onLastChanged.add(() => seen.push("last"));
    const changed = hello.onLastChanged.next();
    await hello.setLast(text("a"));
    await within("a change", changed);
    assert.deepEqual(seen, ["first", "twice", "last"]);
  },
);

contract(
  "onLastChanged refuses to remove a handler that it does not hold",
  (context) => {
    const hello = context.adapt(context.newClient());
    assert.throws(() => hello.onLastChanged.remove(() => {}), RangeError);
    return Promise.resolve();
  },
);

contract(
  "onLastChanged fires once where the service reports the same value again",
  async (context) => {
    const served = new Hello();
    const service = await context.serve(served);
    const { client, hello } = await context.use();
    const seen: string[] = [];
    hello.onLastChanged.add(({ content }) => seen.push(content));
    served.setLast(text("a"));
    await service.endpoint.publish(LAST, '{"content":"a"}');
    const done = hello.onLastChanged.next();
    served.setLast(text("b"));
    await within("a change", done);
    assert.deepEqual(seen, ["a", "b"]);
    assert.deepEqual(client.counts, {});
  },
);

contract(
  "getLast gives the kept value as soon as the adapter has it",
  async (context) => {
    const served = new Hello();
    served.setLast(text("kept"));
    await context.serve(served);
    const client = context.newClient();
    const hello = context.adapt(client);
    const changed = hello.onLastChanged.next();
    await context.connect(client);
    assert.deepEqual(await within("the kept value", changed), [text("kept")]);
  },
);

contract(
  "a service replaces a stale kept value when it becomes ready",
  async (context) => {
    await using peer = await WirePeer.connect(context.broker.url);
    const payload = '{"content":"stale"}';
    await peer.publish({ topic: LAST, payload, retain: true });
    const served = new Hello();
    served.setLast(text("fresh"));
    await context.serve(served);
    const client = context.newClient();
    const hello = context.adapt(client);
    const changed = hello.onLastChanged.next();
    await context.connect(client);
    assert.deepEqual(await within("the kept value", changed), [text("fresh")]);
  },
);

contract(
  "a service publishes its values again when the broker has forgotten them",
  async (context) => {
    const served = new Hello();
    const service = await context.serve(served);
    served.setLast(text("kept"));
    const lost = service.onDisconnected.next();
    const back = service.onConnected.next();
    await context.broker.restart();
    await within("the loss", lost);
    await within("the service", back);
    const client = context.newClient();
    const hello = context.adapt(client);
    const changed = hello.onLastChanged.next();
    await context.connect(client);
    assert.deepEqual(await within("the value", changed), [text("kept")]);
  },
);

contract(
  "a change that the service makes while it is cut off is published when it is back",
  async (context) => {
    const wire = context.keep(TcpProxy.to(context.broker.url));
    const served = new Hello();
    const service = await context.serve(served, { url: wire.url });
    const { hello } = await context.use();
    const lost = service.onDisconnected.next();
    wire.hold();
    await within("the loss", lost);
    served.setLast(text("on my own"));
    const changed = hello.onLastChanged.next();
    wire.mend();
    assert.deepEqual(await within("a change", changed), [text("on my own")]);
  },
);

contract("setLast waits while the client is cut off", async (context) => {
  const wire = context.keep(TcpProxy.to(context.broker.url));
  await context.serve();
  const { client, hello } = await context.use({}, { url: wire.url });
  const lost = client.onDisconnected.next();
  wire.hold();
  await within("the loss", lost);
  const changed = hello.onLastChanged.next();
  const asked = hello.setLast(text("later"));
  wire.mend();
  await within("the wish", asked);
  assert.deepEqual(await within("a change", changed), [text("later")]);
});

contract("setLast fails at once where nobody serves", async (context) => {
  const { hello } = await context.use();
  await assert.rejects(hello.setLast(text("a")), {
    name: "ConnectionError",
    reason: "no_service",
  });
}, { versions: ["5"], needsReasonCodes: true });

contract(
  "the last of more changes than can wait is the one that is kept",
  async (context) => {
    const served = new Hello();
    await context.serve(served);
    const { hello } = await context.use();
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    hello.onLastChanged.add(({ content }) => {
      if (content === "4999") resolve();
    });
    for (let count = 0; count < 5000; count++) served.setLast(text(`${count}`));
    await within("the last change", arrived);
    assert.deepEqual(hello.getLast(), text("4999"));
  },
);
