/**
 * The README of a package.
 *
 * @module
 */
import { wrap } from "#lib/base/wrap.ts";
import type { ModuleContext } from "./module_context.ts";
import type { PackageIdentity, PackageRuntime } from "./package_manifests.ts";
import { DEFAULT_RUNTIME, type GeneratedFile } from "./source_file.ts";

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

## Get its library

${library(identity)}

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
  return paragraph(text);
}

function platforms(only: PackageRuntime | undefined): string {
  const node = "Node.js from 22.18 on";
  if (only === "node") return node;
  return only === "deno" ? "Deno" : `Deno, and for ${node}`;
}

/** How the library is installed before any registry has it. */
function library({ runtimeVersion, only }: PackageIdentity): string {
  const where = `\`${DEFAULT_RUNTIME}\` is on no registry yet.`;
  if (only === "deno") {
    const text = `${where} Name a clone of smartbike in \`deno.json\`:`;
    const links = '"links": ["../smartbike"]';
    return `${paragraph(text)}\n\n\`\`\`text\n${links}\n\`\`\``;
  }
  const text =
    `${where} Its file, which \`deno task pack\` writes in a clone of smartbike, is installed first, with all else that is needed:`;
  const file = `./smartbike-smartbike-${runtimeVersion}.tgz`;
  // Deno does not take what package.json names by its file.
  const flag = only === "node" ? "" : "--no-save ";
  return `${paragraph(text)}\n\n${block([`npm install ${flag}${file}`])}`;
}

function steps(only: PackageRuntime | undefined): string {
  const node = ["npm test", "npm run service", "npm run client"];
  const deno = ["deno task test", "deno task service", "deno task client"];
  if (only === "node") return block(["npm run check", ...node]);
  if (only === "deno") return block(["deno install", ...deno]);
  const [test, service, client] = deno.map((one) => `\`${one}\``);
  return `${block(node)}\n\nWith Deno: ${test}, ${service}, ${client}.`;
}

function block(commands: readonly string[]): string {
  return ["```console", ...commands.map((one) => `$ ${one}`), "```"].join("\n");
}

function paragraph(text: string): string {
  return wrap(text, { columns: 80 }).join("\n");
}
