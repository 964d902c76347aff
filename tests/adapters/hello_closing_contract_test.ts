import assert from "node:assert/strict";
import { type Message, When } from "#adapters/io_world/api.gen.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { Client } from "#lib/objectapi/mod.ts";
import { within } from "../support/within.ts";
import { contract } from "./contract.ts";

const text = (content: string): Message => ({ content });

contract(
  "say and setLast after disconnect fail at once with reason closed",
  async (context) => {
    await context.serve();
    const { client, hello } = await context.use();
    await client.disconnect();
    const closed = { name: "ConnectionError", reason: "closed" };
    await assert.rejects(hello.say(text("a"), When.Now), closed);
    await assert.rejects(hello.setLast(text("a")), closed);
  },
);

contract(
  "say works again where the client is connected again",
  async (context) => {
    await context.serve();
    const { client, hello } = await context.use();
    await client.disconnect();
    await context.connect(client);
    assert.equal(await within("a call", hello.say(text("a"), When.Now)), 1);
  },
);

contract(
  "say and setLast of a closed adapter fail with reason closed",
  async (context) => {
    await context.serve();
    const { hello } = await context.use();
    await hello.close();
    const closed = { name: "ConnectionError", reason: "closed" };
    await assert.rejects(hello.say(text("a"), When.Now), closed);
    await assert.rejects(hello.setLast(text("a")), closed);
  },
);

contract(
  "say refuses a time-out that is no time before anything is sent",
  async (context) => {
    await context.serve();
    const { hello } = await context.use();
    for (const timeoutMs of [0, -1, NaN]) {
      const call = hello.say(text("never"), When.Now, { timeoutMs });
      await assert.rejects(call, RangeError);
    }
    assert.equal(await hello.say(text("once"), When.Now), 1);
  },
);

contract("a client with an empty id gets one and works", async (context) => {
  await context.serve();
  const client = context.keep(new Client(""));
  await context.connect(client);
  const hello = context.adapt(client);
  assert.equal(await within("a call", hello.say(text("a"), When.Now)), 1);
});

contract(
  "a call right after the broker came back waits for its service to come back too",
  async (context) => {
    const service = await context.serve();
    const { client, hello } = await context.use();
    await service.disconnect();
    const back = client.onConnected.next();
    await context.broker.restart();
    await within("the client's return", back);
    const call = hello.say(text("a"), When.Now);
    await context.connect(service);
    assert.equal(await within("a call", call), 1);
  },
  { needsReasonCodes: true, versions: ["5"] },
);

Deno.test("a client whose id another one takes is notified where the broker says why", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using first = new Client("same-id");
  await first.connect(broker.url);
  const failed = first.onError.next();
  await using second = new Client("same-id");
  await second.connect(broker.url);
  const [error] = await within("the error", failed);
  assert.match(error.message, /another client uses the client id "same-id"/);
});
