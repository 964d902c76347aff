/**
 * Every command reads the same configuration.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo, type FakeCliIoOptions } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";
import { BikeFollower, valueOf } from "../../support/bike_follower.ts";
import { within } from "../../support/within.ts";

async function run(args: readonly string[], options: FakeCliIoOptions = {}) {
  const io = new FakeCliIo(options);
  const code = await runCli(args, compose(io));
  return { code, out: io.out, error: io.error };
}

for (const command of ["start", "driver"]) {
  Deno.test(`${command} keeps the limits of the file that SMARTBIKE_CONFIG names`, async () => {
    await using broker = await EmbeddedBroker.listen();
    const io = new FakeCliIo({
      files: {
        "own.yaml":
          "limits: { inclinePercent: { max: 5 } }\ndevices: [{ driver: climb }]\n",
      },
      env: { SMARTBIKE_CONFIG: "own.yaml", MQTT_HOST: broker.url },
    });
    const drivers = command === "driver" ? ["climb"] : [];
    const done = runCli(
      [command, "simulated", ...drivers, "--bike", "b7", "--speed-up", "10"],
      compose(io),
    );
    await within("the bike", io.seen(/^Bike b7 on .*: climb\n/m));
    const follower = new BikeFollower("b7");
    await follower.connect(broker.url);
    await follower.seen(
      "devices/climb/status",
      (text) => text.includes("online"),
    );
    await follower.command("incline", "6");
    await follower.seen(
      "incline/status",
      (text) => text.includes("out_of_range"),
    );
    await follower.command("incline", "4");
    await follower.seen("incline/report", (text) => valueOf(text) === 4);
    await follower.endpoint.close();
    io.interrupt("SIGTERM");
    assert.equal(await within("the end", done), 0);
  });
}

Deno.test("a port of MQTT_PORT that MQTT_HOST contradicts is a mistake for every command", async () => {
  const env = { MQTT_HOST: "127.0.0.1:18832", MQTT_PORT: "18839" };
  const commands = [
    ["client", "test.bed.Bed", "get", "name"],
    ["client", "list"],
    ["service"],
    ["status"],
    ["driver", "simulated"],
    ["config", "show"],
  ];
  for (const args of commands) {
    const { code, out, error } = await run(args, { env });
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(
      error,
      /^smartbike: Cannot use MQTT_PORT: MQTT_HOST says port 18832, expected one port\n/,
    );
  }
});

Deno.test("a mistake of the command line names its option, and not the file, which is valid", async () => {
  const files = { "c.yaml": "bike: { id: b7 }\n" };
  for (const command of ["start", "driver", "config"]) {
    const operands = { start: [], driver: ["fan"], config: ["show"] }[command];
    const { code, error } = await run([
      command,
      ...operands ?? [],
      "--config",
      "c.yaml",
      "--decimal",
      "alwys",
    ], { files });
    assert.equal(code, 2);
    assert.match(
      error,
      /^smartbike: Cannot use --decimal: found the text "alwys", expected auto or always; did you mean "always"\?\n/,
    );
    assert.doesNotMatch(error, /c\.yaml/);
  }
});

Deno.test("the help of each command names every place where its broker comes from", async () => {
  const commands = [
    ...["status", "doctor", "start", "driver", "config"],
    ...["client", "service"],
  ];
  for (const command of commands) {
    const { out } = await run(["help", command]);
    assert.match(
      out.replaceAll(/\s+/g, " "),
      /--broker <address> .*\(env: MQTT_HOSTNAME, MQTT_HOST; file: broker\.address; default: the embedded broker, else localhost:1883\)/,
      command,
    );
  }
});

Deno.test("the help names the log level and the address that a command uses by default", async () => {
  const table: readonly (readonly [string, string])[] = [
    ["start", "--log-level <level> .*(file: log.level; default: info)"],
    ["driver", "--log-level <level> .*(file: log.level; default: info)"],
    ["status", "--log-level <level> .*(default: warning)"],
    ["client", "--log-level <level> .*(default: fatal)"],
    [
      "broker",
      "--listen <address> .*(file: embeddedBroker.listen; default: 127.0.0.1:1883)",
    ],
  ];
  for (const [command, text] of table) {
    const { out } = await run(["help", command]);
    const pattern = text.replaceAll(/[().]/g, "\\$&").replace("\\.*", "[^(]*");
    assert.match(out.replaceAll(/\s+/g, " "), new RegExp(pattern), command);
  }
});

Deno.test("client, service and status use the broker and the account of the file", async () => {
  const account = { username: "rider", password: "pedal-secret" };
  await using broker = await EmbeddedBroker.listen({ account });
  const files = {
    "/etc/smartbike/smartbike.yaml":
      `broker: { address: "${broker.url}", username: rider, passwordFile: secret }`,
    "/etc/smartbike/secret": "pedal-secret\n",
  };
  const io = new FakeCliIo({ files });
  const done = runCli(["service"], compose(io));
  await within("the service", io.seen(/^Serving test\.bed\.Bed on /m));
  const list = await run(["client", "list"], { files });
  assert.equal(list.code, 0, list.error);
  assert.match(list.out, /^smartbike-service-\S+ +alive\n/);
  const get = await run(["client", "test.bed.Bed", "get", "gear"], { files });
  assert.deepEqual([get.code, get.out], [0, "0\n"]);
  const status = await run(["status", "--timeout", "50ms"], { files });
  assert.deepEqual([status.code, status.out], [
    1,
    "bike 000001 is unknown\n",
  ]);
  io.interrupt("SIGTERM");
  assert.equal(await within("the end", done), 0);
});

Deno.test("broker takes its address and its account from the file", async () => {
  const files = {
    "smartbike.yaml":
      "embeddedBroker: { listen: '127.0.0.1:0', username: rider, passwordEnv: SECRET }",
  };
  const io = new FakeCliIo({ files, env: { SECRET: "pedal-secret" } });
  const done = runCli(["broker"], compose(io));
  await within("the broker", io.seen(/^Broker listening on .*\n/m));
  const [, address = ""] = /on (\S+)/.exec(io.out) ?? [];
  const args = ["client", "--broker", address, "list"];
  const stranger = await run(args);
  assert.equal(stranger.code, 1);
  assert.match(stranger.error, /refused/);
  const rider = await run([...args, "--username", "rider"], {
    env: { MQTT_PASSWORD: "pedal-secret" },
  });
  assert.equal(rider.code, 0, rider.error);
  io.interrupt("SIGTERM");
  assert.equal(await within("the end", done), 0);
});

Deno.test("client list names the known interfaces where no broker is configured", async () => {
  const { code, out } = await run(["client", "list"]);
  assert.equal(code, 0);
  assert.match(out, /^test\.bed\.Bed/);
});

Deno.test("help of a command that there is not says so", async () => {
  const { code, out, error } = await run(["help", "stat"]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(
    error,
    /Cannot show the help of "stat": there is no such command, did you mean "start"\?/,
  );
});

Deno.test("config check reads the file of --config", async () => {
  const files = { "own.yaml": "bik: {}\n" };
  const args = ["config", "check", "--config", "own.yaml"];
  const { code, out } = await run(args, { files });
  assert.equal(code, 2);
  assert.match(out, /^own\.yaml:1:1: Cannot use "bik"/);
  const none = await run(["config", "check"]);
  assert.equal(none.code, 2);
  assert.match(none.error, /there is no configuration, name a FILE/);
});

Deno.test("--capture refuses to overwrite a file, unless it is forced", async () => {
  const files = { "ride.jsonl": "an earlier ride" };
  const args = ["driver", "simulated", "fan", "--capture", "ride.jsonl"];
  const { code, error } = await run(args, { files });
  assert.equal(code, 2);
  assert.match(
    error,
    /Cannot write --capture "ride\.jsonl": the file exists, name another one or give --force/,
  );
  const io = new FakeCliIo({ files });
  const more = ["--force", "--broker", "127.0.0.1:1"];
  const done = runCli([...args, ...more], compose(io));
  await within("the warning", io.seen(/Cannot connect/));
  io.interrupt("SIGTERM");
  assert.equal(await within("the end", done), 0);
  assert.doesNotMatch(await io.readTextFile("ride.jsonl"), /an earlier ride/);
});
