/**
 * The embedded broker as a process, and clients that it lets in or not.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runProgram, startProgram } from "../support/cli.ts";

/** Starts a broker on a free port. */
async function startBroker(...args: readonly string[]) {
  const process = startProgram(["broker", "--listen", "127.0.0.1:0", ...args]);
  await process.seen(/listening on .*\n/);
  const host = process.out.replace(/^.*\/\//, "").trim();
  const stop = async () => {
    process.kill("SIGTERM");
    return await process.result;
  };
  const dispose = () => process[Symbol.asyncDispose]();
  return { host, stop, [Symbol.asyncDispose]: dispose };
}

async function writeFile(text: string) {
  const path = await Deno.makeTempFile({ prefix: "smartbike-" });
  await Deno.writeTextFile(path, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}

const GET = ["io.world.Hello", "get", "last"];

Deno.test("broker, service and client work together as three processes", async () => {
  await using broker = await startBroker();
  const env = { MQTT_HOSTNAME: "127.0.0.1", MQTT_PORT: broker.host.slice(10) };
  await using service = startProgram(["service"], { env });
  await service.seen(/Serving/);
  const { code, out, error } = await runProgram(["client", ...GET], { env });
  assert.deepEqual([code, out, error], [0, '{"content":""}\n', ""]);
  service.kill("SIGINT");
  assert.equal((await service.result).code, 0);
  const { code: ended, error: said } = await broker.stop();
  assert.deepEqual([ended, said], [0, ""]);
});

Deno.test("broker lets in its account only, from the environment or a password file, and nobody prints the password", async () => {
  await using file = await writeFile("horse battery\n");
  const account = ["--username", "bike", "--password-file", file.path];
  await using broker = await startBroker(...account);
  const use = ["--broker", broker.host];
  await using service = startProgram(["service", ...use, ...account]);
  await service.seen(/Serving/);

  const results = await Promise.all([
    runProgram(["client", ...use, ...account, ...GET]),
    runProgram(["client", ...use, ...GET], {
      env: { MQTT_USER: "bike", MQTT_PASSWORD: "horse battery" },
    }),
    runProgram(["client", ...use, "--log-level", "debug", ...GET], {
      env: { MQTT_USERNAME: "bike", MQTT_PASSWORD: "wrong staple" },
    }),
    runProgram(["client", ...use, ...GET]),
  ]);
  assert.deepEqual(results.map(({ code }) => code), [0, 0, 1, 1]);
  for (const { error } of results.slice(2)) {
    assert.match(error, /refused the user name or password\nGive the account/);
  }
  service.kill("SIGTERM");
  const all = [...results, await service.result, await broker.stop()];
  for (const { out, error } of all) {
    assert.doesNotMatch(out + error, /battery|staple/);
  }
});

Deno.test("client and service say that nothing listens where there is no broker; only the service goes on", async () => {
  await using broker = await startBroker();
  await broker.stop();
  const use = ["--broker", broker.host];
  await using service = startProgram(["service", ...use]);
  const { code, out, error } = await runProgram(["client", ...use, ...GET]);
  assert.deepEqual([code, out], [1, ""]);
  assert.equal(
    error,
    `smartbike: Cannot connect to "mqtt://${broker.host}": nothing listens there (ECONNREFUSED)\n`,
  );
  await service.seen(/nothing listens there \(ECONNREFUSED\); trying again/);
  service.kill("SIGTERM");
  const ended = await service.result;
  assert.deepEqual([ended.code, ended.out], [0, ""]);
});

Deno.test("a watch whose reader has gone ends quietly", async () => {
  await using broker = await startBroker();
  await using service = startProgram(["service", "--broker", broker.host]);
  await service.seen(/Serving/);
  const args = ["client", "--broker", broker.host, "io.world.Hello"];
  await using watch = startProgram([...args, "watch"], {
    closeAfterFirst: true,
  });
  await watch.seen(/last = /);
  await runProgram([...args, "call", "say", '{"content":"hi"}', "Soon"]);
  const { code, error } = await watch.result;
  assert.deepEqual([code, error], [0, ""]);
});
