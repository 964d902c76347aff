/**
 * What the program does with its own mistakes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ROOT } from "../support/source_files.ts";

for (const how of ["throw", "reject"]) {
  Deno.test(`an error that nobody catches (${how}) is logged as one record, and ends the program with 1`, async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "tests/fixtures/uncaught_daemon.ts", how],
      cwd: ROOT,
      env: { DENO_NO_UPDATE_CHECK: "1" },
      stdin: "null",
      stdout: "null",
    }).output();
    const error = new TextDecoder().decode(stderr);
    assert.equal(code, 1, error);
    const [line = "", ...more] = error.trim().split("\n");
    assert.deepEqual(more, []);
    const { level, part, message } = JSON.parse(line);
    assert.deepEqual([level, part], ["fatal", "cli"]);
    assert.match(message, /^Uncaught error: TypeError: a\nslip/);
  });
}
