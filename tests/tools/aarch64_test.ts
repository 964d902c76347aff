/**
 * The executable for a 64-bit Pi, run by an emulator with that Pi's C library
 * where this machine is another.
 *
 * @module
 */
import assert from "node:assert/strict";
import { When } from "#adapters/io_world/api.gen.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Client } from "#lib/objectapi/mod.ts";
import { AARCH64_NEEDS, startEmulator } from "../support/aarch64.ts";
import {
  builtExecutable,
  OWN_MACHINE,
  startExecutable,
} from "../support/executable.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing } from "../support/requires.ts";
import { WirePeer } from "../support/wire_peer.ts";

const test = needing("mosquitto", ...AARCH64_NEEDS);

/** The executable, and how it is started as on a Pi. */
async function makePi() {
  const emulator = await startEmulator();
  const executable = await builtExecutable("aarch64");
  return {
    executable,
    start: (...args: readonly string[]) =>
      startExecutable(executable, args, {
        env: { SMARTBIKE_EMULATOR: emulator.command.join(" ") },
      }),
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}

test("on a Pi it answers a client and rides, over mosquitto", async () => {
  await using pi = await makePi();
  await using broker = await Mosquitto.start();
  await using listener = await WirePeer.connect(broker.url);
  await listener.subscribe("bike/000042/+/report");
  await using service = pi.start("service", "--broker", broker.url);
  await using ride = pi.start(
    ...["driver", "simulated", "--bike", "000042", "--broker", broker.url],
  );
  // Each fails with what the program wrote, where it ends instead.
  await ride.seen(/^Bike 000042/);
  await service.seen(/^Serving io\.world\.Hello/);
  await using client = new Client("pi-test");
  const hello = new HelloClientAdapter(client);
  await client.connect(broker.url);
  assert.equal(await hello.say({ content: "hi" }, When.Soon), 1);
  const report = await listener.take("bike/000042/heartrate/report");
  const { value } = JSON.parse(new TextDecoder().decode(report.payload));
  assert.ok(value > 40 && value < 220, `${value} bpm`);
  for (const daemon of [service, ride]) {
    daemon.kill("SIGTERM");
    assert.equal((await daemon.result).code, 0);
  }
});

Deno.test("a file for another machine says so", async () => {
  const other = OWN_MACHINE === "aarch64" ? "x86_64" : "aarch64";
  const { path } = await builtExecutable(other);
  const cache = await Deno.makeTempDir();
  await using program = startExecutable({ path, cache }, ["--version"]);
  const { code, error } = await program.result;
  assert.equal(code, 1);
  assert.equal(
    error,
    `smartbike: this file is for ${other}, this machine is ${OWN_MACHINE}\n`,
  );
  await Deno.remove(cache, { recursive: true });
});
