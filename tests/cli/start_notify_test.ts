/**
 * What `smartbike start` notifies systemd, over a real socket.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { NotifyReceiver } from "../support/notify_receiver.ts";
import { freePort } from "../support/ports.ts";
import { within } from "../support/within.ts";
import { needing } from "../support/requires.ts";

const test = needing("mosquitto", "python3");

/** A bike without devices that is started as systemd would, with a watchdog of 200 ms. */
async function setUp(broker: string) {
  const folder = await Deno.makeTempDir();
  const config = `${folder}/smartbike.yaml`;
  await Deno.writeTextFile(config, `bike:\n  id: "000042"\n`);
  const receiver = await NotifyReceiver.bind(`${folder}/notify`);
  const service = startProgram(
    ["start", "--config", config, "--broker", broker],
    { env: { NOTIFY_SOCKET: `${folder}/notify`, WATCHDOG_USEC: "200000" } },
  );
  return {
    service,
    /** Waits for a datagram; signs of life before it are passed over. */
    async next(): Promise<string> {
      for (;;) {
        const text = await within("a datagram", receiver.next());
        if (text !== "WATCHDOG=1") return text;
      }
    },
    sign: () => within("a sign of life", receiver.next()),
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

test("start notifies systemd that it is ready, on which broker, that it reads its settings again, and that it ends", async () => {
  await using broker = await Mosquitto.start();
  await using bed = await setUp(broker.url);
  assert.equal(await bed.next(), "READY=1\nSTATUS=waiting for the broker");
  assert.match(
    await bed.next(),
    /^STATUS=riding on mqtt:\/\/127\.0\.0\.1:\d+$/,
  );
  bed.service.kill("SIGHUP");
  assert.equal(await bed.next(), "RELOADING=1");
  assert.equal(await bed.next(), "READY=1");
  bed.service.kill("SIGTERM");
  assert.equal(await bed.next(), "STOPPING=1");
  assert.equal((await bed.service.result).code, 0);
});

test("start is ready without its broker, and goes on reporting that it lives", async () => {
  await using bed = await setUp(`127.0.0.1:${freePort()}`);
  assert.match(await bed.next(), /^READY=1\n/);
  for (let i = 0; i < 3; i++) assert.equal(await bed.sign(), "WATCHDOG=1");
});

test("a mistake in the settings ends start with 2, which systemd takes as final, and it was never ready", async () => {
  await using bed = await setUp("127.0.0.1:99999");
  const { code, error } = await bed.service.result;
  assert.equal(code, 2);
  assert.match(error, /99999/);
});
