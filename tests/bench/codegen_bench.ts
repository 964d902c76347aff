/**
 * How fast module definitions become descriptors and code.
 *
 * @module
 */
import { describeInterfaces } from "#lib/codegen/descriptor.ts";
import { generateFiles } from "#lib/codegen/generate.ts";
import { checkSources, requireModules } from "#lib/idl/check.ts";
import { compare, type Measurement } from "./compare.ts";

const MEMBERS = 1000;

/** One interface with a thousand members of each kind. */
const text = [
  "module bench 1.0",
  "struct Message { content: string; sizes: int[] }",
  "interface Large {",
  ...Array.from({ length: MEMBERS }, (_, index) =>
    `// Member ${index}.
     property${index}: Message
     operation${index}(message: Message, size: int): Message
     signal signal${index}(message: Message)`),
  "}",
].join("\n");

/**
 * Measures the generator, beside reading and checking the same definition.
 *
 * @returns Members a second.
 */
export async function measureCodegen(): Promise<readonly Measurement[]> {
  const sources = [{ file: "bench.idl", text }];
  const modules = requireModules(checkSources(sources));
  const raw = () => void checkSources(sources);
  return [
    await compare("members to code", 3 * MEMBERS, {
      raw,
      layer: () => void generateFiles(modules),
    }),
    await compare("members to descriptors", 3 * MEMBERS, {
      raw,
      layer: () => void describeInterfaces(modules),
    }),
  ];
}
