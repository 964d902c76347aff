/**
 * How fast module definitions become descriptors and code.
 *
 * @module
 */
import { describeInterfaces } from "#lib/codegen/descriptor.ts";
import { generateFiles } from "#lib/codegen/generate.ts";
import { checkSources, requireModules } from "#lib/idl/check.ts";

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

const sources = [{ file: "bench.idl", text }];
const modules = requireModules(checkSources(sources));

Deno.bench(`check ${3 * MEMBERS} members`, () => {
  checkSources(sources);
});

Deno.bench(`describe ${3 * MEMBERS} members`, () => {
  describeInterfaces(modules);
});

Deno.bench(`generate ${3 * MEMBERS} members`, () => {
  generateFiles(modules);
});
