import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import type { Simulation } from "#lib/objectapi/mod.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";

const FILES = {
  "api/demo.idl": `module demo 1.0
import base 1.0
// Shines.
interface Lamp {
  on: bool
  readonly level: int
  toggle(): bool
  dim(level: int, shade: base.Shade): base.Shade
  signal blinked(times: int)
}
interface Silent { }`,
  "api/base.idl":
    "module base 1.0 enum Shade { Red, Blue } interface Other { }",
};

/** A script as a user would write it. */
function script(simulation: Simulation) {
  const lamp = simulation.object("demo.Lamp");
  lamp.implement("toggle", () => {
    lamp.set("on", !lamp.get("on"));
    lamp.emit("blinked", 3);
    return lamp.get("on");
  });
  lamp.set("level", 7);
  simulation.every(1, () => lamp.set("level", Number(lamp.get("level")) + 1));
}

/** A broker and a program that serves `demo` on it until it is disposed. */
async function serve(...args: readonly string[]) {
  const broker = await EmbeddedBroker.listen();
  const options = {
    files: FILES,
    scripts: { "life.ts": script, "nothing.ts": undefined },
  };
  const io = new FakeCliIo(options);
  const common = ["--broker", broker.url, "--module", "api/demo.idl"];
  const done = runCli(["service", ...common, ...args], compose(io));
  await Promise.race([io.seen(/Serving/), done]);
  const run = async (...clientArgs: readonly string[]) => {
    const clientIo = new FakeCliIo(options);
    const all = ["client", ...common, ...clientArgs];
    const code = await runCli(all, compose(clientIo));
    return { code, out: clientIo.out, error: clientIo.error };
  };
  const close = async () => {
    io.interrupt("SIGINT");
    await done;
    await broker.close();
  };
  return { broker, io, done, run, [Symbol.asyncDispose]: close };
}

Deno.test("service --module serves what the file defines, and not what it imports", async () => {
  await using world = await serve();
  assert.match(world.io.out, /^Serving demo\.Lamp, demo\.Silent on /);
});

Deno.test("service --module lets clients set properties and answers operations with defaults", async () => {
  await using world = await serve();
  assert.equal((await world.run("demo.Lamp", "get", "on")).out, "false\n");
  const call = await world.run("demo.Lamp", "call", "dim", "3", "Blue");
  assert.deepEqual(call, { code: 0, out: '"Red"\n', error: "" });
  assert.equal((await world.run("demo.Lamp", "set", "on", "true")).code, 0);
  assert.equal((await world.run("demo.Lamp", "get", "on")).out, "true\n");
});

Deno.test("service --echo returns the first argument of the result's type", async () => {
  await using world = await serve("--echo");
  const call = await world.run("demo.Lamp", "call", "dim", "3", "Blue");
  assert.equal(call.out, '"Blue"\n');
});

Deno.test("service --script implements operations, emits signals and changes properties on timers", async () => {
  await using world = await serve("--script", "life.ts");
  const watched = world.run(
    "demo.Lamp",
    "watch",
    "level",
    "--count",
    "3",
  );
  assert.match((await watched).out, /^(level = \d+\n){3}$/);
  assert.equal((await world.run("demo.Lamp", "call", "toggle")).out, "true\n");
});

Deno.test("service --script refuses a file without a function to run", async () => {
  await using world = await serve("--script", "nothing.ts");
  assert.equal(await world.done, 2);
  assert.match(world.io.error, /no default export that is a function/);
});

for (const option of [["--echo"], ["--script", "life.ts"]]) {
  Deno.test(`service ${option.join(" ")} without --module is refused`, async () => {
    const io = new FakeCliIo();
    assert.equal(await runCli(["service", ...option], compose(io)), 2);
    assert.match(io.error, /it is for the objects of --module/);
  });
}

Deno.test("client list without an interface shows the services of a broker with what they serve", async () => {
  await using world = await serve();
  const { code, out } = await world.run("list");
  assert.equal(code, 0);
  assert.match(
    out,
    /^smartbike-service-\w+ {2}alive\ndemo\.Lamp\n {2}Shines\.\n/,
  );
  assert.match(out, /operation {2}dim\(level: int, shade: Shade\): Shade\n/);
  assert.match(out, /\ndemo\.Silent\n$/);
});

Deno.test("client list prints services that were lost, and those whose definition is not valid", async () => {
  await using world = await serve();
  await using endpoint = new MqttJsEndpoint({});
  await endpoint.connect(world.broker.url);
  const topic = "apigear/services/a-foreign-one/definition";
  const text = '{"interfaces":["x.Y"],"definition":{"modules":[7]}}';
  await endpoint.publish(topic, text, { retain: true });
  const { out } = await world.run("list");
  assert.match(out, /^a-foreign-one {2}lost {2}x\.Y\nsmartbike-service/);
  const json = await world.run("list", "--json");
  assert.match(
    json.out,
    /^\{"service":"a-foreign-one","alive":false,"interfaces":\["x\.Y"\]\}\n/,
  );
});

Deno.test("client list stays within 80 columns", async () => {
  await using world = await serve();
  const { out } = await world.run("list");
  assert.ok(out.split("\n").every((line) => line.length <= 80));
});

Deno.test("client forget removes what lost services left behind, and one by its id", async () => {
  await using world = await serve();
  await using endpoint = new MqttJsEndpoint({});
  await endpoint.connect(world.broker.url);
  for (const id of ["lost-1", "lost-2"]) {
    const text = '{"interfaces":["x.Y"],"definition":{}}';
    const topic = `apigear/services/${id}/definition`;
    await endpoint.publish(topic, text, { retain: true });
  }
  const one = await world.run("forget", "lost-1");
  assert.deepEqual([one.code, one.out], [0, "Forgot lost-1\n"]);
  const unknown = await world.run("forget", "lost-1");
  assert.equal(unknown.code, 2);
  assert.match(unknown.error, /no service of that id was found/);
  const all = await world.run("forget");
  assert.equal(all.out, "Forgot lost-2\n");
  const { out } = await world.run("list");
  assert.match(out, /^smartbike-service-\w+ {2}alive\n/);
});

Deno.test("client names services that define an interface differently, and uses none of them", async () => {
  await using world = await serve();
  await using endpoint = new MqttJsEndpoint({});
  await endpoint.connect(world.broker.url);
  for (const [id, type] of [["one", "int"], ["two", "bool"]]) {
    const properties = [{ name: "level", type }];
    const definition = {
      schema: "apigear.module/1.0",
      name: "x",
      interfaces: [{ name: "Y", properties }],
    };
    const text = JSON.stringify({ interfaces: ["x.Y"], definition });
    const topic = `apigear/services/${id}/definition`;
    await endpoint.publish(topic, text, { retain: true });
  }
  const { code, error } = await world.run("x.Y", "get", "level");
  assert.equal(code, 2);
  assert.match(error, /services "one" and "two" define it differently/);
});

Deno.test("client refuses a definition from the broker whose values are too wide", async () => {
  await using world = await serve();
  await using endpoint = new MqttJsEndpoint({});
  await endpoint.connect(world.broker.url);
  const structs = Array.from({ length: 40 }, (_, level) => ({
    name: `S${level}`,
    fields: ["a", "b"].map((name) => ({
      name,
      type: level === 0 ? "int" : `S${level - 1}`,
    })),
  }));
  const properties = [{ name: "wide", type: "S39" }];
  const interfaces = [{ name: "Y", properties }];
  const definition = {
    schema: "apigear.module/1.0",
    name: "x",
    interfaces,
    structs,
  };
  const text = JSON.stringify({ interfaces: ["x.Y"], definition });
  await endpoint.publish("apigear/services/wide/definition", text, {
    retain: true,
  });
  const { code, error } = await world.run("x.Y", "get", "wide");
  assert.equal(code, 2);
  assert.match(error, /a value of "wide" consists of more than 10000 parts/);
});

Deno.test("client uses an interface that a service describes, without having its definition", async () => {
  await using world = await serve("--echo");
  const io = new FakeCliIo();
  const args = ["demo.Lamp", "call", "dim", "3", "Blue"];
  const code = await runCli(
    ["client", "--broker", world.broker.url, ...args],
    compose(io),
  );
  assert.deepEqual([code, io.out, io.error], [0, '"Blue"\n', ""]);
});

Deno.test("client refuses an interface that no service on the broker describes", async () => {
  await using world = await serve();
  const { code, error } = await world.run("demo.Lmp", "get", "on");
  assert.equal(code, 2);
  assert.match(
    error,
    /Cannot find interface "demo\.Lmp", did you mean "demo\.Lamp"/,
  );
});

Deno.test("an unknown interface is answered with those built in and those on the broker", async () => {
  await using world = await serve();
  const io = new FakeCliIo();
  const code = await runCli(
    ["client", "--broker", world.broker.url, "other.Thing", "get", "on"],
    compose(io),
  );
  assert.equal(code, 2);
  assert.match(
    io.error,
    /Cannot find interface "other\.Thing": known are test\.bed\.Bed, demo\.Lamp, demo\.Silent\n/,
  );
});

Deno.test("warnings of a module are left out where the log is to hold errors only", async () => {
  const files = { "odd.idl": "module odd 1.0 interface I { op(class: int) }" };
  const errorOf = async (...options: readonly string[]) => {
    const io = new FakeCliIo({ files });
    const args = ["client", "--module", "odd.idl", "odd.I", "list", ...options];
    assert.equal(await runCli(args, compose(io)), 0);
    return io.error;
  };
  assert.match(await errorOf(), /odd\.idl:1:33: warning: /);
  assert.equal(await errorOf("--log-level", "error"), "");
});

Deno.test("client list reports on standard error that it found no service", async () => {
  await using broker = await EmbeddedBroker.listen();
  const io = new FakeCliIo();
  const code = await runCli(
    ["client", "--broker", broker.url, "list"],
    compose(io),
  );
  assert.equal(code, 0);
  assert.equal(io.out, "");
  assert.match(io.error, /No service was found/);
});

Deno.test("a module with errors is reported in whole and used by no command", async () => {
  const files = {
    "bad.idl": "module bad 1.0 interface I { a: Wrong; b: Bad }",
  };
  for (const command of [["service"], ["client", "bad.I", "list"]]) {
    const io = new FakeCliIo({ files });
    const args = [...command, "--module", "bad.idl"];
    assert.equal(await runCli(args, compose(io)), 1);
    assert.match(io.error, /bad\.idl:1:33: error: .*Wrong/);
    assert.match(io.error, /bad\.idl:1:43: error: .*Bad/);
    assert.match(io.error, /Cannot use "bad\.idl": 2 errors/);
  }
});
