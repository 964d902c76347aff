/**
 * Rides in a PostgreSQL database: the only file that imports the `postgres`
 * package.
 *
 * @module
 */
import postgres from "postgres";
import { StoreError, type StoreReason } from "#lib/base/store_errors.ts";
import {
  type AddResult,
  type AppendResult,
  byBike,
  type OpenStoreOptions,
  type RideFilter,
  type RideStore,
  wholeRide,
} from "./ride_store.ts";
import { planRides } from "./ride_plan.ts";
import { rowToRide, rowToSample } from "./rows.ts";
import { PAUSE_MS, type Ride, type Sample } from "./sample.ts";

/** Statements of a connection or of a transaction. */
type Sql = postgres.Sql | postgres.TransactionSql;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS samples (
  bike text NOT NULL, metric text NOT NULL, time_ms bigint NOT NULL,
  value double precision, beats_ms text,
  PRIMARY KEY (bike, time_ms, metric)
);
CREATE TABLE IF NOT EXISTS rides (
  id text PRIMARY KEY, bike text NOT NULL,
  start_ms bigint NOT NULL, end_ms bigint NOT NULL,
  is_ended boolean NOT NULL
);
CREATE INDEX IF NOT EXISTS rides_by_time ON rides (bike, start_ms);
`;

/** Keeps programs that make the tables at the same time apart. */
const SCHEMA_LOCK = 0x73625244;

/** How long a connection may take to come about, in seconds. */
const CONNECT_SECONDS = 5;

/** Codes of PostgreSQL and of sockets, or how they begin. */
const REASONS: readonly (readonly [code: RegExp, reason: StoreReason])[] = [
  [/^(28|42501|3D000)/, "denied"],
  [/^(53100|53200)/, "full"],
  [
    /^(ECONN|ENOTFOUND|EAI|ETIMEDOUT|EPIPE|CONNECT|CONNECTION|08|57P)/,
    "unreachable",
  ],
];

/** Rides in a PostgreSQL database, for places with many bikes. */
export class PostgresRideStore implements RideStore {
  /** Its address without credentials. */
  readonly place: string;
  readonly #sql: postgres.Sql;
  #isPrepared = false;

  private constructor(place: string, sql: postgres.Sql) {
    this.place = place;
    this.#sql = sql;
  }

  /**
   * Opens a database, and makes the tables that it lacks.
   *
   * @param url For example `postgres://rider@127.0.0.1:5432/rides`.
   * @param options The password, where the URL has none.
   * @returns The store; a server that is away is tried again with each call.
   * @throws {StoreError} If the URL is none, or the server refuses.
   */
  static async open(
    url: string,
    options: OpenStoreOptions = {},
  ): Promise<PostgresRideStore> {
    const address = parseUrl(url);
    const { password } = options;
    const sql = postgres(url, {
      max: 2,
      connect_timeout: CONNECT_SECONDS,
      idle_timeout: 60,
      onnotice: () => {},
      backoff: false,
      ...(password !== undefined && { password }),
    });
    const store = new PostgresRideStore(withoutCredentials(address), sql);
    try {
      await store.#prepare();
    } catch (error) {
      const isAway = error instanceof StoreError &&
        error.reason === "unreachable";
      if (isAway) return store;
      await sql.end({ timeout: 1 });
      throw error;
    }
    return store;
  }

  /**
   * Stores samples, and extends the rides that they belong to.
   *
   * @param samples Samples of any bikes, in any order.
   * @returns What became of them.
   */
  async append(samples: readonly Sample[]): Promise<AppendResult> {
    if (samples.length === 0) return { stored: 0, rides: [] };
    return await this.#transaction(async (sql) => {
      const results: AppendResult[] = [];
      // In one order, so that two programs never wait for each other.
      const bikes = [...byBike(samples)].sort(([a], [b]) => a < b ? -1 : 1);
      for (const [bike, own] of bikes) {
        results.push(await appendOf(sql, bike, own));
      }
      return {
        stored: results.reduce((sum, { stored }) => sum + stored, 0),
        rides: results.flatMap(({ rides }) => rides),
      };
    });
  }

  /**
   * Adds a whole ride that was recorded elsewhere, pauses and all.
   *
   * @param bike Id of the bike that it is stored for.
   * @param samples Its samples, at least one.
   * @returns The ride, and whether it is new.
   */
  async add(bike: string, samples: readonly Sample[]): Promise<AddResult> {
    return await this.#transaction(async (sql) => {
      const ride = wholeRide(bike, samples);
      const { id, startMs, endMs } = ride;
      await lockBike(sql, bike);
      const [there] = await sql`
        SELECT * FROM rides WHERE bike = ${bike} AND end_ms >= ${startMs}
        AND start_ms <= ${endMs} ORDER BY start_ms LIMIT 1`;
      if (there) return { ride: rowToRide(there), isNew: false };
      await sql`INSERT INTO rides VALUES (${id}, ${bike}, ${startMs}, ${endMs}, true)`;
      await insert(sql, bike, samples);
      return { ride, isNew: true };
    });
  }

  /** Lists rides. */
  async rides(filter: RideFilter = {}): Promise<readonly Ride[]> {
    const { bike = null, limit = 1000 } = filter;
    const rows = await this.#query((sql) =>
      sql`SELECT * FROM rides WHERE ${bike}::text IS NULL OR bike = ${bike}
        ORDER BY start_ms DESC, id LIMIT ${limit}`
    );
    return rows.map(rowToRide);
  }

  /**
   * Finds a ride.
   *
   * @returns It; undefined if there is none.
   */
  async ride(id: string): Promise<Ride | undefined> {
    const [row] = await this.#query((sql) =>
      sql`SELECT * FROM rides WHERE id = ${id}`
    );
    return row && rowToRide(row);
  }

  /**
   * Reads the samples of a ride.
   *
   * @returns From its start to its end, in the order of their times.
   */
  async samples({ bike, startMs, endMs }: Ride): Promise<readonly Sample[]> {
    const rows = await this.#query((sql) =>
      sql`SELECT * FROM samples WHERE bike = ${bike}
        AND time_ms BETWEEN ${startMs} AND ${endMs}
        ORDER BY time_ms, metric COLLATE "C"`
    );
    return rows.flatMap(rowToSample);
  }

  /**
   * Marks the rides that are over.
   *
   * @param nowMs The time, in milliseconds since 1970-01-01 UTC.
   * @returns Those that this call has marked.
   */
  async endRides(nowMs: number): Promise<readonly Ride[]> {
    const rows = await this.#query((sql) =>
      sql`UPDATE rides SET is_ended = true WHERE NOT is_ended
        AND end_ms < ${nowMs - PAUSE_MS} RETURNING *`
    );
    return rows.map(rowToRide);
  }

  /**
   * Deletes a ride and its samples.
   *
   * @returns False if there was none.
   */
  async delete(id: string): Promise<boolean> {
    return await this.#transaction(async (sql) => {
      const [row] = await sql`DELETE FROM rides WHERE id = ${id} RETURNING *`;
      if (!row) return false;
      const { bike, startMs, endMs } = rowToRide(row);
      // What was kept of the pause behind it, too.
      await sql`DELETE FROM samples WHERE bike = ${bike}
        AND time_ms BETWEEN ${startMs} AND ${endMs + PAUSE_MS}
        AND NOT EXISTS (SELECT 1 FROM rides WHERE bike = ${bike}
          AND start_ms > ${endMs} AND start_ms <= time_ms)`;
      return true;
    });
  }

  /** Closes all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sql.end({ timeout: 2 });
  }

  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    await this.#attempt(() =>
      this.#sql.begin(async (sql) => {
        await sql`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`;
        await sql.unsafe(SCHEMA);
      })
    );
    this.#isPrepared = true;
  }

  async #query(
    work: (sql: Sql) => Promise<readonly postgres.Row[]>,
  ): Promise<readonly postgres.Row[]> {
    await this.#prepare();
    return await this.#attempt(() => work(this.#sql));
  }

  async #transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    await this.#prepare();
    const results: T[] = [];
    await this.#attempt(() =>
      this.#sql.begin(async (sql) => {
        results.push(await work(sql));
      })
    );
    const [result] = results;
    if (result !== undefined) return result;
    throw this.#translate(new TypeError("a transaction without a result"));
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  #translate(cause: unknown): StoreError {
    const code = typeof cause === "object" && cause !== null && "code" in cause
      ? String(cause.code)
      : "";
    const text = cause instanceof Error ? cause.message : String(cause);
    const reason = REASONS.find(([pattern]) => pattern.test(code))?.[1] ??
      "failed";
    return new StoreError(
      `Cannot use "${this.place}": ${
        text || code
      }, expected a PostgreSQL database that can be written`,
      this.place,
      reason,
      { cause },
    );
  }
}

/** One program at a time decides on the rides of a bike. */
async function lockBike(sql: Sql, bike: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext(${bike}))`;
}

async function appendOf(
  sql: Sql,
  bike: string,
  samples: readonly Sample[],
): Promise<AppendResult> {
  await lockBike(sql, bike);
  const { startMs, endMs } = wholeRide(bike, samples);
  const rows = await sql`SELECT * FROM rides WHERE bike = ${bike}
    AND end_ms >= ${startMs - PAUSE_MS} AND start_ms <= ${endMs + PAUSE_MS}`;
  const { changed, merged, kept } = planRides(rows.map(rowToRide), samples);
  for (const id of merged) await sql`DELETE FROM rides WHERE id = ${id}`;
  for (const ride of changed) {
    await sql`INSERT INTO rides
      VALUES (${ride.id}, ${bike}, ${ride.startMs}, ${ride.endMs}, false)
      ON CONFLICT (id) DO UPDATE SET start_ms = excluded.start_ms,
      end_ms = excluded.end_ms, is_ended = false`;
  }
  return { stored: await insert(sql, bike, kept), rides: changed };
}

/** The most rows of one statement: PostgreSQL takes 65,535 parameters. */
const ROWS_PER_INSERT = 5000;

async function insert(
  sql: Sql,
  bike: string,
  samples: readonly Sample[],
): Promise<number> {
  let stored = 0;
  for (let i = 0; i < samples.length; i += ROWS_PER_INSERT) {
    const rows = samples.slice(i, i + ROWS_PER_INSERT).map((sample) => ({
      bike,
      metric: sample.metric,
      time_ms: sample.timeMs,
      value: sample.value,
      beats_ms: sample.beatsMs ? JSON.stringify(sample.beatsMs) : null,
    }));
    const { count } = await sql`
      INSERT INTO samples ${sql(rows)} ON CONFLICT DO NOTHING`;
    stored += count;
  }
  return stored;
}

function parseUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed?.hostname) return parsed;
  throw new StoreError(
    `Cannot use the database: its address is no URL, expected postgres://user@host:port/name`,
    "postgres",
    "failed",
  );
}

function withoutCredentials({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}
