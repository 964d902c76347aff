import assert from "node:assert/strict";
import { parseAccounts } from "#lib/app/account_file.ts";
import { ROLES } from "#lib/app/roles.ts";
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

Deno.test("parseAccounts says which word is no role, and which roles there are", () => {
  assert.throws(() => parseAccounts("phone ap secret\n", "f"), {
    message:
      'Cannot read accounts "f": line 1 has the second word "ap", which is no role (did you mean "app"?), expected one of ' +
      ROLES.join(", "),
  });
});

Deno.test("parseAccounts quotes no word that may be a password in the place of a role", () => {
  assert.throws(() => parseAccounts("phone secret app\n", "f"), {
    message:
      `Cannot read accounts "f": line 1 has a second word that is no role, expected one of ${
        ROLES.join(", ")
      }`,
  });
});
