import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startLog } from "#lib/base/logger.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { loggedIn } from "../../support/raw_mqtt.ts";

Deno.test("EmbeddedBroker names the client that it refuses, and where it is, but not its password", async () => {
  const lines: string[] = [];
  await using _log = await startLog({ write: (line) => lines.push(line) });
  const account = { username: "rider", password: "horse battery" };
  await using broker = await EmbeddedBroker.listen({ account });
  await using client = await loggedIn(broker.url, 5, {
    clientId: "phone",
    username: "rider",
    password: Buffer.from("wrong staple"),
  });
  await client.closed();
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? "",
    /^warning broker: A client was refused .*"phone" at 127\.0\.0\.1:\d+: .*user name or password is wrong\n$/,
  );
  assert.doesNotMatch(lines.join(), /battery|staple/);
});

Deno.test("EmbeddedBroker writes no more lines than a few, however often clients are refused", async () => {
  const lines: string[] = [];
  await using _log = await startLog({ write: (line) => lines.push(line) });
  await using broker = await EmbeddedBroker.listen();
  for (let round = 0; round < 50; round++) {
    await using client = await loggedIn(broker.url);
    await client.sendBytes(Uint8Array.of(0, 0));
    await client.closed();
  }
  assert.equal(lines.length, 20);
});
