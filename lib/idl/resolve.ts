/**
 * Turns documents into the resolved model: looks up imports and types, numbers
 * enums, brings inherited members together.
 *
 * @module
 */
import type { DefinitionPosition } from "#lib/base/errors.ts";
import type {
  CallNode,
  ElementNode,
  EnumNode,
  InterfaceNode,
  ModuleDocument,
  NamedTypeNode,
  ReturnNode,
  StructNode,
} from "./document.ts";
import { numberMembers } from "./enum_numbering.ts";
import { resolveExternTarget } from "./extern_target.ts";
import type { FindingList } from "./finding.ts";
import { checkImports } from "./imports.ts";
import { type InterfaceDraft, joinInterfaces } from "./inheritance.ts";
import type {
  Enum,
  Extern,
  Field,
  Import,
  Interface,
  Module,
  NamedElement,
  Operation,
  Parameter,
  Positions,
  Property,
  ReturnValue,
  Signal,
  Struct,
} from "./model.ts";
import { checkStructCycles } from "./struct_cycles.ts";
import { SymbolTable } from "./symbol_table.ts";
import { TypeResolver } from "./type_resolver.ts";

/** The resolved model and where its elements stand. */
interface Resolution {
  /** One module for each document, in the same order. */
  readonly modules: readonly Module[];
  /** Where every element stands. */
  readonly positions: Positions;
}

/**
 * Resolves documents.
 *
 * @param documents Modules, no two of the same name.
 * @param findings Takes what cannot be resolved; `any` stands in the model there.
 * @returns The model of all of them.
 */
export function resolveDocuments(
  documents: readonly ModuleDocument[],
  findings: FindingList,
): Resolution {
  const symbols = new SymbolTable(documents, findings);
  checkImports(documents, symbols, findings);
  const types = new TypeResolver(symbols, findings);
  const positions = new Map<object, DefinitionPosition>();
  const resolvers = documents.map((document) =>
    new ModuleResolver(document, types, findings, positions)
  );
  const drafts = resolvers.flatMap((resolver) => resolver.drafts());
  const interfaces = joinInterfaces(drafts, findings);
  const modules = resolvers.map((resolver) => {
    return resolver.resolve(interfaces);
  });
  checkStructCycles(modules, positions, findings);
  return { modules, positions };
}

class ModuleResolver {
  readonly #document: ModuleDocument;
  readonly #types: TypeResolver;
  readonly #findings: FindingList;
  readonly #positions: Map<object, DefinitionPosition>;

  constructor(
    document: ModuleDocument,
    types: TypeResolver,
    findings: FindingList,
    positions: Map<object, DefinitionPosition>,
  ) {
    this.#document = document;
    this.#types = types;
    this.#findings = findings;
    this.#positions = positions;
  }

  resolve(interfaces: ReadonlyMap<InterfaceNode, Interface>): Module {
    const document = this.#document;
    const structs = document.structs.map((node) => this.#struct(node));
    return this.#place<Module>(document, {
      ...element(document),
      version: document.version,
      imports: this.#imports(),
      externs: document.externs.map((node) => this.#extern(node)),
      enums: document.enums.map((node) => this.#enum(node)),
      structs,
      interfaces: document.interfaces
        .map((node) => {
          const resolved = interfaces.get(node);
          return resolved && this.#place(node, resolved);
        })
        .filter((resolved) => resolved !== undefined),
    });
  }

  drafts(): InterfaceDraft[] {
    const document = this.#document;
    return document.interfaces.map((node) => ({
      node,
      module: document.name.value,
      base: node.extends && this.#types.base(node.extends, document),
      element: element(node),
      members: {
        properties: node.properties.map((one) => this.#property(one)),
        operations: node.operations.map((one) => this.#operation(one)),
        signals: node.signals.map((one) => this.#signal(one)),
      },
    }));
  }

  /** What is listed, and what is used without being listed. */
  #imports(): Import[] {
    const { imports, name } = this.#document;
    return [
      ...imports.map((node) => this.#place(node, element(node))),
      ...this.#types.unlisted(name.value)
        .map((one): Import => ({ name: one, description: "", meta: {} })),
    ];
  }

  #place<Resolved extends object>(
    node: ElementNode,
    resolved: Resolved,
  ): Resolved {
    this.#positions.set(resolved, node.name.at);
    return resolved;
  }

  #extern(node: ElementNode): Extern {
    const typescript = resolveExternTarget(node, this.#findings);
    return this.#place(node, {
      kind: "extern",
      ...element(node),
      typescript,
    });
  }

  #enum(node: EnumNode): Enum {
    const values = numberMembers(node.members, this.#document.form);
    const members = node.members.map((member, index) =>
      this.#place(member, { ...element(member), value: values[index] ?? 0 })
    );
    return this.#place(node, { kind: "enum", ...element(node), members });
  }

  #struct(node: StructNode): Struct {
    const fields = node.fields.map((field): Field =>
      this.#place(field, {
        ...element(field),
        type: this.#types.value(field.type, this.#document),
        readonly: field.readonly,
      })
    );
    return this.#place(node, { kind: "struct", ...element(node), fields });
  }

  #property(node: NamedTypeNode): Property {
    return this.#place(node, {
      kind: "property",
      ...element(node),
      type: this.#types.value(node.type, this.#document),
      readonly: node.readonly,
    });
  }

  #operation(node: CallNode): Operation {
    return this.#place(node, {
      kind: "operation",
      ...element(node),
      params: this.#params(node),
      returns: node.returns && this.#returns(node.returns),
    });
  }

  #signal(node: CallNode): Signal {
    const params = this.#params(node);
    return this.#place(node, { kind: "signal", ...element(node), params });
  }

  #params(node: CallNode): Parameter[] {
    return node.params.map((param) =>
      this.#place(param, {
        ...element(param),
        type: this.#types.value(param.type, this.#document),
      })
    );
  }

  #returns({ type, description, meta }: ReturnNode): ReturnValue | null {
    const resolved = this.#types.answer(type, this.#document);
    return resolved && { type: resolved, description, meta };
  }
}

function element({ name, description, meta }: ElementNode): NamedElement {
  return { name: name.value, description, meta };
}
