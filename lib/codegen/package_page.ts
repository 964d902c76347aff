/**
 * The README of a package.
 *
 * @module
 */
import { wrap } from "#lib/base/wrap.ts";
import type { ModuleContext } from "./module_context.ts";
import type { PackageIdentity, PackageRuntime } from "./package_manifests.ts";
import type { GeneratedFile } from "./source_file.ts";

/**
 * Writes the README.
 *
 * @param identity What the package is called and runs on.
 */
export function packagePage(
  contexts: readonly ModuleContext[],
  identity: PackageIdentity,
): GeneratedFile {
  const { name, only } = identity;
  const inputs = contexts.map(({ input }) => input).join(" ");
  const rows = contexts.flatMap(({ module, names }) =>
    module.interfaces.map((one) => {
      const file = names.interfaces.get(one.name)?.file;
      return `- \`${module.name}.${one.name}\`: \`src/${names.folder}/${file}.ts\``;
    })
  );
  const text = `# ${name}

${introduction(only)}

${rows.join("\n")}

## Use it

${steps(only)}

The examples take the address of a broker as their argument (default:
\`mqtt://127.0.0.1:1883\`); the tests need none.

## Change it

\`mod.ts\` and files that end in \`.gen.ts\` are generated; change the definition
and generate them again. Everything else is yours, and is not written again once
it is there:

\`\`\`console
$ smartbike generate ${inputs} --package ${name}${
    only ? ` --runtime ${only}` : ""
  } --out .
\`\`\`
`;
  return { path: "README.md", kind: "starter", text };
}

function introduction(only: PackageRuntime | undefined): string {
  const text = `Typed objects over MQTT, for ${
    platforms(only)
  }. Each starter holds the properties of an interface and answers with defaults, until you fill it in:`;
  return wrap(text, { columns: 80 }).join("\n");
}

function platforms(only: PackageRuntime | undefined): string {
  const node = "Node.js from 22.18 on";
  if (only === "node") return node;
  return only === "deno" ? "Deno" : `Deno, and for ${node}`;
}

function steps(only: PackageRuntime | undefined): string {
  const node = ["npm install", "npm test", "npm run service", "npm run client"];
  const deno = [
    "deno install",
    "deno task test",
    "deno task service",
    "deno task client",
  ];
  const block = (commands: readonly string[]) =>
    ["```console", ...commands.map((one) => `$ ${one}`), "```"].join("\n");
  if (only === "node") return block(node.toSpliced(1, 0, "npm run check"));
  if (only === "deno") return block(deno);
  const [install, test, service, client] = deno.map((one) => `\`${one}\``);
  return `${block(node)}

With Deno: ${install}, then ${test}, ${service},
${client}.`;
}
