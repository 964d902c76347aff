import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Service } from "#lib/objectapi/mod.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose, TestBed } from "../../../fakes/test_bed.ts";

/** A broker and a service, and a program that uses them. */
async function serve() {
  const broker = await EmbeddedBroker.listen();
  const service = new Service("bed-service");
  const bed = new TestBed();
  const served = bed.serve(service);
  await service.connect(broker.url);
  await served.ready;
  const start = (io: FakeCliIo, ...args: readonly string[]) =>
    runCli(
      ["client", "--broker", broker.url, "test.bed.Bed", ...args],
      compose(io),
    );
  const run = async (...args: readonly string[]) => {
    const io = new FakeCliIo();
    const code = await start(io, ...args);
    return { code, out: io.out, error: io.error };
  };
  const close = async () => {
    await service.disconnect();
    await broker.close();
  };
  return { broker, bed, start, run, [Symbol.asyncDispose]: close };
}

Deno.test("client sets properties of every type and gets them back", async () => {
  await using world = await serve();
  const table: readonly (readonly [string, string, string, string])[] = [
    ["name", "hello", '"hello"', '"hello"'],
    ["name", "-v", '"-v"', '"-v"'],
    ["name", "--jso", '"--jso"', '"--jso"'],
    ["gear", "-3", "-3", "-3"],
    ["total", "9007199254740993", "9007199254740993", "9007199254740993"],
    ["mode", "sim", '"Sim"', "-2"],
    ["mode", "10", '"Erg"', "10"],
    ["data", "AQI=", '"AQI="', '"AQI="'],
    ["any", '{"a":[1]}', '{"a":[1]}', '{"a":[1]}'],
  ];
  for (const [name, text, human, json] of table) {
    const io = new FakeCliIo();
    const watched = world.start(io, "watch", name);
    await io.seen(/ = /);
    const set = await world.run("set", name, text);
    assert.deepEqual(set, { code: 0, out: "", error: "" }, `${name} ${text}`);
    await io.seen(/ = .*\n.* = .*\n/);
    io.interrupt("SIGINT");
    await watched;
    assert.ok(io.out.endsWith(`\n${name} = ${human}\n`), io.out);
    assert.equal((await world.run("get", name)).out, `${human}\n`);
    assert.equal((await world.run("get", name, "--json")).out, `${json}\n`);
  }
});

Deno.test("client takes what stands behind -- as a value, even if it is an option", async () => {
  await using world = await serve();
  const io = new FakeCliIo();
  const watched = world.start(io, "watch", "name", "--count", "2");
  await io.seen(/name = ""/);
  assert.equal((await world.run("set", "name", "--", "--json")).code, 0);
  await watched;
  assert.equal(io.out, 'name = ""\nname = "--json"\n');
  const echo = await world.run("call", "--json", "echo", "--", "-h", "-2");
  assert.equal(echo.out, '"-h/-2"\n');
});

Deno.test("client calls operations with options before, between and behind their arguments", async () => {
  await using world = await serve();
  for (
    const args of [
      ["--json", "call", "echo", "-x", "Sim"],
      ["call", "echo", "--json", "-x", "-2"],
      ["call", "echo", "-x", "--timeout=5s", "sim", "--json"],
    ]
  ) {
    const { code, out, error } = await world.run(...args);
    assert.deepEqual([code, out, error], [0, '"-x/-2"\n', ""]);
  }
});

Deno.test("client prints nothing for a void operation, and null with --json", async () => {
  await using world = await serve();
  assert.equal((await world.run("call", "reset")).out, "");
  assert.equal((await world.run("call", "reset", "--json")).out, "null\n");
});

Deno.test("client reports an operation that the service fails, without the control characters it sent", async () => {
  await using world = await serve();
  const { code, out, error } = await world.run("call", "fail");
  assert.deepEqual([code, out], [1, ""]);
  assert.match(
    error,
    /^smartbike: Cannot call "test.bed\/Bed\/fail": .*the pedal is +\[2J stuck\n$/,
  );
});

Deno.test("client gets the first value even if it is its type's default", async () => {
  await using world = await serve();
  assert.equal((await world.run("get", "gear")).out, "0\n");
});

Deno.test("client get ends with 1 at once where the retained value does not follow the interface", async () => {
  await using world = await serve();
  await using stranger = new MqttJsEndpoint();
  await stranger.connect(world.broker.url);
  await stranger.publish("test.bed/Bed/prop/gear", '"high"', { retain: true });
  const { code, out, error } = await world.run(
    "get",
    "gear",
    "--timeout",
    "1h",
  );
  assert.deepEqual([code, out], [1, ""]);
  assert.match(
    error,
    /gear on test.bed\/Bed\/prop\/gear": got "high", expected int/,
  );
});

Deno.test("client watch prints current values, then changes and signals, one line each", async () => {
  await using world = await serve();
  const io = new FakeCliIo();
  const done = world.start(
    io,
    "watch",
    "--count",
    "5",
    "mode",
    "rang",
    "quiet",
  );
  await io.seen(/mode = "Off"\n/);
  await world.run("set", "mode", "Erg");
  world.bed.onRang.fire("a b", -2);
  await io.seen(/rang/);
  world.bed.onQuiet.fire();
  world.bed.onRang.fire("\n", 10);
  assert.equal(await done, 0);
  assert.equal(
    io.out,
    'mode = "Off"\nmode = "Erg"\nrang "a b" "Sim"\nquiet\nrang "\\n" "Erg"\n',
  );
  assert.equal(io.error, "");
});

Deno.test("client watch --json prints one JSON value a line", async () => {
  await using world = await serve();
  const io = new FakeCliIo();
  const done = world.start(
    io,
    "watch",
    "--json",
    "--count",
    "3",
    "mode",
    "rang",
    "quiet",
  );
  await io.seen(/mode/);
  world.bed.onRang.fire("a", -2);
  world.bed.onQuiet.fire();
  assert.equal(await done, 0);
  const lines = io.out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines, [
    { property: "mode", value: 0 },
    { signal: "rang", args: ["a", -2] },
    { signal: "quiet", args: [] },
  ]);
});

Deno.test("client watch without names shows all properties and signals", async () => {
  await using world = await serve();
  const io = new FakeCliIo();
  const done = world.start(io, "watch", "--count", "8");
  await io.seen(/(= .*\n[^]*){7}/);
  world.bed.onQuiet.fire();
  assert.equal(await done, 0);
  const names = io.out.trimEnd().split("\n").map((line) => line.split(" ")[0]);
  assert.deepEqual(
    names.toSorted(),
    ["any", "data", "fixed", "gear", "mode", "name", "quiet", "total"],
  );
});

Deno.test("client watch ends with 0 on a signal of either kind, and takes its handlers off", async () => {
  await using world = await serve();
  for (const interrupt of ["SIGINT", "SIGTERM"] as const) {
    const io = new FakeCliIo();
    const done = world.start(io, "watch", "gear");
    await io.seen(/gear = 0/);
    io.interrupt(interrupt);
    assert.equal(await done, 0);
    assert.deepEqual([io.error, io.exits, io.listenerCount], ["", [], 0]);
  }
});

Deno.test("client watch ends with 0 when nobody reads its output any more", async () => {
  await using world = await serve();
  const io = new FakeCliIo();
  const done = world.start(io, "watch", "gear", "quiet");
  await io.seen(/gear = 0/);
  io.isClosed = true;
  world.bed.onQuiet.fire();
  assert.equal(await done, 0);
  assert.equal(io.error, "");
});

Deno.test("client watch --timeout ends it with 0, but with 1 where a count is not reached", async () => {
  await using world = await serve();
  const timed = await world.run("watch", "gear", "--timeout", "200ms");
  assert.deepEqual(timed, { code: 0, out: "gear = 0\n", error: "" });
  const short = await world.run(
    "watch",
    "gear",
    "--timeout",
    "200ms",
    "--count",
    "2",
  );
  assert.deepEqual([short.code, short.out], [1, "gear = 0\n"]);
  assert.match(short.error, /no answer after 200 ms/);
});

Deno.test("client watch reports a payload that does not follow the interface, and goes on", async () => {
  await using world = await serve();
  await using stranger = new MqttJsEndpoint();
  await stranger.connect(world.broker.url);
  const io = new FakeCliIo();
  const done = world.start(io, "watch", "gear", "--count", "2");
  await io.seen(/gear = 0/);
  await stranger.publish("test.bed/Bed/prop/gear", "{");
  await io.seen(/smartbike: Cannot use the payload/);
  await world.run("set", "gear", "2");
  assert.equal(await done, 0);
  assert.equal(io.out, "gear = 0\ngear = 2\n");
});

Deno.test("client says that perhaps nobody serves where a reader of everything hides that nobody does", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using reader = new MqttJsEndpoint();
  await reader.connect(broker.url);
  await reader.subscribe("#", () => {}).ready;
  for (const args of [["get", "gear"], ["call", "fail"]]) {
    const io = new FakeCliIo();
    const all = ["client", "--broker", broker.url, "--timeout", "200ms"];
    const code = await runCli([...all, "test.bed.Bed", ...args], compose(io));
    assert.deepEqual([code, io.out], [1, ""]);
    assert.match(
      io.error,
      /no answer after 200 ms\nCheck that the service is running/,
    );
  }
});

Deno.test("client gives up on a server that accepts the connection but never answers", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const io = new FakeCliIo();
  const broker = `127.0.0.1:${listener.addr.port}`;
  const args = ["client", "--broker", broker, "--timeout", "200ms"];
  const code = await runCli(
    [...args, "test.bed.Bed", "get", "gear"],
    compose(io),
  );
  using _connection = await accepted;
  assert.equal(code, 1);
  assert.equal(
    io.error,
    `smartbike: Cannot connect to "mqtt://${broker}": no answer after 200 ms\n`,
  );
});
