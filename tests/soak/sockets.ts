/**
 * The soak over sockets: `deno task soak --sockets`. A service, a client and
 * mosquitto are processes of their own; the client calls some 500 times a
 * second, each call changes a property and fires a signal, and the client's
 * link is cut once a minute. Every half minute a line says what both hold.
 *
 * @module
 */
import { Mosquitto } from "../support/mosquitto.ts";
import { startPeer } from "../support/peer.ts";
import { usingPrograms } from "../support/requires.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { growth, print } from "./growth.ts";
import type { PeerSample } from "./socket_peer.ts";

const PEER = new URL("./socket_peer.ts", import.meta.url).pathname;

/** The longest time between two lines, in milliseconds. */
const LINE_MS = 30_000;

/** There are so many at least. */
const LEAST_LINES = 8;

/** A link is cut once in so many lines. */
const CUT_EVERY = 2;

const MIB = 1_048_576;

/** So much more of JavaScript objects is no growth, in bytes. */
const HEAP_TOLERANCE_BYTES = 2 * MIB;

/** So much more memory of a process is none, in bytes: the allocator keeps what it had once. */
const RESIDENT_TOLERANCE_BYTES = 12 * MIB;

/** So many more open files are none: a connection may just be made. */
const HANDLE_TOLERANCE = 2;

/** What a process holds at a line. */
interface Holding extends PeerSample {
  readonly handles: number;
}

/** A peer that runs. */
class SoakPeer implements AsyncDisposable {
  #last: PeerSample | undefined;
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();

  constructor(role: "service" | "client", broker: string) {
    const { child, lines } = startPeer({
      program: PEER,
      args: [role, broker],
      flags: ["--v8-flags=--expose-gc"],
      stderr: "inherit",
    });
    this.#child = child;
    this.#reading = this.#read(lines);
  }

  /** Resolves once it is connected and ready. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** What it holds now. */
  async measure(): Promise<Holding> {
    // Deno itself does not open `/proc`.
    const script = `for file in /proc/${this.#child.pid}/fd/*; do echo; done`;
    const { stdout } = await new Deno.Command("sh", { args: ["-c", script] })
      .output();
    const handles = stdout.length;
    if (!this.#last) throw new TypeError("The peer has measured nothing yet");
    return { ...this.#last, handles };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#reading;
  }

  async #read(lines: ReadableStream<string>): Promise<void> {
    for await (const line of lines) {
      this.#last = JSON.parse(line);
      this.#ready.resolve();
    }
  }
}

/** What both held at a line. */
interface Row {
  readonly service: Holding;
  readonly client: Holding;
}

/**
 * Soaks.
 *
 * @param minutes For how long.
 * @returns Whether nothing grew.
 */
export async function soakSockets(minutes: number): Promise<boolean> {
  const rows: Row[] = [];
  const lineMs = Math.min(LINE_MS, minutes * 60_000 / LEAST_LINES);
  await usingPrograms({ programs: ["mosquitto"] }, async () => {
    await using broker = await Mosquitto.start({
      logTypes: ["error", "information"],
    });
    await using wire = TcpProxy.to(broker.url);
    await using service = new SoakPeer("service", broker.url);
    await service.ready;
    await using client = new SoakPeer("client", wire.url);
    await client.ready;
    const sides = ["service MiB", "heap KiB", "files"];
    print([
      "minutes",
      "calls",
      "failed",
      ...sides,
      "client MiB",
      "heap KiB",
      "files",
    ]);
    for (let line = 1; line * lineMs <= minutes * 60_000; line++) {
      await new Promise((resolve) => setTimeout(resolve, lineMs));
      const row: Row = {
        service: await service.measure(),
        client: await client.measure(),
      };
      rows.push(row);
      printRow(line * lineMs / 60_000, row);
      if (line % CUT_EVERY === 0) wire.cut();
    }
  });
  return isFlat(rows);
}

function printRow(minutes: number, { service, client }: Row): void {
  const cells = ({ residentBytes, heapBytes, handles }: Holding) => [
    (residentBytes / MIB).toFixed(1),
    Math.round(heapBytes / 1024),
    handles,
  ];
  print([
    minutes.toFixed(1),
    ...[service.done, client.failed],
    ...[...cells(service), ...cells(client)],
  ]);
}

function isFlat(rows: readonly Row[]): boolean {
  let isFlat = true;
  const check = (
    name: string,
    of: (row: Row) => number,
    [most, unit]: readonly [most: number, unit: number],
  ) => {
    const grown = growth(rows, of);
    if (grown > most) isFlat = false;
    print([`${name} grown by`, (grown / unit).toFixed(1)]);
  };
  for (const side of ["service", "client"] as const) {
    check(
      `${side} MiB`,
      (row) => row[side].residentBytes,
      [RESIDENT_TOLERANCE_BYTES, MIB],
    );
    check(
      `${side} heap KiB`,
      (row) => row[side].heapBytes,
      [HEAP_TOLERANCE_BYTES, 1024],
    );
    check(`${side} files`, (row) => row[side].handles, [HANDLE_TOLERANCE, 1]);
  }
  return isFlat;
}
