import assert from "node:assert/strict";
import { resolveBroker } from "#lib/cli/options/broker_options.ts";
import type { OptionValues } from "#lib/cli/command.ts";
import { Output } from "#lib/cli/output.ts";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import {
  FakeCliIo,
  type FakeCliIoOptions,
} from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";

type Given = Readonly<Record<string, string | true>>;

function resolve(given: Given, world: FakeCliIoOptions = {}) {
  const io = new FakeCliIo(world);
  const options: OptionValues = {
    text(name) {
      const value = given[name];
      return typeof value === "string" ? value : undefined;
    },
    texts: () => [],
    flag: (name) => given[name] === true,
  };
  const context = {
    ...compose(io),
    output: new Output(io),
    program: { name: "smartbike", version: "", summary: "", commands: [] },
  };
  return { io, settings: resolveBroker(options, context) };
}

async function urlOf(given: Given, env: Readonly<Record<string, string>> = {}) {
  return (await resolve(given, { env }).settings).broker;
}

Deno.test("resolveBroker takes the option before the environment before localhost:1883", async () => {
  const env = { MQTT_HOSTNAME: "env", MQTT_PORT: "1884" };
  assert.equal(await urlOf({}), "mqtt://localhost:1883");
  assert.equal(await urlOf({}, env), "mqtt://env:1884");
  assert.equal(await urlOf({ broker: "flag" }, env), "mqtt://flag:1883");
  assert.equal(await urlOf({}, { MQTT_PORT: "1884" }), "mqtt://localhost:1884");
});

Deno.test("resolveBroker reads MQTT_HOST and MQTT_USER where the longer names are not set", async () => {
  assert.equal(await urlOf({}, { MQTT_HOST: "short" }), "mqtt://short:1883");
  const both = { MQTT_HOST: "short", MQTT_HOSTNAME: "long" };
  assert.equal(await urlOf({}, both), "mqtt://long:1883");
  const env = { MQTT_USER: "u", MQTT_PASSWORD: "p" };
  const { connect } = await resolve({}, { env }).settings;
  assert.equal(connect.username, "u");
});

Deno.test("resolveBroker takes every form of an address from the option and from MQTT_HOSTNAME", async () => {
  const table: Readonly<Record<string, string>> = {
    "bike.local": "mqtt://bike.local:1883",
    "bike.local:1885": "mqtt://bike.local:1885",
    "mqtts://bike.local": "mqtts://bike.local:8883",
    "ws://bike.local/mqtt": "ws://bike.local:80/mqtt",
    "wss://bike.local:9/a?b=c": "wss://bike.local:9/a?b=c",
    "::1": "mqtt://[::1]:1883",
    "[::1]:1885": "mqtt://[::1]:1885",
  };
  for (const [text, url] of Object.entries(table)) {
    assert.equal(await urlOf({ broker: text }), url);
    assert.equal(await urlOf({}, { MQTT_HOSTNAME: text }), url);
  }
});

Deno.test("resolveBroker puts MQTT_PORT into the address of MQTT_HOSTNAME, unless that says another", async () => {
  const env = (host: string) => ({ MQTT_HOSTNAME: host, MQTT_PORT: "9001" });
  assert.equal(await urlOf({}, env("mqtts://host")), "mqtts://host:9001");
  assert.equal(await urlOf({}, env("ws://host/mqtt")), "ws://host:9001/mqtt");
  assert.equal(await urlOf({}, env("::1")), "mqtt://[::1]:9001");
  assert.equal(await urlOf({}, env("host:9001")), "mqtt://host:9001");
  await assert.rejects(
    urlOf({}, env("host:9002")),
    /MQTT_HOSTNAME says port 9002/,
  );
});

Deno.test("resolveBroker names the variable that is empty or malformed", async () => {
  const table: readonly (readonly [string, string])[] = [
    ["MQTT_HOSTNAME", ""],
    ["MQTT_HOST", " "],
    ["MQTT_HOSTNAME", "http://host"],
    ["MQTT_HOSTNAME", "a b"],
    ["MQTT_PORT", ""],
    ["MQTT_PORT", "0"],
    ["MQTT_PORT", "65536"],
    ["MQTT_PORT", "none"],
    ["MQTT_PORT", "1883.5"],
    ["MQTT_USERNAME", ""],
    ["MQTT_USER", ""],
    ["MQTT_PASSWORD", ""],
  ];
  for (const [name, value] of table) {
    await assert.rejects(urlOf({}, { [name]: value }), (error) => {
      assert.ok(error instanceof ConfigError, `${name}=${value}`);
      assert.equal(error.details.option, name);
      assert.ok(error.message.startsWith(`Cannot use ${name}`), error.message);
      return true;
    });
  }
});

Deno.test("resolveBroker does not look at a variable that an option overrides", async () => {
  const env = { MQTT_HOSTNAME: "", MQTT_PORT: "x", MQTT_USERNAME: "" };
  const given = { broker: "flag", username: "u" };
  const { broker, connect } = await resolve(given, { env }).settings;
  assert.equal(broker, "mqtt://flag:1883");
  assert.equal(connect.username, "u");
});

Deno.test("resolveBroker takes the password from a file before the environment, without its line feed", async () => {
  const env = { MQTT_USERNAME: "u", MQTT_PASSWORD: "from env" };
  const files = { pw: "from file \r\n" };
  const read = async (given: Given) =>
    (await resolve(given, { env, files }).settings).connect.password;
  assert.equal(await read({}), "from env");
  assert.equal(await read({ "password-file": "pw" }), "from file ");
});

Deno.test("resolveBroker refuses a password file that is absent, empty or has several lines", async () => {
  const files = { empty: "\n", two: "a\nb\n" };
  for (
    const [file, why] of [["absent", /no such/], ["empty", /empty/], [
      "two",
      /several/,
    ]] as const
  ) {
    const given = { username: "u", "password-file": file };
    await assert.rejects(resolve(given, { files }).settings, (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, why);
      assert.match(error.message, /--password-file/);
      return true;
    });
  }
});

Deno.test("resolveBroker refuses a password without an account name", async () => {
  await assert.rejects(urlOf({}, { MQTT_PASSWORD: "secret" }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.details.option, "MQTT_PASSWORD");
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

Deno.test("resolveBroker refuses credentials in an address, says where they go, and repeats none", async () => {
  const address = "mqtt://user:secret@host";
  for (
    const settings of [
      urlOf({ broker: address }),
      urlOf({}, { MQTT_HOST: address }),
    ]
  ) {
    await assert.rejects(settings, (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /--password-file.*MQTT_PASSWORD/);
      assert.doesNotMatch(JSON.stringify(error) + error.message, /secret/);
      return true;
    });
  }
});

Deno.test("resolveBroker reads certificates for an encrypted address, and verifies unless told otherwise", async () => {
  const files = {
    ca: "-----BEGIN CERTIFICATE-----ca",
    cert: "-----BEGIN CERTIFICATE-----own",
    key: "-----BEGIN PRIVATE KEY-----",
  };
  const given = { broker: "wss://host", ca: "ca", cert: "cert", key: "key" };
  const strict = resolve(given, { files });
  assert.deepEqual((await strict.settings).connect.tls, files);
  assert.equal(strict.io.error, "");
  const lax = resolve({ broker: "mqtts://host", insecure: true });
  assert.deepEqual((await lax.settings).connect.tls, { insecure: true });
  assert.match(lax.io.error, /warning: --insecure/);
});

Deno.test("resolveBroker refuses certificate options that would be of no effect", async () => {
  const files = { text: "hello", cert: "-----BEGIN CERTIFICATE-----" };
  const table: readonly (readonly [Given, RegExp])[] = [
    [{ broker: "host", ca: "cert" }, /--ca with "mqtt:\/\/host:1883"/],
    [{ broker: "ws://host", insecure: true }, /--insecure with "ws:/],
    [{ broker: "mqtts://host", cert: "cert" }, /--cert and --key alone/],
    [{ broker: "mqtts://host", key: "cert" }, /--cert and --key alone/],
    [{ broker: "mqtts://host", ca: "text" }, /it holds no certificate/],
    [{ broker: "mqtts://host", ca: "absent" }, /Cannot read --ca "absent"/],
    [{ broker: "mqtts://host", cert: "cert", key: "cert" }, /no private key/],
  ];
  for (const [given, message] of table) {
    await assert.rejects(resolve(given, { files }).settings, message);
  }
});

Deno.test("resolveBroker takes protocol versions 5, 3.1.1 and auto, which is the default", async () => {
  for (
    const [given, version] of [[{}, "auto"], [{ protocol: "5" }, "5"], [{
      protocol: "3.1.1",
    }, "3.1.1"]] as const
  ) {
    const { connect } = await resolve(given).settings;
    assert.equal(connect.protocolVersion, version);
  }
  await assert.rejects(resolve({ protocol: "4" }).settings, UsageError);
});
