import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import {
  FakeCliIo,
  type FakeCliIoOptions,
} from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";

/** What a command writes and ends with. */
async function run(args: readonly string[], options: FakeCliIoOptions = {}) {
  const io = new FakeCliIo(options);
  const code = await runCli(args, compose(io));
  return { code, out: io.out, error: io.error };
}

const FILE = "bike: { id: b7 }\n";

Deno.test("config show prints what holds, with its origins if wanted", async () => {
  const files = { "smartbike.yaml": FILE };
  const env = {
    MQTT_HOST: "host",
    MQTT_USER: "me",
    MQTT_PASSWORD: "pedal-secret",
  };
  const { code, out, error } = await run(
    ["config", "show", "--origin", "--decimal", "always", "--power-on"],
    { files, env },
  );
  assert.deepEqual({ code, error }, { code: 0, error: "" });
  assert.match(out, /^ {2}id: "b7" # smartbike\.yaml:1:13$/m);
  assert.match(out, /^ {2}address: "host" # MQTT_HOST$/m);
  assert.match(out, /^ {2}decimal: "always" # --decimal$/m);
  assert.match(out, /^ {2}powerOn: true # --power-on$/m);
  assert.match(out, /^ {2}# password: \*\*\* # MQTT_PASSWORD$/m);
  const plain = await run(["config", "show"], { files });
  assert.match(plain.out, /^ {2}id: "b7"$/m);
  const json = await run(["config", "show", "--json"], { files, env });
  assert.equal(JSON.parse(json.out).bike.id, "b7");
  const lines = await run(["config", "show", "--json", "--origin"], {
    files,
    env,
  });
  const [first] = lines.out.split("\n");
  assert.deepEqual(JSON.parse(first ?? ""), {
    path: "bike.id",
    value: "b7",
    origin: "smartbike.yaml:1:13",
  });
  assert.doesNotMatch(out + json.out + lines.out, /pedal-secret/);
});

Deno.test("the first file of the search path counts, and one that is named before it", async () => {
  const places = [
    "smartbike.yaml",
    "/home/pi/.config/smartbike/smartbike.yaml",
    "/etc/smartbike/smartbike.yaml",
  ];
  const all = Object.fromEntries(
    [...places, "own.yaml", "var.yaml"].map((path) => [path, FILE]),
  );
  const seen = async (
    args: readonly string[],
    files: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = { HOME: "/home/pi" },
  ) => {
    const { out } = await run(["config", "show", "--origin", ...args], {
      files,
      env,
    });
    return /^ {2}id: .* # (.*)$/m.exec(out)?.[1];
  };
  for (const [index, place] of places.entries()) {
    const files = Object.fromEntries(
      places.slice(index).map((path) => [path, FILE]),
    );
    assert.equal(await seen([], files), `${place}:1:13`);
  }
  assert.equal(await seen([], {}), "default");
  assert.equal(
    await seen([], { "/x/smartbike/smartbike.yaml": FILE }, {
      HOME: "/home/pi",
      XDG_CONFIG_HOME: "/x",
    }),
    "/x/smartbike/smartbike.yaml:1:13",
  );
  const env = { SMARTBIKE_CONFIG: "var.yaml" };
  assert.equal(await seen([], all, env), "var.yaml:1:13");
  assert.equal(await seen(["--config", "own.yaml"], all, env), "own.yaml:1:13");
});

Deno.test("a file that is named must be there", async () => {
  for (
    const [args, env, name] of [
      [["--config", "no.yaml"], {}, "--config"],
      [[], { SMARTBIKE_CONFIG: "no.yaml" }, "SMARTBIKE_CONFIG"],
      [["--env-file", "no.yaml"], {}, "--env-file"],
    ] as const
  ) {
    const { code, error } = await run(["config", "show", ...args], { env });
    assert.equal(code, 2);
    assert.ok(
      error.includes(`Cannot read ${name} "no.yaml": there is no such file`),
      error,
    );
  }
});

Deno.test("--env-file reads the predecessor's variables, behind the environment", async () => {
  const { out } = await run([
    "config",
    "show",
    "--origin",
    "--env-file",
    ".env",
  ], {
    files: {
      ".env": 'export MQTT_HOST=old\nexport DEVICE_ID="000004"\n',
    },
    env: { MQTT_HOST: "new" },
  });
  assert.match(out, /address: "new" # MQTT_HOST$/m);
  assert.match(out, /id: "000004" # DEVICE_ID in \.env$/m);
});

Deno.test("config check prints every mistake with its place, and ends with 2", async () => {
  const files = {
    "a.yaml": "bik: {}\nlog: { level: x }\n",
    "b.yaml": FILE,
    "c.yaml": "bike: { id: '' }",
  };
  const bad = await run(["config", "check", "a.yaml", "b.yaml", "c.yaml"], {
    files,
    env: { MQTT_PORT: "nonsense" },
  });
  assert.equal(bad.code, 2);
  assert.deepEqual(
    bad.out.trimEnd().split("\n").map((line) => line.split(": ")[0]),
    ["a.yaml:1:1", "a.yaml:2:15", "c.yaml:1:13"],
  );
  assert.match(bad.error, /found 3 mistakes, listed above/);
  const good = await run(["config", "check", "b.yaml"], { files });
  assert.deepEqual(good, { code: 0, out: "b.yaml: no mistakes\n", error: "" });
  const json = await run(["config", "check", "--json", "c.yaml"], { files });
  assert.deepEqual(JSON.parse(json.out), {
    path: "bike.id",
    origin: { kind: "file", file: "c.yaml", line: 1, column: 13 },
    found: 'found the text ""',
    expected: "1 to 64 letters, digits, _ or -",
  });
});

Deno.test("config check warns of files that are named and not there, and of no others", async () => {
  const files = {
    "etc/a.yaml": `broker:
  address: mqtts://host
  username: me
  passwordFile: password
  tls: { ca: ca.crt }
`,
    "etc/ca.crt": "",
  };
  const { code, out, error } = await run(["config", "check", "etc/a.yaml"], {
    files,
  });
  assert.deepEqual([code, out], [0, "etc/a.yaml: no mistakes\n"]);
  assert.equal(
    error,
    'smartbike: warning: etc/a.yaml:4:17: "broker.passwordFile" names the file "etc/password", which is not there; "start" needs it\n',
  );
});

Deno.test("config schema prints the schema", async () => {
  const { code, out } = await run(["config", "schema"]);
  assert.equal(code, 0);
  assert.equal(
    JSON.parse(out).$schema,
    "https://json-schema.org/draft/2020-12/schema",
  );
});

Deno.test("config says what it can do, where it is asked for anything else", async () => {
  const { code, error } = await run(["config", "shwo"]);
  assert.equal(code, 2);
  assert.match(error, /expected show, check, schema, did you mean "show"\?/);
  assert.equal((await run(["config"])).code, 2);
  assert.equal((await run(["config", "check"])).code, 2);
  assert.equal((await run(["config", "schema", "x"])).code, 2);
});
