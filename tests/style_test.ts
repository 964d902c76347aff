import assert from "node:assert/strict";
import style from "./lint/style.ts";
import { readSourceFiles } from "./support/source_files.ts";

/** The most lines that a file may have. */
const MAX_FILE_LINES = 400;

const files = (await readSourceFiles())
  .filter(({ path }) => !path.endsWith(".gen.ts"));

Deno.test(`no file has more than ${MAX_FILE_LINES} lines`, () => {
  const long = files
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > MAX_FILE_LINES);
  assert.deepEqual(long, []);
});

Deno.test("no file breaks the house rules of the lint plugin", () => {
  const broken = files.flatMap(({ path, text }) =>
    Deno.lint.runPlugin(style, path, text)
      .map(({ message }) => `${path}: ${message}`)
  );
  assert.deepEqual(broken, []);
});

Deno.test("no file is named otherwise than in snake_case", () => {
  const name = /^[a-z0-9]+(_[a-z0-9]+)*(\.gen)?\.ts$/;
  const odd = files.map(({ path }) => path)
    .filter((path) => !name.test(path.slice(path.lastIndexOf("/") + 1)));
  assert.deepEqual(odd, []);
});
