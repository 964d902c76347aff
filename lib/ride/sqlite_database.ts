/**
 * An SQLite file, opened as every store here wants it.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { StoreError, type StoreReason } from "#lib/base/store_errors.ts";

/** A row, by the names of its columns. */
type Row = Readonly<Record<string, unknown>>;

/** How a file is opened. */
interface DatabaseOptions {
  /** Identifies the kind of store; another one is refused. */
  readonly applicationId: number;
  /** Statements that make its tables; run once. */
  readonly schema: string;
}

/** How long another program's write is waited for, in milliseconds. */
const BUSY_TIMEOUT_MS = 2000;

/** SQLite's codes, without what is above the first eight bits. */
const REASONS: ReadonlyMap<number, StoreReason> = new Map([
  [3, "denied"],
  [8, "denied"],
  [11, "foreign"],
  [13, "full"],
  [14, "denied"],
  [23, "denied"],
  [26, "foreign"],
]);

/** What has no code: what fails while a file is opened, and the end of a transaction. */
const REASONS_IN_TEXT: readonly (readonly [RegExp, StoreReason])[] = [
  [/unable to open/, "denied"],
  [/disk is full/, "full"],
];

/**
 * An SQLite file with a write-ahead log: a program that is killed leaves it
 * whole, with all that was committed.
 */
export class SqliteDatabase implements Disposable {
  /** Its path. */
  readonly path: string;
  readonly #database: DatabaseSync;

  /**
   * Opens a file, or makes it.
   *
   * @param path Its path; `:memory:` for none.
   * @param options What it is to hold.
   * @throws {StoreError} If it cannot be opened, or holds something else.
   */
  constructor(path: string, options: DatabaseOptions) {
    this.path = path;
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path);
      this.#database = database;
      this.#prepare(options);
    } catch (error) {
      database?.close();
      throw error instanceof StoreError
        ? error
        : this.#translate("open", error);
    }
  }

  /**
   * Runs a statement.
   *
   * @returns How many rows it changed.
   * @throws {StoreError} If it fails.
   */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return this.#attempt(
      "write to",
      () => Number(this.#database.prepare(sql).run(...values).changes),
    );
  }

  /**
   * Runs a query.
   *
   * @throws {StoreError} If it fails.
   */
  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#attempt(
      "read",
      () => this.#database.prepare(sql).all(...values),
    );
  }

  /**
   * Runs one statement with many sets of parameters.
   *
   * @param rows The parameters of each run.
   * @returns How many rows were changed.
   * @throws {StoreError} If one fails.
   */
  runAll(sql: string, rows: readonly (readonly SQLInputValue[])[]): number {
    return this.#attempt("write to", () => {
      const statement = this.#database.prepare(sql);
      return rows.reduce(
        (sum, row) => sum + Number(statement.run(...row).changes),
        0,
      );
    });
  }

  /**
   * Runs statements as one: all of them, or none.
   *
   * @throws {StoreError} If one fails.
   */
  transaction<T>(work: () => T): T {
    this.#attempt("write to", () => this.#database.exec("BEGIN IMMEDIATE"));
    try {
      const result = work();
      this.#attempt("write to", () => this.#database.exec("COMMIT"));
      return result;
    } catch (error) {
      // A full disk has rolled back already.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Closes the file; does nothing the second time. */
  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare({ applicationId, schema }: DatabaseOptions): void {
    const database = this.#database;
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const id = this.#pragma("application_id");
    const isNew = this.#pragma("schema_version") === 0;
    if (!isNew && id !== applicationId) {
      throw new StoreError(
        `Cannot open "${this.path}": it is a database of something else, expected one of this program or no file`,
        this.path,
        "foreign",
      );
    }
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    if (!isNew) return;
    this.transaction(() => {
      // Another program may have made them since.
      if (this.#pragma("schema_version") !== 0) return;
      database.exec(schema);
      database.exec(`PRAGMA application_id = ${applicationId}`);
    });
  }

  #pragma(name: string): number {
    const row: Row | undefined = this.#database.prepare(`PRAGMA ${name}`).get();
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  #attempt<T>(action: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#translate(action, error);
    }
  }

  #translate(action: string, cause: unknown): StoreError {
    const code = cause instanceof Error && "errcode" in cause
      ? Number(cause.errcode) & 0xff
      : undefined;
    const text = cause instanceof Error ? cause.message : String(cause);
    const reason = REASONS.get(code ?? -1) ??
      REASONS_IN_TEXT.find(([pattern]) => pattern.test(text))?.[1] ??
      "failed";
    const expected = reason === "foreign"
      ? "a file of this program; move it away, and a new one is made"
      : "a place that can be written";
    return new StoreError(
      `Cannot ${action} "${this.path}": ${text}, expected ${expected}`,
      this.path,
      reason,
      { cause },
    );
  }
}
