/**
 * The parts of IDL text that several elements share: names with notes, types,
 * blocks in braces.
 *
 * @module
 */
import {
  type ElementNode,
  type NamedTypeNode,
  splitQualifiedName,
  type TypeNode,
} from "./document.ts";
import type { IdlCursor } from "./idl_cursor.ts";
import type { IdlToken } from "./idl_lexer.ts";
import { isPrimitiveName } from "#lib/base/primitive_type.ts";

/** Words that start a definition. No member can start with one. */
export const IDL_DECLARATIONS = [
  "import",
  "extern",
  "interface",
  "struct",
  "enum",
] as const;

/**
 * Says whether a token starts a definition.
 *
 * @returns True for a keyword of {@linkcode IDL_DECLARATIONS}.
 */
export function isDeclaration(token: IdlToken): boolean {
  return token.kind === "keyword" &&
    IDL_DECLARATIONS.some((word) => word === token.text);
}

/**
 * Combines a name with the notes before it.
 *
 * @param cursor Supplies positions and reads the notes.
 * @returns The element without its body.
 */
export function parseElement(
  cursor: IdlCursor,
  name: IdlToken,
  path: string,
  notes: readonly IdlToken[],
): ElementNode {
  return {
    name: cursor.text(name.text, name.place, path),
    ...cursor.readNotes(notes, path),
  };
}

/**
 * Reads `: type` behind a name.
 *
 * @param cursor Stands behind the name.
 * @param parent Path of the list the element belongs to.
 * @param notes Tokens of the notes before it.
 * @returns The element; undefined after a report.
 */
export function parseNamedType(
  cursor: IdlCursor,
  name: IdlToken,
  parent: string,
  notes: readonly IdlToken[],
): NamedTypeNode | undefined {
  const path = `${parent}.${name.text}`;
  if (!cursor.require(":", path)) return undefined;
  const type = parseType(cursor, `${path}.type`);
  return type && {
    ...parseElement(cursor, name, path, notes),
    type,
    readonly: false,
  };
}

/**
 * Reads a type, perhaps with `[]` behind it.
 *
 * @param cursor Stands at the type.
 * @returns The type; undefined after a report.
 */
export function parseType(
  cursor: IdlCursor,
  path: string,
): TypeNode | undefined {
  const { token } = cursor;
  const primitive = isPrimitiveName(token.text) || token.text === "void";
  if (token.kind !== "identifier" && !primitive) {
    cursor.fail("a type", path);
    return undefined;
  }
  cursor.take();
  const array = cursor.skip("[");
  if (array && !cursor.require("]", path)) return undefined;
  if (array && cursor.is("[")) {
    cursor.fail("one pair of brackets: there are no lists of lists", path);
    return undefined;
  }
  const { module, name } = splitQualifiedName(token.text);
  return {
    name: cursor.text(name, token.place, path),
    import: module === null ? null : cursor.text(module, token.place, path),
    array,
  };
}

/**
 * Reads elements up to the closing brace and goes on after a mistake.
 *
 * @param cursor Stands at the opening brace; afterwards behind the closing one.
 * @param path Path of the element whose block it is.
 * @param parse Reads one element; undefined after a report.
 * @returns What could be read; undefined if no block opens here.
 */
export function parseBlock<Node>(
  cursor: IdlCursor,
  path: string,
  parse: (notes: readonly IdlToken[]) => Node | undefined,
): Node[] | undefined {
  if (!cursor.require("{", path)) return undefined;
  const nodes: Node[] = [];
  while (!cursor.is("}") && cursor.token.kind !== "end") {
    if (cursor.token.first && isDeclaration(cursor.token)) {
      cursor.fail(`"}" to close the block of ${path}`, path);
      return nodes;
    }
    const { mark } = cursor;
    const node = parse(cursor.takeNotes());
    if (node === undefined) cursor.recover(mark);
    else nodes.push(node);
  }
  cursor.dropNotes(path);
  cursor.require("}", path);
  return nodes;
}
