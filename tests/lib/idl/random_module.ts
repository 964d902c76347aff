/**
 * Random sound modules, and how they are written in both forms.
 *
 * @module
 */
import { PRIMITIVE_NAMES } from "#lib/base/primitive_type.ts";
import { fc } from "../../property.ts";

/** A use of a type as a definition in YAML has it. */
export interface TypeUse {
  readonly type: string;
  readonly array?: boolean;
}

/** An element as a definition in YAML has it. */
export interface RandomElement {
  readonly name: string;
  readonly description?: string;
  readonly meta?: Readonly<Record<string, string | number | boolean>>;
}

/** A property, field or parameter. */
export type RandomValue = RandomElement & TypeUse & {
  readonly readonly?: boolean;
};

/** An operation or signal. */
export interface RandomCall extends RandomElement {
  readonly params: readonly RandomValue[];
  readonly return?: TypeUse;
}

/** A module as a definition in YAML has it. */
export interface RandomModule extends RandomElement {
  readonly version: string;
  readonly externs: readonly RandomElement[];
  readonly interfaces: readonly (RandomElement & {
    readonly extends?: { readonly name: string };
    readonly properties: readonly RandomValue[];
    readonly operations: readonly RandomCall[];
    readonly signals: readonly RandomCall[];
  })[];
  readonly structs: readonly (RandomElement & {
    readonly fields: readonly RandomValue[];
  })[];
  readonly enums: readonly (RandomElement & {
    readonly members: readonly (RandomElement & { readonly value?: number })[];
  })[];
}

const text = fc.stringMatching(/^([a-z.,:'"#{}]{1,8} ?){1,4}[a-z]$/);

const notes = fc.record({
  description: fc.array(text, { minLength: 1, maxLength: 2 })
    .map((lines) => lines.join("\n")),
  meta: fc.dictionary(
    // Keys of our own generator have rules of their own.
    fc.stringMatching(/^[a-z]{1,6}(\.[a-z]{1,6})?$/)
      .filter((key) => !key.startsWith("ts.")),
    fc.oneof(fc.integer(), fc.boolean(), text),
    { minKeys: 1, maxKeys: 3 },
  ),
}, { requiredKeys: [] });

/** Names that differ by more than their case and that nobody reserves. */
function names(prefix: string, maxLength: number): fc.Arbitrary<string[]> {
  const name = fc.stringMatching(/^[A-Za-z0-9_]{0,8}[a-z]$/)
    .map((rest) => `${prefix}${rest}`);
  return fc.uniqueArray(name, {
    maxLength,
    selector: (one) => one.replaceAll("_", "").toLowerCase(),
  });
}

function elements<Body>(
  prefix: string,
  maxLength: number,
  body: fc.Arbitrary<Body>,
): fc.Arbitrary<(RandomElement & Body)[]> {
  return names(prefix, maxLength).chain((list) =>
    fc.tuple(
      ...list.map((name) =>
        fc.tuple(notes, body).map(([note, rest]) => ({
          name,
          ...note,
          ...rest,
        }))
      ),
    )
  );
}

const SYMBOLS = ["Extern", "Enum", "Struct"];

const typeUse: fc.Arbitrary<TypeUse> = fc.record({
  type: fc.constantFrom(...PRIMITIVE_NAMES, ...SYMBOLS),
  array: fc.boolean(),
}).map((use) => use.type === "Struct" ? { ...use, array: true } : use);

const value = fc.tuple(typeUse, fc.boolean())
  .map(([use, readonly]) => ({ ...use, readonly }));

const params = names("p", 3).chain((list) =>
  fc.tuple(...list.map((name) => typeUse.map((use) => ({ name, ...use }))))
);

const call = fc.record({ params });

const operation = fc.record({ params, return: typeUse }, {
  requiredKeys: ["params"],
});

const enumMembers = names("e", 4).chain((list) =>
  fc.option(
    fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 31 - 1 }), {
      minLength: list.length,
      maxLength: list.length,
    }),
    { nil: undefined },
  ).map((values) =>
    list.map((name, index) => {
      const number = values?.[index];
      return number === undefined || values?.length === 1
        ? { name }
        : { name, value: number };
    })
  )
);

/** Random modules in which nothing is wrong. */
export const randomModule: fc.Arbitrary<RandomModule> = fc.tuple(
  notes,
  elements("o", 3, operation),
  elements("q", 3, value),
  elements("s", 3, call),
  elements("f", 3, value),
  enumMembers,
  notes,
).map(([note, operations, properties, signals, fields, members, other]) => ({
  ...note,
  name: "random.module",
  version: "2.7",
  externs: [{ name: "Extern", ...other }],
  interfaces: [
    { name: "Base", properties, operations: [], signals, ...other },
    {
      name: "Derived",
      extends: { name: "Base" },
      properties: [],
      operations,
      signals: [],
    },
  ],
  structs: [{ name: "Struct", fields, ...other }],
  enums: [{ name: "Enum", members: [{ name: "only" }] }, {
    name: "Other",
    members,
    ...note,
  }],
}));

/**
 * Writes a module in YAML.
 *
 * @param module The module.
 * @returns Text of one key a line, which is JSON too.
 */
export function writeYaml(module: RandomModule): string {
  return JSON.stringify(module, null, 2);
}

/**
 * Writes a module in IDL text.
 *
 * @param module The module.
 * @returns Text of one element a line.
 */
export function writeIdl(module: RandomModule): string {
  const type = (use: TypeUse): string => use.type + (use.array ? "[]" : "");
  const typed = (one: RandomValue): string =>
    `${one.readonly ? "readonly " : ""}${one.name}: ${type(one)}`;
  const called = (one: RandomCall): string =>
    `${one.name}(${one.params.map(typed).join(", ")})` +
    (one.return === undefined ? "" : `: ${type(one.return)}`);
  const block = (head: string, lines: readonly string[]): string =>
    `${head} {\n${lines.join("\n")}\n}`;
  const noted =
    <One extends RandomElement>(write: (one: One) => string) =>
    (one: One): string => [...noteLines(one), write(one)].join("\n");
  return [
    noted(({ name }) => `module ${name} ${module.version}`)(module),
    ...module.externs.map(noted(({ name }) => `extern ${name}`)),
    ...module.interfaces.map(noted((one) =>
      block(
        `interface ${one.name}` +
          (one.extends === undefined ? "" : ` extends ${one.extends.name}`),
        [
          ...one.properties.map(noted(typed)),
          ...one.operations.map(noted(called)),
          ...one.signals.map(noted((signal) => `signal ${called(signal)}`)),
        ],
      )
    )),
    ...module.structs.map(
      noted((one) => block(`struct ${one.name}`, one.fields.map(noted(typed)))),
    ),
    ...module.enums.map(noted((one) =>
      block(
        `enum ${one.name}`,
        one.members.map(({ name, value: number }) =>
          number === undefined ? name : `${name} = ${number}`
        ),
      )
    )),
  ].join("\n\n");
}

function noteLines({ description, meta }: RandomElement): string[] {
  const docs = description?.split("\n").map((line) => `// ${line}`) ?? [];
  const tags = Object.entries(meta ?? {}).map(([key, one]) =>
    `@${key}: ${JSON.stringify(one)}`
  );
  return [...docs, ...tags];
}
