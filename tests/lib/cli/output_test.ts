import assert from "node:assert/strict";
import { Output, printable } from "#lib/cli/output.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";

Deno.test("printable shows control characters, line feeds and C1 among them, and leaves all else", () => {
  assert.equal(
    printable("\u2028\u202ez\u2069\u200f"),
    "\\u2028\\u202ez\\u2069\\u200f",
  );
  assert.equal(
    printable("a\n\x1b[2J\x7f\x9b"),
    "a\\u000a\\u001b[2J\\u007f\\u009b",
  );
  assert.equal(printable("grüße 🚲"), "grüße 🚲");
});

Deno.test("Output writes results to standard output and notes to standard error", () => {
  const io = new FakeCliIo();
  const output = new Output(io);
  output.line("1");
  output.note("busy");
  output.warn("hot");
  assert.equal(io.out, "1\n");
  assert.equal(io.error, "smartbike: busy\nsmartbike: warning: hot\n");
});

Deno.test("Output reports once that nobody reads it any more, and then writes nothing", () => {
  const io = new FakeCliIo();
  const output = new Output(io);
  io.isClosed = true;
  output.line("1");
  assert.ok(output.closed.aborted);
  io.isClosed = false;
  output.line("2");
  assert.equal(io.out, "");
});
