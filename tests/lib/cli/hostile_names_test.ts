/** Names of `Object.prototype`, wherever the command line and the configuration take a name. */
import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";

const NAMES = Object.getOwnPropertyNames(Object.prototype);

/** Nothing listens there. */
const NO_BROKER = ["--broker", "127.0.0.1:1", "--timeout", "200ms"];

/** Commands that name something that is not there. */
const COMMANDS: readonly ((name: string) => readonly string[])[] = [
  (name) => [name],
  (name) => ["help", name],
  (name) => ["decode", name, "00"],
  (name) => ["encode", name, "1"],
  (name) => ["generate", name],
  (name) => ["check", name],
  (name) => ["completions", name],
  (name) => ["broker-config", name],
  (name) => ["broker-config", "mosquitto", "--role", name],
  (name) => ["driver", name],
  (name) => ["driver", "trainer", "--option", `${name}.address=1`],
  (name) => ["driver", "trainer", "--option", `trainer.${name}=1`],
  (name) => ["driver", "simulated", "--faults", name],
  (name) => ["driver", "trainer", "--fan-follows", name],
  (name) => ["driver", "trainer", "--log-level", name],
  (name) => ["driver", "trainer", "--protocol", name],
  (name) => ["rides", name],
  (name) => ["service", name, ...NO_BROKER],
  (name) => ["client", `demo.${name}`, "get", "x", ...NO_BROKER],
  (name) => ["client", "io.world.Hello", name, "x", ...NO_BROKER],
  (name) => ["client", "io.world.Hello", "get", name, ...NO_BROKER],
  (name) => ["client", "io.world.Hello", "call", name, ...NO_BROKER],
  (name) => ["bike", "set", name, "3", ...NO_BROKER],
];

for (const command of COMMANDS) {
  const words = command("NAME").filter((word) => !NO_BROKER.includes(word));
  Deno.test(`"${words.join(" ")}" with a name of Object.prototype ends with an error that names no internals`, async () => {
    for (const name of NAMES) {
      const io = new FakeCliIo({});
      const code = await runCli([...command(name)], compose(io));
      assert.ok(code === 1 || code === 2, `${name}: ${code}`);
      assert.doesNotMatch(
        io.error,
        /unexpected error|native code|TypeError|is not a function|undefined/,
      );
    }
  });
}

Deno.test("a configuration with keys of Object.prototype is refused at their places", async () => {
  for (const name of NAMES) {
    for (
      const text of [
        `${name}: 1\n`,
        `bike:\n  ${name}: 1\n`,
        `devices:\n  ${name}:\n    address: 1\n`,
      ]
    ) {
      const files = { "/smartbike.yaml": text };
      const io = new FakeCliIo({ files });
      const args = ["config", "check", "--config", "/smartbike.yaml"];
      assert.equal(await runCli(args, compose(io)), 2, name);
      assert.match(io.out, /smartbike\.yaml:\d/);
      assert.doesNotMatch(io.error, /unexpected error|native code|TypeError/);
    }
  }
});
