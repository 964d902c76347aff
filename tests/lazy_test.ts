/**
 * What is loaded before anything is asked for, and with a command.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ROOT } from "./support/source_files.ts";

/** A module as `deno info` prints it. */
interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly isDynamic?: boolean;
    readonly npmPackage?: string;
    readonly code?: { readonly specifier?: string };
  }[];
}

/** All that a file of this repository loads at once: own files by path, packages by name. */
async function loadedWith(path: string): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", path],
    cwd: ROOT,
  }).output();
  const info: { readonly modules: readonly ModuleInfo[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const modules = new Map(info.modules.map((one) => [one.specifier, one]));
  const found = new Set<string>();
  const visit = (specifier: string) => {
    if (found.has(specifier)) return;
    found.add(specifier);
    for (const one of modules.get(specifier)?.dependencies ?? []) {
      if (one.isDynamic || !one.code?.specifier) continue;
      if (one.npmPackage) found.add(one.npmPackage.replace(/@[^@]*$/, ""));
      else visit(one.code.specifier);
    }
  };
  visit(new URL(path, ROOT).href);
  return [...found].map((one) => one.replace(ROOT.href, "")).sort();
}

Deno.test("before it is asked for more than its version, the program loads four small files", async () => {
  assert.deepEqual(await loadedWith("main.ts"), [
    "deno.json",
    "lib/cli/build_info.json",
    "lib/cli/build_info.ts",
    "lib/cli/byte_sink.ts",
    "main.ts",
  ]);
});

/** What is loaded, and what is not loaded with it. */
const WITHOUT: readonly (readonly [string, readonly RegExp[]])[] = [
  ["lib/cli/run_cli.ts", [/^mqtt/, /^yaml$/, /commands\/./, /^drivers\//]],
  ["lib/cli/commands/decode.ts", [/^mqtt/, /^yaml$/, /^lib\/(app|bike|mqtt)/]],
  ["lib/cli/commands/client.ts", [/^dbus/, /^ws$/, /^lib\/(gatt|dashboard)/]],
  ["lib/cli/commands/status.ts", [/^dbus/, /^ws$/, /^lib\/(gatt|dashboard)/]],
];

for (const [path, patterns] of WITHOUT) {
  Deno.test(`${path} loads nothing like ${patterns.join(", ")}`, async () => {
    const loaded = await loadedWith(path);
    assert.ok(loaded.length > 5);
    const surplus = loaded.filter((one) =>
      patterns.some((pattern) => pattern.test(one))
    );
    assert.deepEqual(surplus, []);
  });
}
