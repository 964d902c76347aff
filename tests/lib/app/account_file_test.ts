import assert from "node:assert/strict";
import { parseAccounts } from "#lib/app/account_file.ts";
import { ConfigError } from "#lib/base/errors.ts";

Deno.test("parseAccounts reads a name, a role and a password from each line", () => {
  const text =
    "\ufeff# accounts\n\nphone app horse battery \r\n__proto__  recorder  x\n";
  assert.deepEqual(parseAccounts(text, "f"), [
    { username: "phone", role: "app", password: "horse battery" },
    { username: "__proto__", role: "recorder", password: "x" },
  ]);
});

for (
  const [what, text] of [
    ["no password", "a app secret\nb app\n"],
    ["an unknown role", "a app secret\nb constructor secret\n"],
    ["a name twice", "a app secret\na driver secret\n"],
  ] as const
) {
  Deno.test(`parseAccounts names the line with ${what}, and no password`, () => {
    assert.throws(() => parseAccounts(text, "f"), (error) => {
      assert(error instanceof ConfigError);
      assert.equal(error.details.line, 2);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
}
