/**
 * Each setting comes from the same sources, in the same order, whatever it is.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { BIKE_SETTING_OPTIONS } from "#lib/cli/commands/bike_program.ts";
import { SCHEMA } from "#lib/config/schema.ts";
import {
  type PlacedSetting,
  placedSettings,
  type Setting,
} from "#lib/config/setting.ts";
import { optionNameOf } from "#lib/config/setting_option.ts";
import { FakeCliIo, type FakeCliIoOptions } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";

async function run(args: readonly string[], options: FakeCliIoOptions = {}) {
  const io = new FakeCliIo(options);
  const code = await runCli(args, compose(io));
  return { code, out: io.out, error: io.error };
}

/** Two values of a setting that are not its default. */
function samplesOf(path: string, { default: usual, rule }: Setting): string[] {
  const own = OWN_SAMPLES[path];
  if (own) return own;
  if (rule.type === "flag") return [String(!usual)];
  if (rule.type === "number") {
    const { min = 1, max = min + 10 } = rule;
    const values = [min, Math.round((min + max) / 2), max].map(String);
    return values.filter((value) => value !== String(usual)).slice(0, 2);
  }
  const { choices = ["one", "two", "three"] } = rule;
  return choices.filter((value) => value !== usual).slice(0, 2);
}

/** Samples of texts of a form, and of settings that others contradict. */
const OWN_SAMPLES: Readonly<Record<string, string[]>> = {
  "broker.address": ["mqtts://a", "mqtts://b"],
  "metrics.listen": ["9465", "9466"],
  "bike.objectId": ["bike/1", "bike/2"],
};

const TLS = ["--broker", "mqtts://h"];

/** What a setting needs beside it. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  "broker.passwordFile": ["--username", "me"],
  "broker.tls.ca": TLS,
  "broker.tls.cert": [...TLS, "--key", "k"],
  "broker.tls.key": [...TLS, "--cert", "c"],
  "broker.tls.insecure": TLS,
};

/** A file with one setting. */
function fileWith(path: string, value: string): string {
  const keys = path.split(".");
  const inner: unknown = keys.reduceRight<unknown>(
    (rest, key) => ({ [key]: rest }),
    JSON.parse(/^(true|false|-?[\d.]+)$/.test(value) ? value : `"${value}"`),
  );
  return JSON.stringify(inner);
}

const withOption = placedSettings(SCHEMA).filter(({ path }) =>
  BIKE_SETTING_OPTIONS.some(({ setting }) => setting?.path === path)
);

/** How a value is given on the command line. */
function argumentsFor({ setting }: PlacedSetting, value: string): string[] {
  const { name = "", sets = true } = optionNameOf(setting) ?? {};
  return setting.rule.type === "flag"
    ? String(sets) === value ? [`--${name}`] : []
    : [`--${name}`, value];
}

for (const placed of withOption) {
  const { path, setting } = placed;
  Deno.test(`the command line comes before the environment, the file and the default of ${path}`, async () => {
    const [first = "", second = first] = samplesOf(path, setting);
    const files = { "c.yaml": fileWith(path, first) };
    const show = ["config", "show", "--origin", "--config", "c.yaml"]
      .concat(BESIDE[path] ?? []);
    const key = path.slice(path.lastIndexOf(".") + 1);
    const shown = async (
      args: readonly string[],
      options: FakeCliIoOptions,
    ) => {
      const { code, error, out } = await run([...show, ...args], options);
      assert.equal(code, 0, error);
      return out.split("\n").filter((line) => line.trim().startsWith(`${key}:`))
        .join();
    };
    assert.match(await shown([], { files }), /c\.yaml:1:/);
    const variable = setting.variables?.[0];
    if (variable !== undefined) {
      const env = { [variable]: second };
      const line = await shown([], { files, env });
      assert.ok(line.includes(variable) && line.includes(second), line);
    }
    const args = argumentsFor(placed, second);
    const [option] = args;
    if (option === undefined) return;
    const env = variable === undefined ? {} : { [variable]: first };
    const line = await shown(args, { files, env });
    assert.ok(line.includes(`# ${option}`) && line.includes(second), line);
  });
}

/** Each command that takes settings, as it is run. */
const COMMANDS: readonly (readonly string[])[] = [
  ["start"],
  ["driver", "fan"],
  ["config", "show"],
  ["client", "list"],
  ["service"],
  ["status"],
  ["scan"],
  ["doctor"],
];

Deno.test("every command refuses an empty variable, an unknown option and a wrong file in the same words", async () => {
  const cases: readonly (readonly [string, FakeCliIoOptions, string[]])[] = [
    ["Cannot use MQTT_HOST: it is empty", { env: { MQTT_HOST: "" } }, []],
    [
      "Cannot use SMARTBIKE_CONFIG: it is empty, expected the path of a file",
      { env: { SMARTBIKE_CONFIG: "" } },
      [],
    ],
    [
      'Cannot use "rider.ftpWatts": found the text "200", expected a number from 50 to 600',
      { files: { "smartbike.yaml": 'rider: { ftpWatts: "200" }' } },
      [],
    ],
    [
      'Cannot use the file: The key "bike" stands twice, expected valid YAML',
      { files: { "smartbike.yaml": "bike:\nbike:\n" } },
      [],
    ],
    [
      'Cannot use "--gearz": there is no such option here',
      { files: { "smartbike.yaml": "" } },
      ["--gearz"],
    ],
  ];
  for (const command of COMMANDS) {
    for (const [message, options, args] of cases) {
      const { code, out, error } = await run([...command, ...args], {
        files: { "smartbike.yaml": "" },
        ...options,
      });
      const line = `${command.join(" ")}: ${out}${error}`;
      assert.ok(`${out}${error}`.includes(message), line);
      // A doctor goes on after what it finds.
      const codes = command[0] === "doctor" ? [1, 2] : [2];
      assert.ok(codes.includes(code), line);
    }
  }
});

Deno.test("every command warns of a variable of its own that is misspelt, and of no other", async () => {
  const env = {
    SMARTBIKE_CONFIGG: "own.yaml",
    SMARTBIKE_CACHE: "/tmp",
    SMART_CONFIG: "other",
    // So that nothing is run.
    MQTT_PORT: "none",
  };
  for (const command of COMMANDS) {
    const { error } = await run(command, { env });
    const warnings = error.split("\n").filter((line) =>
      /did you mean/.test(line)
    );
    assert.deepEqual(
      warnings,
      ["smartbike: warning: there is no variable SMARTBIKE_CONFIGG, did you mean SMARTBIKE_CONFIG?"],
      command.join(" "),
    );
  }
});
