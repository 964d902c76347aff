/**
 * An interface in IDL text.
 *
 * @module
 */
import {
  type CallNode,
  type InterfaceNode,
  type NamedTypeNode,
  splitQualifiedName,
  type TypeNode,
} from "./document.ts";
import type { IdlCursor } from "./idl_cursor.ts";
import {
  parseBlock,
  parseElement,
  parseNamedType,
  parseType,
} from "./idl_elements.ts";
import type { IdlToken } from "./idl_lexer.ts";
import { isPrimitiveName } from "#lib/base/primitive_type.ts";

type MemberNode =
  | { readonly list: "properties"; readonly node: NamedTypeNode }
  | { readonly list: "operations" | "signals"; readonly node: CallNode };

/**
 * Reads an interface.
 *
 * @param cursor Stands behind the word `interface`.
 * @param notes Tokens of the notes before it.
 * @returns The interface; undefined after a report.
 */
export function parseInterface(
  cursor: IdlCursor,
  notes: readonly IdlToken[],
): InterfaceNode | undefined {
  const name = cursor.takeName("the interface", "interfaces");
  if (name === undefined) return undefined;
  const path = `interfaces.${name.text}`;
  const base = cursor.skip("extends") ? parseBase(cursor, path) : null;
  if (base === undefined) return undefined;
  const members = parseBlock(
    cursor,
    path,
    (memberNotes) => parseMember(cursor, path, memberNotes),
  );
  if (members === undefined) return undefined;
  const calls = (list: "operations" | "signals"): CallNode[] =>
    members.flatMap((member) => member.list === list ? [member.node] : []);
  return {
    ...parseElement(cursor, name, path, notes),
    extends: base,
    properties: members.flatMap((member) =>
      member.list === "properties" ? [member.node] : []
    ),
    operations: calls("operations"),
    signals: calls("signals"),
  };
}

function parseBase(cursor: IdlCursor, path: string): TypeNode | undefined {
  const token = cursor.takeName("the interface to extend", `${path}.extends`);
  if (token === undefined) return undefined;
  const { module, name } = splitQualifiedName(token.text);
  const at = `${path}.extends.name`;
  return {
    name: cursor.text(name, token.place, at),
    import: module === null ? null : cursor.text(module, token.place, at),
    array: false,
  };
}

function parseMember(
  cursor: IdlCursor,
  path: string,
  notes: readonly IdlToken[],
): MemberNode | undefined {
  if (cursor.skip("signal")) {
    const node = parseSignal(cursor, `${path}.signals`, notes);
    return node && { list: "signals", node };
  }
  const readonly = cursor.skip("readonly");
  const name = cursor.takeName("a property or operation", path);
  if (name === undefined) return undefined;
  if (cursor.is("(")) {
    if (readonly) {
      cursor.fail(`":" and a type: an operation is never readonly`, path);
      return undefined;
    }
    const node = parseOperation(cursor, `${path}.operations`, name, notes);
    return node && { list: "operations", node };
  }
  if (!cursor.is(":")) {
    const expected = `":" for a property or "(" for an operation`;
    cursor.fail(expected, `${path}.${name.text}`);
    return undefined;
  }
  const node = parseNamedType(cursor, name, `${path}.properties`, notes);
  if (node === undefined) return undefined;
  cursor.skip(";");
  return { list: "properties", node: { ...node, readonly } };
}

function parseOperation(
  cursor: IdlCursor,
  parent: string,
  name: IdlToken,
  notes: readonly IdlToken[],
): CallNode | undefined {
  const path = `${parent}.${name.text}`;
  const params = parseParams(cursor, path);
  if (params === undefined) return undefined;
  const element = parseElement(cursor, name, path, notes);
  if (!cursor.skip(":")) {
    cursor.skip(";");
    return { ...element, params, returns: null };
  }
  const type = parseType(cursor, `${path}.return.type`);
  if (type === undefined) return undefined;
  cursor.skip(";");
  const returns = { type, description: "", meta: {} };
  return { ...element, params, returns };
}

function parseSignal(
  cursor: IdlCursor,
  parent: string,
  notes: readonly IdlToken[],
): CallNode | undefined {
  const name = cursor.takeName("the signal", parent);
  if (name === undefined) return undefined;
  const path = `${parent}.${name.text}`;
  const params = parseParams(cursor, path);
  if (params === undefined) return undefined;
  if (cursor.is(":")) {
    cursor.fail("no type here: a signal answers nothing", path);
    return undefined;
  }
  cursor.skip(";");
  const element = parseElement(cursor, name, path, notes);
  return { ...element, params, returns: null };
}

function parseParams(
  cursor: IdlCursor,
  path: string,
): NamedTypeNode[] | undefined {
  if (!cursor.require("(", path)) return undefined;
  const params: NamedTypeNode[] = [];
  while (!cursor.skip(")")) {
    const param = parseParam(cursor, `${path}.params`);
    if (param === undefined) {
      cursor.skipParentheses();
      return undefined;
    }
    params.push(param);
    cursor.skip(",");
  }
  return params;
}

function parseParam(
  cursor: IdlCursor,
  parent: string,
): NamedTypeNode | undefined {
  const notes = cursor.takeNotes();
  if (isPrimitiveName(cursor.token.text)) {
    const expected = `")" or the name first, as in: name: ${cursor.token.text}`;
    cursor.fail(expected, parent);
    return undefined;
  }
  const name = cursor.takeName('a parameter, or ")"', parent);
  return name && parseNamedType(cursor, name, parent, notes);
}
