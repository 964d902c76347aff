import assert from "node:assert/strict";
import type { BrokerSettings } from "#lib/app/broker_settings.ts";
import { configure } from "#lib/config/configuration.ts";
import { layerOfOptions } from "#lib/config/layers.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { requireBroker } from "#lib/cli/options/config_options.ts";
import { Output } from "#lib/cli/output.ts";
import { FakeCliIo, type FakeCliIoOptions } from "../../fakes/fake_cli_io.ts";

type Given = Readonly<Record<string, string | true>>;

/** The broker that a command with these options, variables and files uses. */
async function resolve(
  given: Given,
  world: FakeCliIoOptions = {},
  text?: string,
): Promise<BrokerSettings & { readonly printed: string }> {
  const io = new FakeCliIo(world);
  const options = layerOfOptions({
    text(name) {
      const value = given[name];
      return typeof value === "string" ? value : undefined;
    },
    flag: (name) => given[name] === true,
  }, settingOptions(SETTINGS.broker).map(({ setting }) => setting));
  const environment = (name: string) => {
    const value = io.env(name);
    return value === undefined ? undefined : { value };
  };
  const result = configure({
    drivers: [],
    options,
    environment,
    source: text === undefined ? undefined : { file: "f.yaml", text },
  });
  const secrets = { environment, files: io, conceal: () => {} };
  const settings = await requireBroker(
    { ...result, file: undefined, secrets },
    { output: new Output(io) },
  );
  return { ...settings, printed: io.error };
}

async function urlOf(given: Given, env: Readonly<Record<string, string>> = {}) {
  return (await resolve(given, { env })).broker;
}

Deno.test("a command takes the option before the environment before localhost:1883", async () => {
  const env = { MQTT_HOSTNAME: "env", MQTT_PORT: "1884" };
  assert.equal(await urlOf({}), "mqtt://localhost:1883");
  assert.equal(await urlOf({}, env), "mqtt://env:1884");
  assert.equal(await urlOf({ broker: "flag" }, env), "mqtt://flag:1883");
  assert.equal(await urlOf({}, { MQTT_PORT: "1884" }), "mqtt://localhost:1884");
});

Deno.test("a command reads MQTT_HOST and MQTT_USER where the longer names are not set", async () => {
  assert.equal(await urlOf({}, { MQTT_HOST: "short" }), "mqtt://short:1883");
  const both = { MQTT_HOST: "short", MQTT_HOSTNAME: "long" };
  assert.equal(await urlOf({}, both), "mqtt://long:1883");
  const env = { MQTT_USER: "u", MQTT_PASSWORD: "p" };
  const { connect } = await resolve({}, { env });
  assert.equal(connect.username, "u");
});

Deno.test("a command takes every form of an address from the option and from MQTT_HOSTNAME", async () => {
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

Deno.test("a command puts MQTT_PORT into the address of MQTT_HOSTNAME, unless that says another", async () => {
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

Deno.test("a command names the variable that is empty or malformed", async () => {
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

Deno.test("a command does not look at a variable that an option overrides", async () => {
  const env = { MQTT_HOSTNAME: "", MQTT_PORT: "x", MQTT_USERNAME: "" };
  const given = { broker: "flag", username: "u" };
  const { broker, connect } = await resolve(given, { env });
  assert.equal(broker, "mqtt://flag:1883");
  assert.equal(connect.username, "u");
});

Deno.test("a command takes the password from a file before the environment, without its line feed", async () => {
  const env = { MQTT_USERNAME: "u", MQTT_PASSWORD: "from env" };
  const files = { pw: "from file \r\n" };
  const read = async (given: Given) =>
    (await resolve(given, { env, files })).connect.password;
  assert.equal(await read({}), "from env");
  assert.equal(await read({ "password-file": "pw" }), "from file ");
});

Deno.test("a command refuses a password file that is absent, empty or has several lines", async () => {
  const files = { empty: "\n", two: "a\nb\n" };
  for (
    const [file, why] of [["absent", /no such/], ["empty", /empty/], [
      "two",
      /several/,
    ]] as const
  ) {
    const given = { username: "u", "password-file": file };
    await assert.rejects(resolve(given, { files }), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, why);
      assert.match(error.message, /--password-file/);
      return true;
    });
  }
});

Deno.test("a command refuses a password without an account name", async () => {
  await assert.rejects(urlOf({}, { MQTT_PASSWORD: "secret" }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.details.option, "MQTT_PASSWORD");
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

Deno.test("a command refuses credentials in an address, says where they go, and repeats none", async () => {
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

Deno.test("a command reads certificates for an encrypted address, and verifies by default", async () => {
  const files = {
    ca: "-----BEGIN CERTIFICATE-----ca",
    cert: "-----BEGIN CERTIFICATE-----own",
    key: "-----BEGIN PRIVATE KEY-----",
  };
  const given = { broker: "wss://host", ca: "ca", cert: "cert", key: "key" };
  const strict = await resolve(given, { files });
  assert.deepEqual(strict.connect.tls, files);
  assert.equal(strict.printed, "");
  const lax = await resolve({ broker: "mqtts://host", insecure: true });
  assert.deepEqual(lax.connect.tls, { insecure: true });
  assert.match(lax.printed, /warning: the broker's certificate is not checked/);
});

Deno.test("a command refuses certificate options that would be of no effect", async () => {
  const files = { text: "hello", cert: "-----BEGIN CERTIFICATE-----" };
  const table: readonly (readonly [Given, RegExp])[] = [
    [
      { broker: "host", ca: "cert" },
      /--ca: the broker's address is not encrypted/,
    ],
    [
      { broker: "ws://host", insecure: true },
      /--insecure: the broker's address is not encrypted/,
    ],
    [
      { broker: "mqtts://host", cert: "cert" },
      /--cert: broker\.tls\.key is missing/,
    ],
    [
      { broker: "mqtts://host", key: "cert" },
      /--key: broker\.tls\.cert is missing/,
    ],
    [{ broker: "mqtts://host", ca: "text" }, /it holds no certificate/],
    [{ broker: "mqtts://host", ca: "absent" }, /Cannot read --ca "absent"/],
    [{ broker: "mqtts://host", cert: "cert", key: "cert" }, /no private key/],
  ];
  for (const [given, message] of table) {
    await assert.rejects(resolve(given, { files }), message);
  }
});

Deno.test("a command takes protocol versions 5, 3.1.1 and auto, which is the default", async () => {
  for (
    const [given, version] of [[{}, "auto"], [{ protocol: "5" }, "5"], [{
      protocol: "3.1.1",
    }, "3.1.1"]] as const
  ) {
    const { connect } = await resolve(given);
    assert.equal(connect.protocolVersion, version);
  }
  await assert.rejects(
    resolve({ protocol: "4" }),
    /--protocol.*one of 5, 3\.1\.1, auto/,
  );
});

const FILE = `broker:
  address: mqtts://farm.example
  username: rider
  passwordFile: secret
  tls: { ca: ca.pem }
`;

Deno.test("the account and the certificates of a file are not used for a broker that it does not name", async () => {
  const files = { secret: "pedal", "ca.pem": "-----BEGIN CERTIFICATE-----" };
  const own = await resolve({}, { files }, FILE);
  assert.equal(own.broker, "mqtts://farm.example:8883");
  assert.equal(own.connect.password, "pedal");
  assert.ok(own.connect.tls);
  for (
    const [given, env] of [
      [{ broker: "127.0.0.1" }, {}],
      [{}, { MQTT_HOST: "127.0.0.1" }],
    ] as const
  ) {
    const other = await resolve(given, { files, env }, FILE);
    assert.deepEqual(other.connect, { protocolVersion: "auto" });
  }
});

Deno.test("the account of a file is used for the embedded broker that it names", async () => {
  const text = `embeddedBroker:
  listen: "[::]:1884"
  username: rider
  passwordEnv: SECRET
`;
  const { broker, connect } = await resolve(
    {},
    { env: { SECRET: "pedal" } },
    text,
  );
  assert.equal(broker, "mqtt://[::1]:1884");
  assert.equal(connect.username, "rider");
  assert.equal(connect.password, "pedal");
});

Deno.test("a command takes the keep-alive and the largest packet from the file", async () => {
  const { connect } = await resolve(
    {},
    {},
    "broker:\n  keepAliveSeconds: 4\n  maximumPacketBytes: 4096\n",
  );
  assert.deepEqual(connect, {
    protocolVersion: "auto",
    keepAliveSeconds: 4,
    maximumPacketBytes: 4096,
  });
});

Deno.test("a command refuses to send a password to port 8883 without a scheme, and says what to write", async () => {
  const env = { MQTT_USERNAME: "rider", MQTT_PASSWORD: "secret" };
  await assert.rejects(
    resolve({ broker: "bike.example:8883" }, { env }),
    /write mqtts:\/\/bike\.example:8883/,
  );
  const { broker } = await resolve(
    { broker: "mqtt://bike.example:8883" },
    { env },
  );
  assert.equal(broker, "mqtt://bike.example:8883");
});
