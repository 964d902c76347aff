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

/** Programs that every system has that the tests run on. */
const ESSENTIAL = ["cp", "mkfifo", "sh", "sha256sum", "sudo", "tar"];

/** What a test shows to be refused. */
const REFUSED = ["/usr/bin/systemctl"];

Deno.test("no test starts a program by a name of its own that not every system has", () => {
  const named = files
    .filter(({ path }) =>
      path.startsWith("tests/") && !path.startsWith("tests/guest/")
    )
    .flatMap(({ path, text }) =>
      [...text.matchAll(/new Deno\.Command\(\s*["'`]([^"'`]*)/g)]
        .map(([, name = ""]) => ({ path, name }))
    );
  assert.ok(named.length > 2);
  const known = [...ESSENTIAL, ...REFUSED];
  assert.deepEqual(named.filter(({ name }) => !known.includes(name)), []);
});

Deno.test("no file is named otherwise than in snake_case", () => {
  const name = /^[a-z0-9]+(_[a-z0-9]+)*(\.gen)?\.ts$/;
  const odd = files.map(({ path }) => path)
    .filter((path) => !name.test(path.slice(path.lastIndexOf("/") + 1)));
  assert.deepEqual(odd, []);
});
