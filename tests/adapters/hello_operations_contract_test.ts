import assert from "node:assert/strict";
import { ConnectionError, DeviceError, RemoteError } from "#lib/base/errors.ts";
import { RemoteObject, ServedObject } from "#lib/objectapi/mod.ts";
import { type Message, When } from "#adapters/io_world/api.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { ScriptedObject } from "../fixtures/scripted_object.ts";
import { everyTypeDescriptor } from "../fixtures/test_bed.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { within } from "../support/within.ts";
import { contract } from "./contract.ts";

const text = (content: string): Message => ({ content });

/** A `Hello` whose calls end when the test says so, with the number that stands in the message. */
class SlowHello extends Hello {
  readonly #held: (() => void)[] = [];
  readonly #waiters: { readonly count: number; resolve(): void }[] = [];
  #arrived = 0;

  override async say(msg: Message, when: When): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.push(resolve);
    this.#arrived++;
    for (const waiter of this.#waiters) {
      if (waiter.count <= this.#arrived) waiter.resolve();
    }
    await promise;
    await super.say(msg, when);
    return Number(msg.content);
  }

  /** Waits until so many calls have come, all in all. */
  arrived(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#arrived >= count) resolve();
    this.#waiters.push({ count, resolve });
    return within(`${count} calls`, promise);
  }

  /** Ends the calls that are held, the newest first. */
  release(): void {
    for (const resolve of this.#held.splice(0).reverse()) resolve();
  }
}

contract("say gives the service's result", async (context) => {
  await context.serve();
  const { hello } = await context.use();
  assert.equal(await hello.say(text("a"), When.Now), 1);
  assert.equal(await hello.say(text("b"), When.Never), 1);
  assert.equal(await hello.say(text("c"), When.Soon), 2);
});

contract(
  "say gives each of 64 calls in flight its own result, whatever the order of the replies",
  async (context) => {
    const served = new SlowHello();
    const service = await context.serve(served);
    const { client, hello } = await context.use();
    const numbers = Array.from({ length: 64 }, (_, index) => index);
    const calls = numbers.map((n) => hello.say(text(`${n}`), When.Now));
    await served.arrived(64);
    assert.equal(service.running, 64);
    served.release();
    assert.deepEqual(await within("64 results", Promise.all(calls)), numbers);
    assert.equal(client.waiting, 0);
    assert.deepEqual(client.counts, {});
  },
);

contract("say works 300 times in a row", async (context) => {
  await context.serve();
  const { hello } = await context.use();
  for (let count = 1; count <= 300; count++) {
    assert.equal(await hello.say(text("a"), When.Now), count);
  }
});

contract("say gives a reply to its caller only", async (context) => {
  const served = new SlowHello();
  await context.serve(served);
  const users = [await context.use(), await context.use(), await context.use()];
  const calls = users.map(({ hello }, index) =>
    hello.say(text(`${index}`), When.Now)
  );
  await served.arrived(3);
  served.release();
  assert.deepEqual(await within("results", Promise.all(calls)), [0, 1, 2]);
  for (const { client } of users) assert.deepEqual(client.counts, {});
});

contract(
  "say gives a RemoteError with the code and the message that the service threw",
  async (context) => {
    const served = new Hello();
    const fail = () => {
      throw new DeviceError("Cannot speak: no voice\n(line 2)", "x", "refused");
    };
    let say = fail as typeof served.say;
    served.say = (...args) => say(...args);
    await context.serve(served);
    const { hello } = await context.use();
    await assert.rejects(hello.say(text("a"), When.Now), (error) => {
      assert(error instanceof RemoteError);
      assert.equal(error.remoteCode, "device");
      assert.equal(error.operation, "io.world/Hello/say");
      assert.match(error.message, /Cannot speak: no voice \(line 2\)$/);
      return true;
    });
    say = Hello.prototype.say.bind(served);
    assert.equal(await hello.say(text("a"), When.Now), 1);
  },
);

contract(
  "say fails with a TimeoutError after the adapter's time",
  async (context) => {
    const served = new SlowHello();
    await context.serve(served);
    const { client, hello } = await context.use({ timeoutMs: 400 });
    await assert.rejects(hello.say(text("1"), When.Now), {
      name: "TimeoutError",
      timeoutMs: 400,
    });
    assert.equal(client.waiting, 0);
    served.release();
    assert.equal(
      await replyAfter(
        served,
        hello.say(text("2"), When.Now, {
          timeoutMs: 5000,
        }),
      ),
      2,
    );
    assert.deepEqual(client.counts, { unknown_reply: 1 });
  },
);

contract(
  "say fails with a TimeoutError after the call's own time",
  async (context) => {
    const served = new SlowHello();
    await context.serve(served);
    const { hello } = await context.use();
    const call = hello.say(text("1"), When.Now, { timeoutMs: 40 });
    await assert.rejects(call, { name: "TimeoutError", timeoutMs: 40 });
    served.release();
  },
);

contract("say gives up with the reason of its signal", async (context) => {
  const served = new SlowHello();
  await context.serve(served);
  const { client, hello } = await context.use();
  const end = new AbortController();
  const call = hello.say(text("1"), When.Now, { signal: end.signal });
  await served.arrived(1);
  const reason = new RangeError("changed my mind");
  end.abort(reason);
  await assert.rejects(call, reason);
  assert.equal(client.waiting, 0);
  served.release();
});

contract(
  "say sends nothing where its signal has aborted before",
  async (context) => {
    const served = new Hello();
    await context.serve(served);
    const { hello } = await context.use();
    const reason = new RangeError("changed my mind before");
    const call = hello.say(text("a"), When.Now, {
      signal: AbortSignal.abort(reason),
    });
    await assert.rejects(call, reason);
    assert.equal(await hello.say(text("b"), When.Now), 1);
  },
);

contract("say fails at once where nobody serves", async (context) => {
  const { hello } = await context.use();
  await assert.rejects(hello.say(text("a"), When.Now), {
    name: "ConnectionError",
    reason: "no_service",
  });
}, { versions: ["5"], needsReasonCodes: true });

contract("say waits for the first connection", async (context) => {
  await context.serve();
  const client = context.newClient();
  const hello = context.adapt(client);
  const call = hello.say(text("a"), When.Now);
  await context.connect(client);
  assert.equal(await within("the result", call), 1);
});

contract("say waits while the client is cut off", async (context) => {
  const wire = context.keep(TcpProxy.to(context.broker.url));
  await context.serve();
  const { client, hello } = await context.use({}, { url: wire.url });
  const lost = client.onDisconnected.next();
  wire.hold();
  await within("the loss", lost);
  const call = hello.say(text("a"), When.Now);
  wire.mend();
  assert.equal(await within("the result", call), 1);
});

contract(
  "say gets its reply after a cut that the session outlived",
  async (context) => {
    const wire = context.keep(TcpProxy.to(context.broker.url));
    const served = new SlowHello();
    await context.serve(served);
    const { client, hello } = await context.use({}, { url: wire.url });
    const call = hello.say(text("7"), When.Now);
    await served.arrived(1);
    const lost = client.onDisconnected.next();
    wire.hold();
    await within("the loss", lost);
    served.release();
    wire.mend();
    assert.equal(await within("the result", call), 7);
  },
  { versions: ["5"] },
);

contract(
  "say fails with session_lost where its reply cannot come any more",
  async (context) => {
    const served = new SlowHello();
    await context.serve(served);
    const { client, hello } = await context.use();
    const call = hello.say(text("1"), When.Now);
    await served.arrived(1);
    const back = client.onConnected.next();
    await context.broker.restart();
    await assert.rejects(within("the failure", call), {
      name: "ConnectionError",
      reason: "session_lost",
    });
    await within("the client", back);
    served.release();
  },
);

contract("say works again after the broker was restarted", async (context) => {
  const service = await context.serve();
  const { client, hello } = await context.use();
  assert.equal(await hello.say(text("a"), When.Now), 1);
  const back = [service.onConnected.next(), client.onConnected.next()];
  await context.broker.restart();
  await within("both sides", Promise.all(back));
  assert.equal(await within("a result", hello.say(text("b"), When.Now)), 2);
});

contract(
  "a call that waits fails with closed when the client is disconnected",
  async (context) => {
    const served = new SlowHello();
    await context.serve(served);
    const { client, hello } = await context.use();
    const call = hello.say(text("1"), When.Now);
    call.catch(() => {});
    await served.arrived(1);
    await client.disconnect();
    await assert.rejects(call, { name: "ConnectionError", reason: "closed" });
    served.release();
  },
);

contract(
  "a call that waits fails with closed when its adapter is closed",
  async (context) => {
    const served = new SlowHello();
    await context.serve(served);
    const { client, hello } = await context.use();
    const other = context.adapt(client);
    const call = hello.say(text("1"), When.Now);
    const others = other.say(text("2"), When.Now);
    call.catch(() => {});
    await served.arrived(2);
    await hello.close();
    await assert.rejects(within("the failure", call), (error) => {
      assert(error instanceof ConnectionError);
      assert.equal(error.reason, "closed");
      return true;
    });
    served.release();
    assert.equal(await within("the other result", others), 2);
  },
);

contract(
  "a result that is no JSON gives the caller a RemoteError",
  async (context) => {
    const service = context.newService();
    const object = new ScriptedObject(everyTypeDescriptor);
    object.implement("echoAny", () => {
      const loop: Record<string, unknown> = {};
      loop["loop"] = loop;
      return loop;
    });
    context.keep(
      new ServedObject(service, everyTypeDescriptor, object.members),
    );
    await context.connect(service);
    const client = context.newClient();
    const remote = context.keep(new RemoteObject(client, everyTypeDescriptor));
    await context.connect(client);
    const call = remote.call("echoAny", [1]);
    await assert.rejects(within("the failure", call), RemoteError);
  },
);

contract(
  "every call of a flood beyond the service's limit is answered",
  async (context) => {
    const service = context.newService({ operationLimit: 10 });
    const object = new ScriptedObject(everyTypeDescriptor);
    context.keep(
      new ServedObject(service, everyTypeDescriptor, object.members),
    );
    await context.connect(service);
    const client = context.newClient();
    const remote = context.keep(new RemoteObject(client, everyTypeDescriptor));
    await context.connect(client);
    await remote.ready;
    object.implement("echo", async (value) => {
      await Promise.resolve();
      return value;
    });
    const calls = Array.from(
      { length: 900 },
      (_, n) => remote.call("echo", [n]),
    );
    const ends = await within("900 ends", Promise.allSettled(calls));
    for (const [index, end] of ends.entries()) {
      if (end.status === "fulfilled") {
        assert.equal(end.value, index);
      } else {
        assert(end.reason instanceof RemoteError);
        assert.equal(end.reason.remoteCode, "busy");
      }
    }
    assert.equal(service.running, 0);
  },
);

contract(
  "clients over MQTT 5 and 3.1.1 call and set through one service",
  async (context) => {
    const served = new Hello();
    await context.serve(served);
    const new5 = await context.use({}, { protocolVersion: "5" });
    const old = await context.use({}, { protocolVersion: "3.1.1" });
    const said = [new5.hello.onJustSaid.next(), old.hello.onJustSaid.next()];
    assert.equal(await within("old", old.hello.say(text("old"), When.Now)), 1);
    assert.deepEqual(await within("signals", Promise.all(said)), [
      [text("old")],
      [text("old")],
    ]);
    if (context.version === "3.1.1") return;
    assert.equal(await within("new", new5.hello.say(text("new"), When.Now)), 2);
    const changed = new5.hello.onLastChanged.next();
    await old.hello.setLast(text("set"));
    assert.deepEqual(await within("a change", changed), [text("set")]);
  },
);

contract("a client over MQTT 5 calls a service over 3.1.1", async (context) => {
  await context.serve();
  const { hello } = await context.use({}, { protocolVersion: "5" });
  assert.equal(await within("a result", hello.say(text("a"), When.Now)), 1);
  assert.equal(await within("a result", hello.say(text("b"), When.Now)), 2);
}, { versions: ["3.1.1"], needsReasonCodes: true });

function replyAfter<T>(served: SlowHello, call: Promise<T>): Promise<T> {
  void served.arrived(2).then(() => served.release());
  return within("a result", call);
}
