/**
 * From the resolved model to the runtime's descriptors, so that any module can
 * be used and served without generating code.
 *
 * @module
 */
import { encodeModule } from "#lib/idl/definition_json.ts";
import {
  allMembers,
  findDefinition,
  type Interface,
  type Module,
  type Parameter,
  type PrimitiveType,
  type SymbolType,
  type TypeRef,
} from "#lib/idl/model.ts";
import type {
  Int64Type,
  InterfaceDescriptor,
  ModuleDefinition,
  OperationDescriptor,
  ParameterDescriptor,
  PropertyDescriptor,
  SignalDescriptor,
  TypeDescriptor,
} from "#lib/objectapi/mod.ts";

/**
 * Describes every interface of modules to the runtime. The descriptors equal
 * those of generated code, but that an extern's default is null.
 *
 * @param modules The modules with all that they import.
 * @param options What an int64 is in the program; by default a number, or a
 * bigint where only that is exact.
 * @returns One descriptor an interface, module by module.
 *
 * @example
 * ```ts
 * import { checkSources } from "#lib/idl/check.ts";
 * import { describeInterfaces } from "#lib/codegen/descriptor.ts";
 * import assert from "node:assert/strict";
 *
 * const text = "module demo 1.0\ninterface Lamp { on: bool }\n";
 * const { modules } = checkSources([{ file: "demo.idl", text }]);
 * const [lamp] = describeInterfaces(modules);
 * assert.deepEqual(lamp?.properties["on"], { type: { kind: "bool" } });
 * ```
 */
export function describeInterfaces(
  modules: readonly Module[],
  options: { readonly int64?: Int64Type } = {},
): readonly InterfaceDescriptor[] {
  const types = new TypeTable(modules, options.int64);
  return modules.flatMap((module) =>
    module.interfaces.map((one) => describeInterface(module, one, types))
  );
}

/**
 * The definitions of modules, as a service publishes them.
 *
 * @param modules The modules with all that they import.
 * @returns One definition a module, by its name.
 */
export function describeModules(
  modules: readonly Module[],
): ReadonlyMap<string, ModuleDefinition> {
  const definitions = new Map<
    string,
    { document: ModuleDefinition["document"]; imports: ModuleDefinition[] }
  >();
  for (const module of modules) {
    const document = encodeModule(module);
    definitions.set(module.name, { document, imports: [] });
  }
  for (const { name, imports } of modules) {
    for (const one of imports) {
      const imported = definitions.get(one.name);
      if (imported) definitions.get(name)?.imports.push(imported);
    }
  }
  return definitions;
}

function describeInterface(
  module: Module,
  definition: Interface,
  types: TypeTable,
): InterfaceDescriptor {
  const { properties, operations, signals } = allMembers(definition);
  return {
    module: module.name,
    name: definition.name,
    ...described(definition),
    properties: byName(properties, (one): PropertyDescriptor => ({
      type: types.describe(one.type),
      ...(one.readonly && { readonly: true }),
      ...described(one),
    })),
    operations: byName(operations, (one): OperationDescriptor => ({
      params: parameters(one.params, types),
      ...(one.returns && { returns: types.describe(one.returns.type) }),
      ...described(one),
    })),
    signals: byName(signals, (one): SignalDescriptor => ({
      params: parameters(one.params, types),
      ...described(one),
    })),
  };
}

function parameters(
  params: readonly Parameter[],
  types: TypeTable,
): readonly ParameterDescriptor[] {
  return params.map(({ name, type }) => ({ name, type: types.describe(type) }));
}

function byName<One extends { readonly name: string }, Made>(
  all: readonly One[],
  make: (one: One) => Made,
): Readonly<Record<string, Made>> {
  return Object.fromEntries(all.map((one) => [one.name, make(one)]));
}

function described(
  { description }: { readonly description: string },
): { readonly description?: string } {
  const text = description.trim();
  return text === "" ? {} : { description: text };
}

/** Describes each type once, which lets structs hold lists of themselves. */
class TypeTable {
  readonly #modules: readonly Module[];
  readonly #int64: Int64Type | undefined;
  readonly #known = new Map<string, TypeDescriptor>();

  constructor(modules: readonly Module[], int64: Int64Type | undefined) {
    this.#modules = modules;
    this.#int64 = int64;
  }

  describe(type: TypeRef): TypeDescriptor {
    const element: TypeDescriptor = type.kind === "primitive"
      ? this.#primitive(type)
      : this.#symbol(type);
    return type.array ? { kind: "array", element } : element;
  }

  #primitive({ name: kind }: PrimitiveType): TypeDescriptor {
    const as = this.#int64;
    return kind === "int64" && as ? { kind, as } : { kind };
  }

  #symbol(type: SymbolType): TypeDescriptor {
    const key = `${type.module}/${type.name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { name } = type;
    const found = findDefinition(type, this.#modules);
    if (found?.kind === "enum") {
      const members = found.members.map((one) => [one.name, one.value]);
      // An enum without members leaves nothing to choose from but numbers.
      return this.#keep(
        key,
        members.length === 0
          ? { kind: "int" }
          : { kind: "enum", name, members: Object.fromEntries(members) },
      );
    }
    if (found?.kind !== "struct") {
      return this.#keep(key, { kind: "extern", name, default: null });
    }
    const fields: Record<string, TypeDescriptor> = {};
    const struct = this.#keep(key, { kind: "struct", name, fields });
    for (const field of found.fields) {
      fields[field.name] = this.describe(field.type);
    }
    return struct;
  }

  #keep(key: string, type: TypeDescriptor): TypeDescriptor {
    this.#known.set(key, type);
    return type;
  }
}
