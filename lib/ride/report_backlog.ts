/**
 * Reports that could not be published, kept until they can.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";
import { StoreError } from "#lib/base/store_errors.ts";
import { SqliteDatabase } from "./sqlite_database.ts";

const logger = getLogger("backlog");

/** "sbBL". */
const APPLICATION_ID = 0x7362424c;

/** How many bytes a row takes besides its topic and payload, generously. */
const ROW_BYTES = 64;

/** How many of the oldest go at a time when there is no more room. */
const DROP_COUNT = 100;

const SCHEMA = `
CREATE TABLE reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  topic TEXT NOT NULL, payload TEXT NOT NULL
);
CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counts VALUES ('bytes', 0), ('dropped', 0);
`;

/** A report that waits. */
interface WaitingReport {
  /** Its number: later ones are higher. */
  readonly id: number;
  /** Topic name that it is to be published to. */
  readonly topic: string;
  /** The payload, with its own time. */
  readonly payload: string;
}

/** How reports are kept. */
interface BacklogOptions {
  /** Path of the file; `:memory:` for none. */
  readonly path: string;
  /** The most that is kept, in bytes; the oldest go first. */
  readonly maxBytes: number;
}

/**
 * Reports that wait for the broker, in an SQLite file: bounded, in their
 * order, and there again after the program was killed. A store that cannot be
 * written never throws into the ride: it is noted in {@linkcode trouble}.
 */
export class ReportBacklog implements Disposable {
  readonly #database: SqliteDatabase;
  readonly #maxBytes: number;
  #waiting: (readonly [topic: string, payload: string])[] = [];
  #trouble: StoreError | undefined;
  /** The newest report that was published, where it and those before it could not be taken away yet. */
  #gone = 0;
  /** How many could not be kept since the program started. */
  #lost = 0;

  /**
   * Opens the file, or makes it.
   *
   * @param options Where, and how much.
   * @throws {StoreError} If it cannot be opened, or holds something else.
   */
  constructor({ path, maxBytes }: BacklogOptions) {
    this.#maxBytes = maxBytes;
    this.#database = new SqliteDatabase(path, {
      applicationId: APPLICATION_ID,
      schema: SCHEMA,
    });
  }

  /** Why reports cannot be kept; undefined as long as they can. */
  get trouble(): StoreError | undefined {
    return this.#trouble;
  }

  /** How many reports were ever dropped for lack of room. */
  get dropped(): number {
    return this.#count("dropped") + this.#lost;
  }

  /** Whether something is still to be written. */
  get isPending(): boolean {
    return this.#waiting.length > 0 || this.#gone > 0;
  }

  /** How many reports wait. */
  get size(): number {
    const [row] = this.#database.all(
      "SELECT COUNT(*) AS n FROM reports WHERE id > ?",
      this.#gone,
    );
    return Number(row?.["n"] ?? 0) + this.#waiting.length;
  }

  /**
   * Keeps a report; it is on disk with the next {@linkcode ReportBacklog.commit}.
   *
   * @param topic Topic name that it is to be published to.
   * @param payload The payload, with its own time.
   */
  put(topic: string, payload: string): void {
    this.#waiting.push([topic, payload]);
  }

  /** Writes what was put to the disk, and drops the oldest where there is no more room. */
  commit(): void {
    if (!this.isPending) return;
    const rows = this.#waiting;
    this.#waiting = [];
    try {
      this.#database.transaction(() => {
        if (this.#gone > 0) this.#delete("id <= ?", this.#gone);
        if (rows.length > 0) this.#insert(rows);
      });
      this.#gone = 0;
      this.#setTrouble(undefined);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // Those that could not be kept are lost like those that are dropped.
      this.#lost += rows.length;
      this.#setTrouble(error);
    }
  }

  /**
   * Reads the oldest reports.
   *
   * @param count The most that are wanted.
   * @returns The oldest first; they stay until {@linkcode ReportBacklog.remove}.
   */
  oldest(count: number): readonly WaitingReport[] {
    this.commit();
    return this.#database.all(
      "SELECT id, topic, payload FROM reports WHERE id > ? ORDER BY id LIMIT ?",
      this.#gone,
      count,
    ).map((row) => ({
      id: Number(row["id"]),
      topic: String(row["topic"]),
      payload: String(row["payload"]),
    }));
  }

  /**
   * Takes reports away that were published; where the disk refuses that, with a
   * later {@linkcode ReportBacklog.commit}.
   *
   * @param last Number of the newest of them.
   */
  remove(last: number): void {
    this.#gone = last;
    this.commit();
  }

  /** Writes what was put, and closes the file. */
  [Symbol.dispose](): void {
    this.commit();
    this.#database[Symbol.dispose]();
  }

  #insert(rows: readonly (readonly [string, string])[]): void {
    this.#database.runAll(
      "INSERT INTO reports (topic, payload) VALUES (?, ?)",
      rows,
    );
    const added = rows.reduce((sum, row) => sum + bytesOf(...row), 0);
    this.#add("bytes", added);
    while (this.#count("bytes") > this.#maxBytes) {
      const dropped = this.#delete(
        "id IN (SELECT id FROM reports ORDER BY id LIMIT ?)",
        DROP_COUNT,
      );
      if (dropped === 0) return;
      this.#add("dropped", dropped);
    }
  }

  #delete(which: string, value: number): number {
    const rows = this.#database.all(
      `DELETE FROM reports WHERE ${which} RETURNING topic, payload`,
      value,
    );
    const bytes = rows.reduce(
      (sum, { topic, payload }) =>
        sum + bytesOf(String(topic), String(payload)),
      0,
    );
    this.#add("bytes", -bytes);
    return rows.length;
  }

  #count(name: string): number {
    const [row] = this.#database.all(
      "SELECT value FROM counts WHERE name = ?",
      name,
    );
    return Number(row?.["value"] ?? 0);
  }

  #add(name: string, value: number): void {
    this.#database.run(
      "UPDATE counts SET value = value + ? WHERE name = ?",
      value,
      name,
    );
  }

  #setTrouble(trouble: StoreError | undefined): void {
    if (trouble?.message === this.#trouble?.message) return;
    this.#trouble = trouble;
    if (trouble) logger.error("{message}", { message: trouble.message });
  }
}

function bytesOf(topic: string, payload: string): number {
  return topic.length + payload.length + ROW_BYTES;
}
