/**
 * How `smartbike reload` reaches a bike that runs on this machine, also one in
 * a terminal, which a SIGHUP would end: a Unix socket in the state folder.
 *
 * @module
 */
import { splitLines } from "#lib/base/byte_lines.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import { isRecord } from "#lib/objectapi/value.ts";

const logger = getLogger("config");

/** The longest answer that is read, in bytes. */
const MAX_BYTES = 256 * 1024;

/** How names of sockets begin and end; the id of the bike stands between. */
const NAME = /^reload-(.+)\.sock$/;

/** What became of a reload. */
export interface ReloadReport {
  /** The file that was read; empty where there is none any more. */
  readonly file: string;
  /** Settings and devices that changed and hold now. */
  readonly changed: readonly string[];
  /** Settings that changed and hold after a restart. */
  readonly afterRestart: readonly string[];
  /** Why nothing was changed, a line each; empty where the file holds. */
  readonly mistakes: readonly string[];
}

/** A bike that can be asked to reload its configuration. */
export interface ReloadableBike {
  /** Its id. */
  readonly bike: string;
  /** Path of its socket. */
  readonly path: string;
}

/**
 * Lets others ask for a reload. Where that cannot be it is logged, and the bike
 * runs without: SIGHUP reloads it all the same.
 *
 * @param reload Reloads; called once for each that asks.
 * @returns Stops listening and removes the socket.
 */
export async function serveReload(
  folder: string,
  bike: string,
  reload: () => Promise<ReloadReport>,
): Promise<AsyncDisposable> {
  const path = `${folder}/reload-${bike}.sock`;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    await removeDead(path);
    return new ReloadServer(path, reload);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      logger.warn(
        "Bike {bike} already runs on this machine; if both use one broker, end one of them or give it an id of its own (--bike)",
        { bike },
      );
    } else {
      logger.info('"smartbike reload" cannot reach this program: {error}', {
        error,
      });
    }
    return { async [Symbol.asyncDispose]() {} };
  }
}

/** What a program that was killed left behind is removed; the socket of one that runs is not. */
async function removeDead(path: string): Promise<void> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) await Deno.remove(path);
  }
}

/** Answers those who ask. */
class ReloadServer implements AsyncDisposable {
  readonly #path: string;
  readonly #reload: () => Promise<ReloadReport>;
  readonly #listener: Deno.UnixListener;
  readonly #asking = new Map<Deno.UnixConn, Promise<void>>();
  readonly #done: Promise<void>;

  constructor(path: string, reload: () => Promise<ReloadReport>) {
    this.#path = path;
    this.#reload = reload;
    this.#listener = Deno.listen({ transport: "unix", path });
    this.#done = this.#accept();
  }

  /** Whoever has connected and asked nothing is not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#done;
    for (const connection of this.#asking.keys()) close(connection);
    await Promise.all(this.#asking.values());
    await Deno.remove(this.#path).catch(() => {});
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      const answered = this.#answer(connection)
        .catch((error) =>
          logger.debug("A reload was not answered: {error}", { error })
        )
        .finally(() => {
          this.#asking.delete(connection);
          close(connection);
        });
      this.#asking.set(connection, answered);
    }
  }

  async #answer(connection: Deno.UnixConn): Promise<void> {
    if (await connection.read(new Uint8Array(1)) === null) return;
    const text = `${JSON.stringify(await this.#reload())}\n`;
    await writeAll(connection, new TextEncoder().encode(text));
  }
}

/** It may be closed by the other side of a race already. */
function close(connection: Deno.UnixConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

async function writeAll(
  connection: Deno.UnixConn,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await connection.write(bytes.subarray(at));
  }
}

async function* chunksOf(
  connection: Deno.UnixConn,
): AsyncIterable<Uint8Array> {
  const buffer = new Uint8Array(4096);
  while (true) {
    const count = await connection.read(buffer);
    if (count === null) return;
    yield buffer.slice(0, count);
  }
}

/**
 * Finds the bikes that can be asked.
 *
 * @param folders State folders; those that cannot be read hold none.
 * @returns The bikes, in the order of folders and ids.
 */
export async function findReloadable(
  folders: readonly string[],
): Promise<readonly ReloadableBike[]> {
  const found: ReloadableBike[] = [];
  for (const folder of new Set(folders)) {
    for (const name of (await namesIn(folder)).sort()) {
      const bike = NAME.exec(name)?.[1];
      if (bike !== undefined) found.push({ bike, path: `${folder}/${name}` });
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name);
  } catch {
    return [];
  }
}

/**
 * Asks a bike to reload its configuration, and waits until it has.
 *
 * @throws {ConfigError} If its program has ended, may not be asked by this user, or does not answer as it should.
 */
export async function requestReload(
  { bike, path }: ReloadableBike,
): Promise<ReloadReport> {
  const fail = (state: string, cause?: unknown) =>
    new ConfigError(`Cannot reload bike "${bike}": ${state}`, {
      option: "--bike",
      value: bike,
    }, { cause });
  let connection: Deno.UnixConn;
  try {
    connection = await Deno.connect({ transport: "unix", path });
  } catch (error) {
    throw error instanceof Deno.errors.ConnectionRefused
      ? fail('its program has ended, start it with "smartbike start"', error)
      : fail(`${path} cannot be used, run this as the user of the bike`, error);
  }
  using _ = connection;
  await writeAll(connection, Uint8Array.of(0x0a));
  for await (const line of splitLines(chunksOf(connection), MAX_BYTES)) {
    const report = parseReport(new TextDecoder().decode(line));
    if (report) return report;
    break;
  }
  throw fail("its program did not answer, its log says why");
}

function parseReport(text: string): ReloadReport | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(json) || typeof json["file"] !== "string") return undefined;
  const list = (name: string) => {
    const value = json[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  return {
    file: json["file"],
    changed: list("changed"),
    afterRestart: list("afterRestart"),
    mistakes: list("mistakes"),
  };
}
