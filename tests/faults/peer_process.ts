/**
 * Peers of the fault suite as processes.
 *
 * @module
 */
import { startPeer } from "../support/peer.ts";
import type { PeerEvent } from "./peer.ts";

const PEER = new URL("./peer.ts", import.meta.url).pathname;

/** A peer that runs. */
export class PeerProcess implements AsyncDisposable {
  /** What has happened so far. */
  readonly events: PeerEvent[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  #changed = Promise.withResolvers<void>();
  #isOver = false;

  /**
   * Starts a peer.
   *
   * @param role `service` or `client`.
   * @param broker URL of the broker.
   */
  constructor(role: "service" | "client", broker: string) {
    const { child, lines } = startPeer({
      program: PEER,
      args: [role, broker],
      stderr: "null",
    });
    this.#child = child;
    this.#reading = this.#read(lines);
  }

  /** Resolves once it is connected and ready. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Freezes it until {@linkcode PeerProcess.resume}. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  /** Resolves when something more has happened, or it has ended. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Lets it go on. */
  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /**
   * Lets it finish what it has begun, and ends it.
   *
   * @returns How long that took, in milliseconds.
   */
  async stop(): Promise<number> {
    const startedMs = performance.now();
    if (!this.#isOver) this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#reading;
    return performance.now() - startedMs;
  }

  /** Kills it where it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
  }

  async #read(lines: ReadableStream<string>): Promise<void> {
    for await (const line of lines) {
      const event: PeerEvent = JSON.parse(line);
      this.events.push(event);
      if (event.what === "ready") this.#ready.resolve();
      this.#change();
    }
    this.#isOver = true;
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
