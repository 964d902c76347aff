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

/** Interfaces of the definition that is compared, and how many times as many. */
const FEW = 100;
const TIMES = 10;

/** Interfaces with a member of each kind, each extending the one before or none. */
function interfaces(count: number, isChain: boolean): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const base = isChain && index > 0 ? ` extends Part${index - 1}` : "";
    return `interface Part${index}${base} {
      level${index}: int
      reset${index}(level: int): int
      signal moved${index}(level: int)
    }`;
  });
  return ["module bench 1.0", ...lines].join("\n");
}

/**
 * Measures whether a thousand interfaces cost as much each as a hundred.
 *
 * @returns Interfaces a second, in definitions of a hundred and in one of a thousand.
 */
export async function measureInterfaces(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const isChain of [false, true]) {
    const what = isChain ? "chained" : "single";
    const few = [{ file: "few.idl", text: interfaces(FEW, isChain) }];
    const many = [{ file: "many.idl", text: interfaces(FEW * TIMES, isChain) }];
    const repeated = (work: () => void) => () => {
      for (let round = 0; round < TIMES; round++) work();
    };
    const fewModules = requireModules(checkSources(few));
    const manyModules = requireModules(checkSources(many));
    measurements.push(
      await compare(`${what} interfaces checked`, FEW * TIMES, {
        raw: repeated(() => void checkSources(few)),
        layer: () => void checkSources(many),
      }),
      await compare(`${what} interfaces generated`, FEW * TIMES, {
        raw: repeated(() => void generateFiles(fewModules)),
        layer: () => void generateFiles(manyModules),
      }),
    );
  }
  return measurements;
}
