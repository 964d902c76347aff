/**
 * A module definition in IDL text.
 *
 * @module
 */
import {
  DEFAULT_VERSION,
  type ElementNode,
  type EnumMemberNode,
  type EnumNode,
  type ImportNode,
  type ModuleDocument,
  type StructNode,
} from "./document.ts";
import type { FindingList } from "./finding.ts";
import { IdlCursor } from "./idl_cursor.ts";
import {
  IDL_DECLARATIONS,
  isDeclaration,
  parseBlock,
  parseElement,
  parseNamedType,
} from "./idl_elements.ts";
import { parseInterface } from "./idl_interface.ts";
import { type IdlToken, MAX_TOKENS, tokenizeIdl } from "./idl_lexer.ts";

/**
 * Reads a module definition in IDL text. Never throws.
 *
 * @param file The file, as findings shall name it.
 * @param findings Takes what is wrong.
 * @returns The definition, or null if it names no module.
 */
export function readIdlModule(
  text: string,
  file: string,
  findings: FindingList,
): ModuleDocument | null {
  const { tokens, problems, isWhole } = tokenizeIdl(text);
  if (!isWhole) {
    findings.add({
      rule: "syntax",
      at: { file, line: 1, column: 1, path: "" },
      action: "read",
      object: file,
      found: `it has more than ${MAX_TOKENS} words and signs`,
      expected: "a smaller module",
    });
    return null;
  }
  for (const problem of problems) {
    findings.add({
      rule: "syntax",
      at: { file, ...problem.place, path: "" },
      action: "read",
      object: problem.text.split(/[\r\n]/)[0] ?? "",
      found: "it has no meaning here",
      expected: problem.expected,
    });
  }
  const parser = new IdlParser(new IdlCursor(tokens, file, findings), findings);
  return parser.parse(file);
}

class IdlParser {
  readonly #cursor: IdlCursor;
  readonly #imports: ImportNode[] = [];
  readonly #externs: ElementNode[] = [];
  readonly #enums: EnumNode[] = [];
  readonly #structs: StructNode[] = [];
  readonly #interfaces: ModuleDocument["interfaces"][number][] = [];
  readonly #findings: FindingList;
  #hasDefinition = false;
  #lossless = true;

  constructor(cursor: IdlCursor, findings: FindingList) {
    this.#cursor = cursor;
    this.#findings = findings;
  }

  parse(file: string): ModuleDocument | null {
    const cursor = this.#cursor;
    const header = this.#parseHeader();
    while (cursor.token.kind !== "end") this.#parseDeclaration();
    cursor.dropNotes("");
    return header && {
      ...header,
      file,
      form: "idl",
      complete: this.#lossless && cursor.lossless,
      imports: this.#imports,
      externs: this.#externs,
      enums: this.#enums,
      structs: this.#structs,
      interfaces: this.#interfaces,
    };
  }

  #parseHeader(): ElementNode & { readonly version: string } | null {
    const cursor = this.#cursor;
    const notes = cursor.takeNotes();
    if (!cursor.is("module")) {
      cursor.fail("module and its name, as in: module io.world 1.0", "");
      return null;
    }
    cursor.take();
    const name = cursor.takeName("the module", "");
    if (name === undefined) {
      this.#recoverDeclaration();
      return null;
    }
    const version = this.#parseVersion() ?? DEFAULT_VERSION;
    cursor.skip(";");
    return {
      name: cursor.text(name.text, name.place, ""),
      ...cursor.readNotes(notes, ""),
      version,
    };
  }

  #parseVersion(): string | null {
    const cursor = this.#cursor;
    const { token } = cursor;
    if (token.kind === "version") {
      if (token.text.split(".").length > 2) this.#reportLongVersion(token);
      return cursor.take().text;
    }
    if (token.kind === "integer") {
      cursor.fail(`a version of two numbers: ${token.text}.0`, "");
      cursor.take();
    }
    return null;
  }

  #reportLongVersion({ text, place }: IdlToken): void {
    const [major, minor] = text.split(".");
    this.#findings.add({
      rule: "long_version",
      at: this.#cursor.at(place, ""),
      action: "rely on version",
      object: text,
      found: "other tools know two numbers only in this form",
      expected: `${major}.${minor}`,
    });
  }

  #parseDeclaration(): void {
    const cursor = this.#cursor;
    const notes = cursor.takeNotes();
    const { token } = cursor;
    if (!isDeclaration(token)) {
      cursor.fail("extern, interface, struct or enum", "", IDL_DECLARATIONS);
      this.#recoverDeclaration();
      return;
    }
    if (token.text === "import") {
      if (this.#hasDefinition) {
        cursor.fail("imports before all definitions", "imports");
      }
      cursor.take();
      this.#parseImport(notes);
      return;
    }
    this.#hasDefinition = true;
    cursor.take();
    switch (token.text) {
      case "extern":
        this.#parseExtern(notes);
        break;
      case "interface":
        this.#add(this.#interfaces, parseInterface(cursor, notes));
        break;
      case "struct":
        this.#add(this.#structs, this.#parseStruct(notes));
        break;
      default:
        this.#add(this.#enums, this.#parseEnum(notes));
    }
  }

  #add<Node>(list: Node[], node: Node | undefined): void {
    if (node === undefined) return this.#recoverDeclaration();
    list.push(node);
    this.#skipSemicolon();
  }

  /** ApiGear takes the semicolon that C++ wants behind a block. */
  #skipSemicolon(): void {
    const { place } = this.#cursor.token;
    if (!this.#cursor.skip(";")) return;
    this.#findings.add({
      rule: "stray_semicolon",
      at: this.#cursor.at(place, ""),
      action: "use",
      object: ";",
      found: "it ends nothing here",
      expected: 'nothing behind "}"',
    });
  }

  #recoverDeclaration(): void {
    const cursor = this.#cursor;
    this.#lossless = false;
    for (;;) {
      if (cursor.is("{")) return cursor.skipBlock();
      const { token } = cursor;
      if (token.kind === "end") return;
      cursor.take();
      if (cursor.token.first && isDeclaration(cursor.token)) return;
    }
  }

  #parseImport(notes: readonly IdlToken[]): void {
    const cursor = this.#cursor;
    const name = cursor.takeName("the module to import", "imports");
    if (name === undefined) return this.#recoverDeclaration();
    const path = `imports.${name.text}`;
    const version = this.#parseVersion();
    cursor.skip(";");
    const element = parseElement(cursor, name, path, notes);
    this.#imports.push({ ...element, version });
  }

  #parseExtern(notes: readonly IdlToken[]): void {
    const cursor = this.#cursor;
    const name = cursor.takeName("the extern", "externs");
    if (name === undefined) return this.#recoverDeclaration();
    cursor.skip(";");
    const path = `externs.${name.text}`;
    this.#externs.push(parseElement(cursor, name, path, notes));
  }

  #parseStruct(notes: readonly IdlToken[]): StructNode | undefined {
    const cursor = this.#cursor;
    const name = cursor.takeName("the struct", "structs");
    if (name === undefined) return undefined;
    const path = `structs.${name.text}`;
    const fields = parseBlock(cursor, path, (fieldNotes) => {
      const readonly = cursor.skip("readonly");
      const fieldsPath = `${path}.fields`;
      const fieldName = cursor.takeName("a field", fieldsPath);
      if (fieldName === undefined) return undefined;
      const field = parseNamedType(cursor, fieldName, fieldsPath, fieldNotes);
      if (field !== undefined) cursor.skip(";");
      return field && { ...field, readonly };
    });
    return fields && { ...parseElement(cursor, name, path, notes), fields };
  }

  #parseEnum(notes: readonly IdlToken[]): EnumNode | undefined {
    const cursor = this.#cursor;
    const name = cursor.takeName("the enum", "enums");
    if (name === undefined) return undefined;
    const path = `enums.${name.text}`;
    const members = parseBlock(
      cursor,
      path,
      (memberNotes) => this.#parseEnumMember(`${path}.members`, memberNotes),
    );
    return members && { ...parseElement(cursor, name, path, notes), members };
  }

  #parseEnumMember(
    parent: string,
    notes: readonly IdlToken[],
  ): EnumMemberNode | undefined {
    const cursor = this.#cursor;
    const name = cursor.takeName("an enum member", parent);
    if (name === undefined) return undefined;
    const path = `${parent}.${name.text}`;
    const element = parseElement(cursor, name, path, notes);
    if (!cursor.skip("=")) {
      cursor.skip(",");
      return { ...element, value: null, valueAt: element.name.at };
    }
    const { token } = cursor;
    if (token.kind !== "integer") {
      cursor.fail("a whole number", `${path}.value`);
      return undefined;
    }
    cursor.take();
    cursor.skip(",");
    const valueAt = cursor.at(token.place, `${path}.value`);
    return { ...element, value: Number(token.text) + 0, valueAt };
  }
}
