import assert from "node:assert/strict";
import { COMMANDS } from "#lib/cli/commands.ts";
import { loadCommands } from "#lib/cli/load_command.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo, type FakeCliIoOptions } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";

async function run(args: readonly string[], world: FakeCliIoOptions = {}) {
  const io = new FakeCliIo(world);
  const code = await runCli(args, compose(io));
  return { code, out: io.out, error: io.error };
}

Deno.test("--help prints the commands and examples to standard output and ends with 0", async () => {
  for (const args of [["--help"], ["-h"], ["help"]]) {
    const { code, out, error } = await run(args);
    assert.deepEqual([code, error], [0, ""]);
    for (const word of ["service", "client", "broker", "demo", "Examples:"]) {
      assert.ok(out.includes(word), word);
    }
  }
});

Deno.test("what a command's help explains fits a terminal of 80 columns", async () => {
  const commands = await loadCommands(COMMANDS);
  const lines = commands.flatMap(({ details = "" }) => details.split("\n"));
  assert.deepEqual(lines.filter((line) => line.length > 80), []);
});

Deno.test("every command has a help with examples, by --help and by help", async () => {
  for (const command of ["service", "client", "broker", "demo"]) {
    const { code, out } = await run([command, "--help"]);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^Usage: smartbike ${command} \\[options\\]`));
    assert.match(out, new RegExp(`Examples:\n  \\$ smartbike ${command}`));
    assert.equal((await run(["help", command])).out, out);
    const wide = out.split("\n").filter((line) =>
      line.length > 80 && !line.startsWith("  $ ")
    );
    assert.deepEqual(wide, []);
  }
});

Deno.test("the help of client and service documents all broker options", async () => {
  const options = [
    ...["--broker", "--username", "--password-file", "--ca", "--cert"],
    ...["--key", "--insecure", "--protocol", "--log-level", "MQTT_HOSTNAME"],
  ];
  for (const command of ["service", "client"]) {
    const { out } = await run([command, "--help"]);
    for (const option of options) assert.ok(out.includes(option), option);
  }
});

Deno.test("--version prints name and version", async () => {
  const { code, out } = await run(["--version"]);
  assert.deepEqual([code, out], [0, "smartbike 1.2.3\n"]);
});

Deno.test("no command at all prints the help to standard error and ends with 2", async () => {
  const { code, out, error } = await run([]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(error, /^Usage: smartbike/);
});

/** Arguments, what standard error must hold. */
const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
  [
    ["clinet"],
    /Cannot run "clinet": there is no such command, did you mean "client"\?/,
  ],
  [["--jsn"], /Cannot use "--jsn": there is no such option here\n/],
  [["client", "--jsn"], /Cannot use "--jsn": .*, did you mean "--json"\?/],
  [
    ["client", "--broker"],
    /Cannot use "--broker": its value is missing, expected --broker <address>/,
  ],
  [["client"], /INTERFACE is missing/],
  [["client", "test.bed.Bed"], /VERB is missing/],
  [["client", "test.bed.bed", "list"], /did you mean "test.bed.Bed"\?/],
  [["client", "Bed", "list"], /did you mean "test.bed.Bed"\?/],
  [["client", "io.world.Hello", "list"], /known are test.bed.Bed/],
  [
    ["client", "test.bed.Bed", "gte"],
    /expected get, set, call, watch, list, did you mean "get"\?/,
  ],
  [["client", "test.bed.Bed", "list", "x"], /it takes no argument "x"/],
  [["client", "list", "x"], /it takes no argument "x"/],
  [["client", "test.bed.Bed", "get"], /PROPERTY is missing/],
  [["client", "test.bed.Bed", "get", "nmae"], /no such|did you mean "name"\?/],
  [["client", "test.bed.Bed", "get", "echo"], /it is an operation/],
  [["client", "test.bed.Bed", "get", "name", "x"], /it takes no argument "x"/],
  [
    ["client", "test.bed.Bed", "get", "--jso", "name"],
    /Cannot use "--jso"/,
  ],
  [
    ["client", "test.bed.Bed", "set", "name"],
    /VALUE is missing, expected set PROPERTY VALUE/,
  ],
  [
    ["client", "test.bed.Bed", "set", "fixed", "1"],
    /"fixed" of test.bed.Bed: it is read-only/,
  ],
  [
    ["client", "test.bed.Bed", "set", "gear", "x"],
    /got x for gear, expected int as JSON/,
  ],
  [
    ["client", "test.bed.Bed", "set", "name", "a", "--jso"],
    /it takes no option "--jso"/,
  ],
  [["client", "test.bed.Bed", "call"], /OPERATION is missing/],
  [["client", "test.bed.Bed", "call", "ecko"], /did you mean "echo"\?/],
  [["client", "test.bed.Bed", "call", "name"], /it is a property/],
  [
    ["client", "test.bed.Bed", "call", "echo", "a"],
    /1 of 2 arguments are there, expected echo\(text: string, mode: Mode\)/,
  ],
  [
    ["client", "test.bed.Bed", "call", "echo", "a", "Erg", "x"],
    /it takes no argument "x"/,
  ],
  [
    ["client", "test.bed.Bed", "call", "echo", "a", "Erg", "--jso"],
    /it takes no option "--jso"/,
  ],
  [
    ["client", "test.bed.Bed", "call", "echo", "a", "Turbo"],
    /got "Turbo" for mode, expected Mode: Off \(0\)/,
  ],
  [["client", "test.bed.Bed", "watch", "rnag"], /did you mean "rang"\?/],
  [["client", "test.bed.Bed", "watch", "echo"], /it is an operation/],
  [
    ["client", "test.bed.Bed", "watch", "--count", "0"],
    /--count "0": expected a whole number/,
  ],
  [
    ["client", "test.bed.Bed", "get", "name", "--count", "1"],
    /only watch counts/,
  ],
  [
    ["client", "test.bed.Bed", "get", "name", "--timeout", "5"],
    /--timeout "5": expected a time/,
  ],
  [
    ["client", "test.bed.Bed", "get", "name", "--protocol", "4"],
    /--protocol: found the text "4", expected one of 5/,
  ],
  [
    ["client", "test.bed.Bed", "list", "--log-level", "loud"],
    /--log-level "loud": expected debug/,
  ],
  [
    ["client", "--broker", "http://x", "test.bed.Bed", "get", "name"],
    /--broker: found the text "http:\/\/x", expected host, host:port with a port from 1 to 65535, or a URL/,
  ],
  [["service", "Bed"], /did you mean "test.bed.Bed"\?/],
  [["broker", "x"], /Cannot run "broker": it takes no arguments/],
  [
    ["broker", "--listen", "1:2:3"],
    /--listen: found the text "1:2:3", expected host:port/,
  ],
  [
    ["broker", "--listen", "127.0.0.1:65536"],
    /--listen: .* with a port from 0 to 65535/,
  ],
  [
    ["broker", "--username", "u"],
    /--username: there is no password, expected .*passwordFile/,
  ],
  [["demo", "x"], /Cannot run "demo": it takes no arguments/],
];

Deno.test("a mistake in the arguments ends with 2, says what is wrong and how to get help, and prints no result", async () => {
  for (const [args, message] of MISTAKES) {
    const { code, out, error } = await run(args);
    const line = `${args.join(" ")} → ${error}`;
    assert.deepEqual([code, out], [2, ""], line);
    assert.match(error, message, line);
    assert.match(
      error,
      /^smartbike: [^\n]+\nTry "smartbike [^\n]*--help" for more.\n$/,
    );
  }
});

Deno.test("a setting of the environment that cannot be used ends with 2 and is named", async () => {
  const args = ["client", "test.bed.Bed", "get", "name"];
  const { code, error } = await run(args, { env: { MQTT_PORT: "none" } });
  assert.equal(code, 2);
  assert.match(
    error,
    /^smartbike: Cannot use MQTT_PORT: found the text "none"/,
  );
});

Deno.test("--log-level debug adds the stack of an error, nothing else does", async () => {
  const args = [
    "client",
    "--username",
    "rider",
    "--password-file",
    "none",
    "test.bed.Bed",
    "get",
    "name",
  ];
  const quiet = await run(args);
  const loud = await run([...args, "--log-level", "debug"]);
  assert.doesNotMatch(quiet.error, / at /);
  assert.match(loud.error, /ConfigError: .*\n +at .*\n[^]*Caused by: NotFound/);
});

Deno.test("an error that nobody foresaw ends with 1 and without a stack", async () => {
  const io = new FakeCliIo();
  const code = await runCli(["demo"], {
    ...compose(io),
    demonstrate: () => Promise.reject(new RangeError("odd")),
  });
  assert.equal(code, 1);
  assert.equal(io.error, "smartbike: unexpected error: odd\n");
});

Deno.test("list prints members and types, of one interface or of all", async () => {
  const { code, out, error } = await run(["client", "test.bed.Bed", "list"]);
  assert.deepEqual([code, error], [0, ""]);
  const lines = out.split("\n").map((line) => line.trim());
  assert.equal(lines[0], "test.bed.Bed");
  assert.ok(lines.includes("property   gear: int"));
  assert.ok(lines.includes("property   fixed: float (read-only)"));
  assert.ok(
    lines.includes("operation  echo(text: string, mode: Mode): string"),
  );
  assert.ok(lines.includes("operation  reset(): void"));
  assert.ok(lines.includes("signal     rang(text: string, mode: Mode)"));
  assert.ok(lines.includes("enum       Mode { Off = 0, Erg = 10, Sim = -2 }"));
  assert.equal((await run(["client", "list"])).out, out);
});

Deno.test("list --json prints one JSON value a line", async () => {
  const { out } = await run(["client", "test.bed.Bed", "list", "--json"]);
  const values = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const of = (kind: string, name: string) =>
    values.find((value) => value[kind] === name);
  const inside = { interface: "test.bed.Bed" };
  assert.deepEqual(of("property", "fixed"), {
    ...inside,
    property: "fixed",
    type: "float",
    readonly: true,
  });
  assert.deepEqual(of("operation", "echo"), {
    ...inside,
    operation: "echo",
    params: [{ name: "text", type: "string" }, { name: "mode", type: "Mode" }],
    returns: "string",
  });
  assert.deepEqual(of("enum", "Mode"), {
    ...inside,
    enum: "Mode",
    members: { Off: 0, Erg: 10, Sim: -2 },
  });
});
