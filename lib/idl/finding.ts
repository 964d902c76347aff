/**
 * What the checker says about a definition: a positioned error or warning.
 *
 * @module
 */
import { DefinitionError, type DefinitionPosition } from "#lib/base/errors.ts";

/** How bad a finding is. An error keeps a module from being used. */
type Severity = "error" | "warning";

/** Every rule of the checker and how bad it is to break it. */
export const FINDING_RULES = {
  file_kind: "error",
  file_unreadable: "error",
  syntax: "error",
  wrong_value: "error",
  missing_key: "error",
  unknown_key: "error",
  ignored_key: "warning",
  ignored_template: "warning",
  deprecated_key: "warning",
  schema: "error",
  version: "error",
  import_version: "warning",
  long_version: "warning",
  name: "error",
  reserved_word: "warning",
  duplicate: "error",
  case_clash: "error",
  unknown_type: "error",
  type_use: "error",
  interface_type: "warning",
  missing_import: "error",
  unlisted_import: "warning",
  import_cycle: "warning",
  extends_cycle: "error",
  struct_cycle: "error",
  enum_value: "error",
  negative_enum_value: "warning",
  empty_enum: "warning",
  extern_meta: "error",
  stray_comment: "warning",
  stray_semicolon: "warning",
  too_many: "error",
} as const satisfies Record<string, Severity>;

/** A rule of the checker. */
type FindingRule = keyof typeof FINDING_RULES;

/** The parts of a finding's message. */
export interface FindingDetails {
  /** The rule that was broken. */
  readonly rule: FindingRule;
  /** Where. */
  readonly at: DefinitionPosition;
  /** What could not be done: `use type`, `name`, `import`. */
  readonly action: string;
  /** To what it could not be done. */
  readonly object: string;
  /** What stands there. */
  readonly found: string;
  /** What should stand there. */
  readonly expected: string;
  /** A near name that was perhaps meant, or how to look for one. */
  readonly suggestion?: string | (() => string | undefined) | undefined;
}

/** How many findings are kept; a file with more has a mistake of its own kind. */
const MAX_FINDINGS = 1000;

/** A mistake, or something worth a second look, in a module definition. */
export class Finding extends DefinitionError {
  /** The rule that was broken. Stable; match on it. */
  readonly rule: FindingRule;
  /** Whether the module can still be used. */
  readonly severity: Severity;
  /** What should stand there. */
  readonly expected: string;
  /** A near name that was perhaps meant. */
  readonly suggestion: string | undefined;

  /**
   * Composes the message from its parts.
   *
   * @param details What is wrong, where, and what was expected.
   * @param options The error this one translates, as `cause`.
   */
  constructor(details: FindingDetails, options?: ErrorOptions) {
    const { action, object, found, expected } = details;
    const suggestion = typeof details.suggestion === "function"
      ? details.suggestion()
      : details.suggestion;
    const hint = suggestion === undefined
      ? ""
      : `; did you mean "${suggestion}"?`;
    super(
      `Cannot ${action} "${object}": ${found}, expected ${expected}${hint}`,
      details.at,
      options,
    );
    this.rule = details.rule;
    this.severity = FINDING_RULES[details.rule];
    this.expected = expected;
    this.suggestion = suggestion;
  }
}

/** Collects findings while readers and rules run. */
export class FindingList {
  readonly #findings: Finding[] = [];
  /** Files of which some findings were not kept. */
  readonly #cut = new Set<string>();

  /**
   * Adds one finding. Of those beyond {@linkcode MAX_FINDINGS} one error a
   * file is kept, so that no file counts as valid by being very wrong.
   *
   * @param details What is wrong, where, and what was expected.
   * @param options The error this one translates, as `cause`.
   */
  add(details: FindingDetails, options?: ErrorOptions): void {
    if (this.#findings.length < MAX_FINDINGS) {
      this.#findings.push(new Finding(details, options));
    } else this.#cutShort(details.at);
  }

  /** Takes over the findings of another list. */
  merge(other: FindingList): void {
    for (const finding of other.#findings) this.#keep(finding);
  }

  #keep(finding: Finding): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push(finding);
    else this.#cutShort(finding.position);
  }

  #cutShort(at: DefinitionPosition): void {
    if (this.#cut.has(at.file)) return;
    this.#cut.add(at.file);
    this.#findings.push(
      new Finding({
        rule: "too_many",
        at,
        action: "check",
        object: at.file,
        found: `there are more than ${MAX_FINDINGS} errors and warnings`,
        expected: "fewer; correct those above first",
      }),
    );
  }

  /**
   * All findings so far, by file in the order given, then by place. The same
   * message at the same place appears once.
   *
   * @param files Order of the files; others follow in order of appearance.
   */
  sorted(files: readonly string[] = []): Finding[] {
    const order = new Map<string, number>();
    for (const file of files) order.set(file, order.size);
    const unique = new Map<string, Finding>();
    for (const finding of this.#findings) {
      const { file } = finding.position;
      if (!order.has(file)) order.set(file, order.size);
      const key = formatFinding(finding);
      if (!unique.has(key)) unique.set(key, finding);
    }
    return [...unique.values()].sort((a, b) =>
      (order.get(a.position.file) ?? 0) - (order.get(b.position.file) ?? 0) ||
      a.position.line - b.position.line ||
      a.position.column - b.position.column
    );
  }
}

/**
 * Says whether any finding keeps a module from being used.
 *
 * @param findings Findings of one or more files.
 * @returns True if at least one is an error.
 */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}

/**
 * One line for a person or an editor: place, severity, message, path and rule.
 *
 * @returns `file:line:column: severity: message [path] (rule)`.
 *
 * @example
 * ```ts
 * import { Finding, formatFinding } from "#lib/idl/finding.ts";
 * import assert from "node:assert/strict";
 *
 * const finding = new Finding({
 *   rule: "unknown_type",
 *   at: { file: "a.idl", line: 3, column: 9, path: "structs.S.fields.f.type" },
 *   action: "use type",
 *   object: "strin",
 *   found: "no such type",
 *   expected: "a primitive type or a symbol of the module",
 *   suggestion: "string",
 * });
 * assert.equal(
 *   formatFinding(finding),
 *   'a.idl:3:9: error: Cannot use type "strin": no such type, expected a ' +
 *     'primitive type or a symbol of the module; did you mean "string"? ' +
 *     "[structs.S.fields.f.type] (unknown_type)",
 * );
 * ```
 */
export function formatFinding(finding: Finding): string {
  const { file, line, column, path } = finding.position;
  const where = path === "" ? "" : ` [${path}]`;
  return `${file}:${line}:${column}: ${finding.severity}: ${finding.message}${where} (${finding.rule})`;
}
