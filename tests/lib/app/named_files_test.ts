import assert from "node:assert/strict";
import { readPem, readSecret, readText } from "#lib/app/named_files.ts";

/** A file that holds some bytes, read as the program reads files. */
function fileOf(...bytes: readonly number[]) {
  return {
    readTextFile: async (): Promise<string> => {
      const path = await Deno.makeTempFile();
      await Deno.writeFile(path, Uint8Array.from(bytes));
      const text = await Deno.readTextFile(path);
      await Deno.remove(path);
      return text;
    },
  };
}

const MARK = [0xef, 0xbb, 0xbf];
const bytesOf = (text: string) => [...new TextEncoder().encode(text)];

Deno.test("readSecret leaves a byte order mark out of the password", async () => {
  const file = fileOf(...MARK, ...bytesOf("wörd\r\n"));
  assert.equal(await readSecret(file, "--password-file", "p"), "wörd");
});

Deno.test("readPem leaves a byte order mark out of certificates", async () => {
  const pem = "-----BEGIN CERTIFICATE-----\n";
  const file = fileOf(...MARK, ...bytesOf(pem));
  assert.equal(await readPem(file, "--ca", "ca.pem"), pem);
});

Deno.test("readText refuses a file that is not in UTF-8 by its name", async () => {
  await assert.rejects(readText(fileOf(0x77, 0xf6), "--env-file", ".env"), {
    name: "ConfigError",
    message:
      'Cannot read --env-file ".env": it is not in UTF-8, save it as UTF-8',
  });
});
