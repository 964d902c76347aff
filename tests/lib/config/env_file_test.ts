import assert from "node:assert/strict";
import { readEnvFile } from "#lib/config/env_file.ts";

/** Lines of a shell, with what they set. */
const LINES: Readonly<Record<string, string>> = {
  "A=1": "1",
  "export A=1": "1",
  "  export   A=1": "1",
  'A="two words"': "two words",
  "A='it is # here'": "it is # here",
  "A=p#ss": "p#ss",
  "A=1 # comment": "1",
  "A=a=b": "a=b",
  "A=": "",
  'A="a\\"b\\\\c\\$d"': 'a"b\\c$d',
  "A=a\\ b": "a b",
  "A='a'\"b\"c": "abc",
  "A=$HOME": "$HOME",
  "A=1\r": "1",
  "A=1\nA=2": "2",
};

for (const [text, value] of Object.entries(LINES)) {
  Deno.test(`${JSON.stringify(text)} sets A as a shell would`, () => {
    assert.deepEqual([...readEnvFile(text)], [["A", value]]);
  });
}

Deno.test("lines that set no variable are left out", () => {
  const text = "# A=1\n\nsource x\nexport A\n1A=2\nA = 3\necho A=4\n";
  assert.deepEqual([...readEnvFile(text)], []);
});
