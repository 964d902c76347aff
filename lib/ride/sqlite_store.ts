/**
 * Rides in an SQLite file.
 *
 * @module
 */
import {
  type AddResult,
  type AppendResult,
  byBike,
  type RideFilter,
  type RideStore,
  wholeRide,
} from "./ride_store.ts";
import { planRides } from "./ride_plan.ts";
import { rowToRide, rowToSample } from "./rows.ts";
import { PAUSE_MS, type Ride, type Sample } from "./sample.ts";
import { SqliteDatabase } from "./sqlite_database.ts";

/** "sbRD". */
const APPLICATION_ID = 0x73625244;

const SCHEMA = `
CREATE TABLE samples (
  bike TEXT NOT NULL, metric TEXT NOT NULL, time_ms INTEGER NOT NULL,
  value REAL, beats_ms TEXT,
  PRIMARY KEY (bike, time_ms, metric)
) WITHOUT ROWID;
CREATE TABLE rides (
  id TEXT PRIMARY KEY, bike TEXT NOT NULL,
  start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
  is_ended INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX rides_by_time ON rides (bike, start_ms);
`;

/** Rides in an SQLite file. */
export class SqliteRideStore implements RideStore {
  /** Its path. */
  readonly place: string;
  readonly #database: SqliteDatabase;

  /**
   * Opens a file, or makes it.
   *
   * @param path Its path; `:memory:` for none.
   * @throws {StoreError} If it cannot be opened, or holds something else.
   */
  constructor(path: string) {
    this.place = path;
    this.#database = new SqliteDatabase(path, {
      applicationId: APPLICATION_ID,
      schema: SCHEMA,
    });
  }

  /**
   * Stores samples, and extends the rides that they belong to.
   *
   * @param samples Samples of any bikes, in any order.
   * @returns What became of them.
   */
  append(samples: readonly Sample[]): Promise<AppendResult> {
    return Promise.try(() => {
      if (samples.length === 0) return { stored: 0, rides: [] };
      return this.#database.transaction(() => {
        const results = [...byBike(samples)].map(([bike, own]) =>
          this.#appendOf(bike, own)
        );
        return {
          stored: results.reduce((sum, { stored }) => sum + stored, 0),
          rides: results.flatMap(({ rides }) => rides),
        };
      });
    });
  }

  /**
   * Adds a whole ride that was recorded elsewhere, pauses and all.
   *
   * @param bike Id of the bike that it is stored for.
   * @param samples Its samples, at least one.
   * @returns The ride, and whether it is new.
   */
  add(bike: string, samples: readonly Sample[]): Promise<AddResult> {
    return Promise.try(() =>
      this.#database.transaction(() => {
        const ride = wholeRide(bike, samples);
        const [there] = this.#database.all(
          "SELECT * FROM rides WHERE bike = ? AND end_ms >= ? AND start_ms <= ? ORDER BY start_ms",
          bike,
          ride.startMs,
          ride.endMs,
        );
        if (there) return { ride: rowToRide(there), isNew: false };
        this.#database.run(
          "INSERT INTO rides VALUES (?, ?, ?, ?, 1)",
          ride.id,
          bike,
          ride.startMs,
          ride.endMs,
        );
        this.#insert(bike, samples);
        return { ride, isNew: true };
      })
    );
  }

  /** Lists rides. */
  rides(filter: RideFilter = {}): Promise<readonly Ride[]> {
    const { bike = null, limit = 1000 } = filter;
    return Promise.try(() =>
      this.#database.all(
        "SELECT * FROM rides WHERE ?1 IS NULL OR bike = ?1 ORDER BY start_ms DESC, id LIMIT ?2",
        bike,
        limit,
      ).map(rowToRide)
    );
  }

  /**
   * Finds a ride.
   *
   * @returns It; undefined if there is none.
   */
  ride(id: string): Promise<Ride | undefined> {
    return Promise.try(() => {
      const [row] = this.#database.all("SELECT * FROM rides WHERE id = ?", id);
      return row && rowToRide(row);
    });
  }

  /**
   * Reads the samples of a ride.
   *
   * @returns From its start to its end, in the order of their times.
   */
  samples({ bike, startMs, endMs }: Ride): Promise<readonly Sample[]> {
    return Promise.try(() =>
      this.#database.all(
        "SELECT * FROM samples WHERE bike = ? AND time_ms BETWEEN ? AND ? ORDER BY time_ms, metric",
        bike,
        startMs,
        endMs,
      ).flatMap(rowToSample)
    );
  }

  /**
   * Marks the rides that are over.
   *
   * @param nowMs The time, in milliseconds since 1970-01-01 UTC.
   * @returns Those that this call has marked.
   */
  endRides(nowMs: number): Promise<readonly Ride[]> {
    return Promise.try(() =>
      this.#database.all(
        "UPDATE rides SET is_ended = 1 WHERE is_ended = 0 AND end_ms < ? RETURNING *",
        nowMs - PAUSE_MS,
      ).map(rowToRide)
    );
  }

  /**
   * Deletes a ride and its samples.
   *
   * @returns False if there was none.
   */
  async delete(id: string): Promise<boolean> {
    const ride = await this.ride(id);
    if (!ride) return false;
    return this.#database.transaction(() => {
      // What was kept of the pause behind it, too.
      this.#database.run(
        `DELETE FROM samples WHERE bike = ?1 AND time_ms BETWEEN ?2 AND ?3 + ${PAUSE_MS}
         AND NOT EXISTS (SELECT 1 FROM rides WHERE bike = ?1 AND start_ms > ?3 AND start_ms <= time_ms)`,
        ride.bike,
        ride.startMs,
        ride.endMs,
      );
      return this.#database.run("DELETE FROM rides WHERE id = ?", id) > 0;
    });
  }

  /** Closes the file. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.try(() => this.#database[Symbol.dispose]());
  }

  #appendOf(bike: string, samples: readonly Sample[]): AppendResult {
    const times = samples.map(({ timeMs }) => timeMs);
    const first = times.reduce((a, b) => Math.min(a, b));
    const last = times.reduce((a, b) => Math.max(a, b));
    const near = this.#database.all(
      "SELECT * FROM rides WHERE bike = ? AND end_ms >= ? AND start_ms <= ?",
      bike,
      first - PAUSE_MS,
      last + PAUSE_MS,
    ).map(rowToRide);
    const { changed, merged, kept } = planRides(near, samples);
    this.#database.runAll(
      "DELETE FROM rides WHERE id = ?",
      merged.map((id) => [id]),
    );
    this.#database.runAll(
      "INSERT INTO rides VALUES (?, ?, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET start_ms = excluded.start_ms, end_ms = excluded.end_ms, is_ended = 0",
      changed.map(({ id, startMs, endMs }) => [id, bike, startMs, endMs]),
    );
    return { stored: this.#insert(bike, kept), rides: changed };
  }

  #insert(bike: string, samples: readonly Sample[]): number {
    return this.#database.runAll(
      "INSERT OR IGNORE INTO samples (bike, metric, time_ms, value, beats_ms) VALUES (?, ?, ?, ?, ?)",
      samples.map(({ metric, timeMs, value, beatsMs }) => [
        bike,
        metric,
        timeMs,
        value,
        beatsMs ? JSON.stringify(beatsMs) : null,
      ]),
    );
  }
}
