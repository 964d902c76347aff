import assert from "node:assert/strict";
import { findCycle, readImports } from "./imports.ts";

/** Reads the imports of a text as if it stood in lib/a/b.ts. */
const read = (text: string) => readImports({ path: "lib/a/b.ts", text });

Deno.test("readImports finds own files in every form of import", () => {
  const { files } = read(`
    import "./side_effect.ts";
    import { a } from "../value.ts";
    import type { B } from "#lib/type.ts";
    export * from "./all.ts";
    export { c } from "#adapters/named.ts";
    const d = await import("#drivers/dynamic.ts");
    type E = import("./in_type.ts").E;
  `);
  assert.deepEqual(files.toSorted(), [
    "adapters/named.ts",
    "drivers/dynamic.ts",
    "lib/a/all.ts",
    "lib/a/in_type.ts",
    "lib/a/side_effect.ts",
    "lib/type.ts",
    "lib/value.ts",
  ]);
});

Deno.test("readImports distinguishes packages from modules of the runtime", () => {
  const { packages, builtins } = read(`
    import mqtt from "mqtt";
    import type { Logger } from "@logtape/logtape";
    import "npm:yaml@2/util";
    import "jsr:@std/path@1";
    import { Buffer } from "node:buffer";
  `);
  assert.deepEqual(packages, ["mqtt", "@logtape/logtape", "yaml", "@std/path"]);
  assert.deepEqual(builtins, ["node:buffer"]);
});

Deno.test("readImports takes no notice of comments and strings", () => {
  assert.deepEqual(
    read(`
      // import "./comment.ts";
      /** import { a } from "mqtt"; Deno.exit() */
      const text = 'import "./text.ts"';
    `),
    {
      path: "lib/a/b.ts",
      files: [],
      packages: [],
      builtins: [],
      usesDeno: false,
    },
  );
});

Deno.test("readImports sees uses of Deno, as a value and as a type", () => {
  assert.equal(read(`Deno.exit();`).usesDeno, true);
  assert.equal(read(`let conn: Deno.Conn;`).usesDeno, true);
  assert.equal(read(`let deno = 1;`).usesDeno, false);
});

Deno.test("findCycle finds the way from a file back to itself", () => {
  const file = (path: string, ...files: string[]) => ({
    path,
    files,
    packages: [],
    builtins: [],
    usesDeno: false,
  });
  assert.deepEqual(
    findCycle([file("a", "b"), file("b", "c", "d"), file("d", "b")]),
    ["b", "d", "b"],
  );
  assert.deepEqual(
    findCycle([file("a", "b", "c"), file("b", "c"), file("c")]),
    [],
  );
});
