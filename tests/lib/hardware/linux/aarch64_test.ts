/**
 * All tests that call into the C library, once more as on 64-bit ARM: those
 * that are found by what they import, but for those whose module says "Not
 * emulated: " and why.
 *
 * @module
 */
import assert from "node:assert/strict";
import config from "../../../../deno.json" with { type: "json" };
import { AARCH64_NEEDS, withAarch64Deno } from "../../../support/aarch64.ts";
import { type FileImports, readImports } from "../../../support/imports.ts";
import { readJunit, type TestResult } from "../../../support/junit.ts";
import { testWith } from "../../../support/requires.ts";
import { readSourceFiles, ROOT } from "../../../support/source_files.ts";

/** The one file that calls into the C library. */
const LIBC = "lib/hardware/linux/libc.ts";

/** Says why a file is left out. */
const NOT_EMULATED = /^ \* Not emulated: \w/m;

/** Ends an emulator that hangs, in milliseconds. */
const LIMIT_MS = 600_000;

/** What tests may do everywhere, but of C libraries only that of a Pi. */
const PERMISSIONS = [
  ...config.tasks["test:run"]
    .split(" ")
    .filter((word) => /^--allow-(?!ffi)/.test(word)),
  "--allow-ffi=/lib/aarch64-linux-gnu/libc.so.6",
];

/** Paths of test files that reach the C library, themselves or by what helps them. */
async function findTests(): Promise<readonly string[]> {
  const sources = await readSourceFiles();
  const imports = sources.map(readImports);
  const byPath = new Map(imports.map((file) => [file.path, file]));
  const isDoor = ({ path, files }: FileImports) =>
    path === LIBC || (path.startsWith("lib/") && files.includes(LIBC));
  const doors = new Set(imports.filter(isDoor).map(({ path }) => path));
  const reaches = (path: string): boolean =>
    doors.has(path) ||
    (path.startsWith("tests/") &&
      (byPath.get(path)?.files ?? []).some(reaches));
  const found = sources
    .filter(({ path, text }) =>
      path.endsWith("_test.ts") && reaches(path) && !NOT_EMULATED.test(text)
    )
    .map(({ path }) => path);
  assert(found.includes("tests/lib/hardware/linux/serial_test.ts"));
  return found;
}

/** Runs test files in one process. */
async function runTests(
  deno: readonly string[],
  files: readonly string[],
): Promise<{ code: number; log: string; results: readonly TestResult[] }> {
  const [program = "", ...args] = deno;
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [
        ...[...args, "test", "--no-check", "--no-prompt", "--quiet"],
        ...[...PERMISSIONS, `--junit-path=${report}`, ...files],
      ],
      cwd: ROOT,
      env: { CI: "true", NO_COLOR: "1" },
      signal: AbortSignal.timeout(LIMIT_MS),
    }).output();
    const decoder = new TextDecoder();
    const log = decoder.decode(stdout) + decoder.decode(stderr);
    return { code, log, results: await readJunit(report) };
  } finally {
    await Deno.remove(report);
  }
}

testWith(
  { programs: ["python3", "socat", ...AARCH64_NEEDS] },
  "on aarch64",
  async (t) => {
    const files = await findTests();
    const { code, log, results } = await withAarch64Deno((deno) =>
      runTests(deno, files)
    );
    // A report names the file that registers a test, which may be a helper's.
    const ran = log.matchAll(/^running \d+ tests? from \.\/(\S+)$/gm);
    assert.deepEqual([...ran].map(([, path]) => path).toSorted(), files, log);
    const byFile = Map.groupBy(results, ({ file }) => file);
    for (const [path, own] of byFile) {
      await t.step(path, async (t) => {
        for (const { name, failure } of own) {
          await t.step(name, () => {
            if (failure !== undefined) throw new TypeError(failure);
          });
        }
      });
    }
    if (results.every(({ failure }) => failure === undefined)) {
      assert.equal(code, 0, log);
    }
  },
);
