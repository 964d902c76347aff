/**
 * Looks up uses of types.
 *
 * @module
 */
import { isPrimitiveName } from "#lib/base/primitive_type.ts";
import type { ModuleDocument, TypeNode } from "./document.ts";
import type { FindingList } from "./finding.ts";
import type { InterfaceRef, PrimitiveType, TypeRef } from "./model.ts";
import type { SymbolTable } from "./symbol_table.ts";

/** Stands in the model for a type that cannot be used. */
const UNKNOWN: PrimitiveType = { kind: "primitive", name: "any", array: false };

/** Looks up uses of types and reports those that do not fit. */
export class TypeResolver {
  readonly #symbols: SymbolTable;
  readonly #findings: FindingList;

  /**
   * Looks types up in a table.
   *
   * @param symbols The names of all modules at hand.
   * @param findings Takes what does not fit.
   */
  constructor(symbols: SymbolTable, findings: FindingList) {
    this.#symbols = symbols;
    this.#findings = findings;
  }

  /**
   * The type of a property, field or parameter.
   *
   * @param node The use of the type.
   * @param user The module that uses it.
   * @returns The type; `any` after a report.
   */
  value(node: TypeNode, user: ModuleDocument): TypeRef {
    if (node.import === null && node.name.value === "void") {
      this.#reportVoid(
        node,
        "a type that has values; void can only be returned",
      );
      return UNKNOWN;
    }
    return this.#resolve(node, user);
  }

  /**
   * The type of an operation's answer.
   *
   * @param node The use of the type.
   * @param user The module that uses it.
   * @returns The type, null for `void`; `any` after a report.
   */
  answer(node: TypeNode, user: ModuleDocument): TypeRef | null {
    if (node.import !== null || node.name.value !== "void") {
      return this.#resolve(node, user);
    }
    if (node.array) this.#reportVoid(node, "void without a list");
    return null;
  }

  /**
   * The interface that an interface extends.
   *
   * @param node The use of its name.
   * @param user The module that uses it.
   * @returns The interface; null after a report.
   */
  base(node: TypeNode, user: ModuleDocument): InterfaceRef | null {
    const found = this.#symbols.find(node, user);
    if (found === undefined) return null;
    if (found.kind === "interface") {
      return { module: found.module, name: found.name };
    }
    this.#findings.add({
      rule: "type_use",
      at: node.name.at,
      action: "extend",
      object: node.name.value,
      found: `${found.module} defines it as ${found.kind}`,
      expected: "an interface",
    });
    return null;
  }

  /**
   * The modules whose types a module uses without listing them.
   *
   * @param user Name of the module.
   * @returns Names of modules at hand.
   */
  unlisted(user: string): readonly string[] {
    return [...this.#symbols.unlisted(user)];
  }

  #resolve(node: TypeNode, user: ModuleDocument): TypeRef {
    const { array } = node;
    const { value: name } = node.name;
    if (node.import === null && isPrimitiveName(name)) {
      return { kind: "primitive", name, array };
    }
    const found = this.#symbols.find(node, user);
    if (found === undefined) return UNKNOWN;
    if (found.kind === "interface") {
      this.#findings.add({
        rule: "interface_type",
        at: node.name.at,
        action: "send a value of type",
        object: name,
        found: "it is an interface, which has no form on the wire",
        expected: "an extern, enum, struct or primitive type",
      });
    }
    return { kind: found.kind, module: found.module, name: found.name, array };
  }

  #reportVoid(node: TypeNode, expected: string): void {
    this.#findings.add({
      rule: "type_use",
      at: node.name.at,
      action: "use type",
      object: "void",
      found: "it has no values",
      expected,
    });
  }
}
