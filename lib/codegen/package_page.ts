/**
 * The README of a package.
 *
 * @module
 */
import type { ModuleContext } from "./module_context.ts";
import type { GeneratedFile } from "./source_file.ts";

/**
 * Writes the README.
 *
 * @param contexts The modules.
 * @param name The package.
 * @returns `README.md`.
 */
export function packagePage(
  contexts: readonly ModuleContext[],
  name: string,
): GeneratedFile {
  const inputs = contexts.map(({ input }) => input).join(" ");
  const rows = contexts.flatMap(({ module, names }) =>
    module.interfaces.map((one) => {
      const file = names.interfaces.get(one.name)?.file;
      return `- \`${module.name}.${one.name}\`: \`src/${names.folder}/${file}.ts\``;
    })
  );
  const text = `# ${name}

Typed objects over MQTT, for Deno, and for Node.js from 22.18 on. Each starter
holds the properties of an interface and answers with defaults, until you fill
it in:

${rows.join("\n")}

## Use it

\`\`\`console
$ npm install
$ npm test
$ npm run service
$ npm run client
\`\`\`

With Deno: \`deno install\`, then \`deno task test\`, \`deno task service\` and
\`deno task client\`. The examples take the address of a broker as their argument
(default: \`mqtt://127.0.0.1:1883\`); the tests need none.

## Change it

\`mod.ts\` and files that end in \`.gen.ts\` are generated; change the definition
and generate them again. Everything else is yours, and is not written again once
it is there:

\`\`\`console
$ smartbike generate ${inputs} --package ${name} --out .
\`\`\`
`;
  return { path: "README.md", kind: "starter", text };
}
