import assert from "node:assert/strict";
import { When } from "#adapters/io_world/api.gen.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Client, RemoteObject } from "#lib/objectapi/mod.ts";
import { everyTypeDescriptor } from "../fixtures/test_bed.ts";
import { BROKERS } from "../support/brokers.ts";
import { within } from "../support/within.ts";
import { Program, script, testWithPaho } from "./program.ts";

for (const kind of BROKERS) {
  testWithPaho(
    `our client uses a Hello that a paho service holds [${kind.name}]`,
    async (python) => {
      await using broker = await kind.start();
      const { port } = new URL(broker.url);
      const args = [script("hello_service.py"), port, "0"];
      await using program = Program.start(python, args);
      assert.equal(await program.line(), '"ready"');
      await using client = new Client("our-client");
      await using hello = new HelloClientAdapter(client);
      const kept = hello.onLastChanged.next();
      await client.connect(broker.url);
      assert.deepEqual(await within("the kept value", kept), [
        { content: "kept by Python" },
      ]);
      const changed = hello.onLastChanged.next();
      await hello.setLast({ content: "set by us" });
      assert.deepEqual(await within("a change", changed), [
        { content: "set by us" },
      ]);
      const said = hello.onJustSaid.next();
      assert.equal(await hello.say({ content: "grüß" }, When.Soon), 1);
      assert.deepEqual(await within("a signal", said), [{ content: "grüß" }]);
      for (let count = 2; count <= 300; count++) {
        assert.equal(await hello.say({ content: "" }, When.Now), count);
      }
      assert.deepEqual(client.counts, {});
    },
  );

  for (const reply of ["0", "null", "none"]) {
    testWithPaho(
      `our client calls a void operation that a paho service answers with ${reply} [${kind.name}]`,
      async (python) => {
        await using broker = await kind.start();
        const { port } = new URL(broker.url);
        const args = [script("hello_service.py"), port, reply];
        await using program = Program.start(python, args);
        assert.equal(await program.line(), '"ready"');
        await using client = new Client("our-client");
        await using remote = new RemoteObject(client, everyTypeDescriptor, {
          voidGraceMs: reply === "none" ? 20 : Infinity,
        });
        await client.connect(broker.url);
        for (const value of [1, 2]) {
          const call = remote.call("take", [value]);
          assert.equal(await within("the end of the call", call), undefined);
          assert.equal(await program.line(), `[${value}]`);
        }
        assert.deepEqual(client.counts, {});
      },
    );
  }
}
