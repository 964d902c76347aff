import assert from "node:assert/strict";

/** What the files of a folder may import besides each other. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  "lib/idl": /^(#lib\/errors\.ts|node:path\/posix|yaml)$/,
  "lib/codegen": /^#lib\/(errors\.ts|idl\/.*|objectapi\/mod\.ts)$/,
  "lib/objectapi":
    /^(#lib\/(errors|event_hook|logger|retry)\.ts|#lib\/mqtt\/.*|node:.*)$/,
  "adapters/io_world":
    /^#lib\/(objectapi\/|bike\/|errors\.ts|event_hook\.ts).*$/,
  "adapters/smartbike": /^#lib\/(objectapi|bike)\/.*$/,
};

for (const [folder, allowed] of Object.entries(ALLOWED)) {
  Deno.test(`${folder} imports only what stands below it`, async () => {
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.endsWith(".ts")) continue;
      const source = await Deno.readTextFile(`${folder}/${name}`);
      const code = source.replace(/\/\*\*[^]*?\*\//g, "");
      const found = code.matchAll(
        /^(?:import|export)\b[^;]*? from "([^"]+)";/gm,
      );
      for (const [, specifier = ""] of found) {
        const isOwn = /^\.\/[^/]+$/.test(specifier);
        assert.ok(isOwn || allowed.test(specifier), `${name}: ${specifier}`);
      }
    }
  });
}
