import assert from "node:assert/strict";
import { startLog } from "#lib/base/logger.ts";
import { Client } from "#lib/objectapi/mod.ts";
import { freePort } from "../../support/ports.ts";

Deno.test("a broker that cannot be reached is logged once for each try, counted and reported", async () => {
  const lines: string[] = [];
  await using _log = await startLog({ write: (line) => lines.push(line) });
  await using client = new Client("log-client");
  const failed = client.onError.next();
  const connected = client.connect(`127.0.0.1:${freePort()}`);
  connected.catch(() => {});
  const [error] = await failed;
  assert.equal(error.code, "connection");
  assert.deepEqual(client.counts, { connection: 1 });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^warning mqtt: Cannot connect to .*\n$/);
});
