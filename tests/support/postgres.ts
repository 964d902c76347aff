/**
 * A PostgreSQL server of one's own, on a free loopback port.
 *
 * @module
 */
import { freePort } from "./ports.ts";
import { requireProgram } from "./requires.ts";

/** The account that owns the server's files; the server refuses the superuser. */
const ACCOUNT = "postgres";

/** The password of the account `rider`. */
const PASSWORD = "pedal";

/** The account that programs run as; one's own where empty. */
interface Ids {
  readonly uid?: number;
  readonly gid?: number;
}

/** A running PostgreSQL server. Its files stand in a temporary folder that goes with it. */
export class Postgres implements AsyncDisposable {
  /** Its TCP port on 127.0.0.1. */
  readonly port: number;
  /** Address of a database, without the password. */
  readonly url: string;
  /** The password of its account. */
  readonly password = PASSWORD;
  readonly #folder: string;
  readonly #bin: string;
  readonly #ids: Ids;
  #child: Deno.ChildProcess | undefined;
  #reading: Promise<void> = Promise.resolve();

  private constructor(
    folder: string,
    bin: string,
    ids: Ids,
  ) {
    this.port = freePort();
    this.url = `postgres://rider@127.0.0.1:${this.port}/postgres`;
    this.#folder = folder;
    this.#bin = bin;
    this.#ids = ids;
  }

  /**
   * Makes a server with an empty database.
   *
   * @returns The running server.
   */
  static async start(): Promise<Postgres> {
    const folder = await Deno.makeTempDir({ prefix: "smartbike-postgres-" });
    const ids: Ids = Deno.uid() === 0 ? await idsOf(ACCOUNT) : {};
    const server = new Postgres(
      folder,
      requireProgram("initdb").replace(/\/initdb$/, ""),
      ids,
    );
    try {
      if (ids.uid !== undefined) {
        await Deno.chown(folder, ids.uid, ids.gid ?? null);
      }
      await Deno.writeTextFile(`${folder}/password`, PASSWORD);
      await server.#run("initdb", [
        "--pgdata",
        `${folder}/data`,
        "--username=rider",
        `--pwfile=${folder}/password`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
      ]);
      await server.restart();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Stops it where it runs, and starts it on the same port with the same data. */
  async restart(): Promise<void> {
    await this.stop();
    const server = `${this.#bin}/postgres`;
    const child = new Deno.Command(server, {
      args: [
        "-D",
        `${this.#folder}/data`,
        "-p",
        String(this.port),
        "-k",
        this.#folder,
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "fsync=off",
      ],
      ...this.#ids,
      cwd: this.#folder,
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#reading = this.#readLog(child.stderr, resolve, reject);
    await promise;
  }

  /** Ends it at once; does nothing where it does not run. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    child.kill("SIGQUIT");
    await Promise.all([child.status, this.#reading]);
  }

  /** Stops it and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    const path = `${this.#bin}/${program}`;
    const { success, stderr } = await new Deno.Command(path, {
      args: [...args],
      ...this.#ids,
      cwd: this.#folder,
    }).output();
    if (success) return;
    throw new TypeError(
      `Cannot run ${program}: ${new TextDecoder().decode(stderr)}`,
    );
  }

  async #readLog(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    onReady: () => void,
    onEnd: (error: TypeError) => void,
  ): Promise<void> {
    let log = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      log += text;
      if (/ready to accept connections/.test(log)) onReady();
    }
    onEnd(new TypeError(`Cannot start PostgreSQL: it ended\n${log}`));
  }
}

async function idsOf(account: string): Promise<Ids> {
  const users = await Deno.readTextFile("/etc/passwd");
  const [, , uid, gid] =
    users.split("\n").find((line) => line.startsWith(`${account}:`))
      ?.split(":") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}
