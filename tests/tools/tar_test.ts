import assert from "node:assert/strict";
import { archive } from "../../tools/tar.ts";

Deno.test("tar unpacks every file of an archive with its contents, also empty ones and whole blocks", async () => {
  const files = [0, 1, 511, 512, 513, 70_000].map((length) => ({
    name: `file-${length}.mjs`,
    bytes: crypto.getRandomValues(new Uint8Array(Math.min(length, 65_536))),
  }));
  const folder = await Deno.makeTempDir({ prefix: "smartbike-tar-" });
  const path = `${folder}/archive.tar`;
  await Deno.writeFile(path, archive(files));
  const { code, stderr } = await new Deno.Command("tar", {
    args: ["-x", "-f", path, "-C", folder],
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stderr)], [0, ""]);
  for (const { name, bytes } of files) {
    assert.deepEqual(await Deno.readFile(`${folder}/${name}`), bytes);
  }
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  assert.equal(names.length, files.length + 1);
  await Deno.remove(folder, { recursive: true });
});
