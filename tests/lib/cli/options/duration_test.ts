import assert from "node:assert/strict";
import { parseDuration } from "#lib/cli/options/duration.ts";
import { UsageError } from "#lib/base/errors.ts";

Deno.test("parseDuration reads a number and its unit", () => {
  const table: Readonly<Record<string, number>> = {
    "1ms": 1,
    "500ms": 500,
    "5s": 5000,
    "1.5s": 1500,
    "0.001s": 1,
    "2m": 120_000,
    "1h": 3_600_000,
    "2147483647ms": 2_147_483_647,
  };
  for (const [text, expected] of Object.entries(table)) {
    assert.equal(parseDuration(text, "--timeout"), expected, text);
  }
});

Deno.test("parseDuration refuses what is no time, none, or longer than a timer takes", () => {
  const texts = [
    ...["", "5", "s", "-5s", "5 s", "5S", "1e3s", "5sec", ".5s", "5s "],
    ...["0s", "0.0001s", "2147483648ms", "597h", "NaNs", "Infinitys"],
  ];
  for (const text of texts) {
    assert.throws(
      () => parseDuration(text, "--timeout"),
      (error) =>
        error instanceof UsageError && error.argument === "--timeout" &&
        error.message.includes(`"${text}"`),
      text,
    );
  }
});
