import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";
import { Inbox } from "../../support/inbox.ts";
import { freePort } from "../../support/ports.ts";

Deno.test("service waits for a broker that is not there yet, says so, and serves as soon as it is", async () => {
  const port = freePort();
  const io = new FakeCliIo();
  const done = runCli(
    ["service", "--broker", `127.0.0.1:${port}`],
    compose(io),
  );
  await io.seen(
    /mqtt: Cannot connect .*nothing listens there/,
  );
  assert.equal(io.out, "");
  await using _broker = await EmbeddedBroker.listen({ port });
  await io.seen(/Serving/);
  assert.equal(
    io.out,
    `Serving test.bed.Bed on mqtt://127.0.0.1:${port} (MQTT 5)\n`,
  );
  io.interrupt("SIGTERM");
  assert.equal(await done, 0);
});

Deno.test("service ends with 0 when it is interrupted while it waits for a broker", async () => {
  const io = new FakeCliIo();
  const done = runCli(
    ["service", "--broker", `127.0.0.1:${freePort()}`],
    compose(io),
  );
  await io.seen(/nothing listens there/);
  io.interrupt("SIGINT");
  assert.equal(await done, 0);
  assert.equal(io.listenerCount, 0);
});

Deno.test("service ends with 1 where the broker refuses its login", async () => {
  const account = { username: "u", password: "p" };
  await using broker = await EmbeddedBroker.listen({ account });
  const io = new FakeCliIo({
    env: { MQTT_USERNAME: "u", MQTT_PASSWORD: "staple" },
  });
  assert.equal(
    await runCli(["service", "--broker", broker.url], compose(io)),
    1,
  );
  assert.equal(io.out, "");
  assert.match(
    io.error,
    /refused the user name or password\nGive the account with/,
  );
  assert.doesNotMatch(io.error, /staple/);
});

Deno.test("service goes on where a broker that came back refuses its login, as one that restarts may", async () => {
  let broker = await EmbeddedBroker.listen();
  const io = new FakeCliIo();
  const done = runCli(["service", "--broker", broker.url], compose(io));
  await io.seen(/Serving/);
  await broker.close();
  const port = Number(new URL(broker.url).port);
  const account = { username: "u", password: "p" };
  broker = await EmbeddedBroker.listen({ port, account });
  await io.seen(/Cannot connect .*refused the user name or password/);
  io.interrupt("SIGTERM");
  assert.equal(await done, 0);
  await broker.close();
});

Deno.test("broker does not listen off this machine without an account", async () => {
  const io = new FakeCliIo();
  const code = await runCli(["broker", "--listen", "0.0.0.0:0"], compose(io));
  assert.deepEqual([code, io.out], [2, ""]);
  assert.match(io.error, /Cannot use --listen: .* there is no account/);
});

Deno.test("broker says that it has no TLS where others can reach it, and nowhere else", async () => {
  const files = { pw: "p\n" };
  const account = ["--username", "u", "--password-file", "pw"];
  for (const [host, warns] of [["127.0.0.1", false], ["0.0.0.0", true]]) {
    const io = new FakeCliIo({ files });
    const done = runCli(
      ["broker", "--listen", `${host}:0`, ...account],
      compose(io),
    );
    await io.seen(/Broker listening on mqtt:\/\/\S+:[1-9]\d*\n/);
    assert.equal(/without TLS/.test(io.error), warns);
    io.interrupt("SIGINT");
    assert.equal(await done, 0);
  }
});

Deno.test("broker gives each account of its file the rights of its role, over WebSocket too", async () => {
  const io = new FakeCliIo({
    files: { pw: "owner-secret\n", accounts: "log recorder log-secret\n" },
  });
  const done = runCli([
    ...["broker", "--listen", "127.0.0.1:0", "--websocket", "127.0.0.1:0"],
    ...["--username", "owner", "--password-file", "pw"],
    ...["--accounts", "accounts"],
  ], compose(io));
  const line = /listening on (mqtt:\S+) and (ws:\S+)\n/;
  await io.seen(line);
  const [, url = "", webSocketUrl = ""] = line.exec(io.out) ?? [];
  await using owner = new MqttJsEndpoint();
  await owner.connect(url, { username: "owner", password: "owner-secret" });
  await using log = new MqttJsEndpoint();
  await log.connect(webSocketUrl, { username: "log", password: "log-secret" });
  const inbox = new Inbox();
  await log.subscribe("bike/000001/#", inbox.handler).ready;
  await owner.publish("bike/000001/speed/report", "1");
  await inbox.received(1);
  await assert.rejects(
    log.publish("bike/000001/fan/control", "1"),
    ConnectionError,
  );
  io.interrupt("SIGTERM");
  assert.equal(await done, 0);
  assert.doesNotMatch(io.out + io.error, /secret/);
});

Deno.test("broker ends with 1 where its port is in use", async () => {
  await using broker = await EmbeddedBroker.listen();
  const { host } = new URL(broker.url);
  const io = new FakeCliIo();
  assert.equal(await runCli(["broker", "--listen", host], compose(io)), 1);
  assert.equal(
    io.error,
    `smartbike: Cannot listen on "${host}": the port is in use\n`,
  );
});

Deno.test("demo runs its demonstrations with a broker of its own", async () => {
  const io = new FakeCliIo();
  assert.equal(await runCli(["demo"], compose(io)), 0);
  assert.match(
    io.out,
    /listens on mqtt:\/\/127.0.0.1:\d+\nshown\n\nbike .*\nridden\n$/,
  );
});
