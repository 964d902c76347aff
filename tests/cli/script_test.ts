/**
 * Scripts that bring objects to life, in the real program.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Inbox } from "../support/inbox.ts";
import { runProgram, startProgram } from "../support/cli.ts";

const MODULE = new URL(
  "../fixtures/modules/counter.module.yaml",
  import.meta.url,
).pathname;

/** A service with a script, given as text. */
async function startScript(broker: EmbeddedBroker, text: string) {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, text);
  const { host } = new URL(broker.url);
  const args = ["--broker", host, "--module", MODULE, "--script", path];
  const service = startProgram(["service", ...args]);
  return { service, host, remove: () => Deno.remove(path) };
}

Deno.test("service goes on when a timer and a promise of its script throw", async () => {
  await using broker = await EmbeddedBroker.listen();
  const { service, host, remove } = await startScript(
    broker,
    `export default () => {
      setTimeout(() => { throw new Error("late"); });
      Promise.reject(new Error("unheard"));
    };`,
  );
  await using _service = service;
  await service.seen(/Serving counter\.Counter/);
  const { code, out } = await runProgram([
    "client",
    "--broker",
    host,
    "--module",
    MODULE,
    "counter.Counter",
    "get",
    "vector",
  ]);
  assert.deepEqual([code, out], [0, '{"x":0,"y":0,"z":0}\n']);
  service.kill("SIGTERM");
  const result = await service.result;
  assert.equal(result.code, 0);
  assert.match(result.error, /The script failed: Error: late/);
  assert.match(result.error, /The script failed: Error: unheard/);
  await remove();
});

Deno.test("service serves nothing before its script has implemented it", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using endpoint = new MqttJsEndpoint();
  await endpoint.connect(broker.url);
  const inbox = new Inbox();
  const topic = "counter/Counter/rpc/increment";
  await endpoint.subscribe(`${topic}/test/result`, inbox.handler).ready;
  const { service, remove } = await startScript(
    broker,
    `export default async (simulation) => {
      await new Promise((done) => setTimeout(done, 500));
      simulation.object("counter.Counter")
        .implement("increment", () => ({ x: 7, y: 7, z: 7 }));
    };`,
  );
  await using _service = service;
  const call = () =>
    endpoint.publish(topic, '[{"x":1,"y":1,"z":1}]', {
      properties: { responseTopic: `${topic}/test/result` },
    });
  const serving = service.seen(/Serving counter\.Counter/);
  let isServing = false;
  serving.then(() => isServing = true);
  while (!isServing) {
    await call();
    await new Promise((done) => setTimeout(done, 20));
  }
  await call();
  await inbox.received(1);
  const results = new Set(inbox.texts);
  assert.deepEqual([...results], ['{"x":7,"y":7,"z":7}']);
  service.kill("SIGTERM");
  await service.result;
  await remove();
});

Deno.test("service refuses a script that is not there with 2 and its name", async () => {
  const { code, error } = await runProgram([
    "service",
    "--broker",
    "127.0.0.1:1",
    "--module",
    MODULE,
    "--script",
    "nowhere.ts",
  ]);
  assert.equal(code, 2);
  assert.match(error, /^smartbike: Cannot use --script "nowhere.ts": /);
});
