/**
 * A line on a terminal that says that something goes on.
 *
 * @module
 */
import { writeText } from "./byte_sink.ts";

/** Time between two changes of the line, and before it is shown at first, in milliseconds. */
const TICK_MS = 1000;

/** Goes back to the start of the line, and empties it. */
const CLEAR = "\r\x1b[K";

/**
 * Counts the seconds of what takes longer than one, on a line of its own that
 * is gone before anything else is written.
 */
export class TerminalProgress {
  #timer: ReturnType<typeof setInterval> | undefined;
  #isShown = false;

  /**
   * Begins to count; nothing is shown where standard error is no terminal.
   *
   * @returns Ends it when disposed.
   */
  start(label: string): Disposable {
    const { stderr } = Deno;
    if (stderr.isTerminal()) {
      let seconds = 0;
      this.#timer = setInterval(() => {
        this.#isShown = writeText(stderr, `${CLEAR}${label}: ${++seconds} s`);
      }, TICK_MS);
      Deno.unrefTimer(this.#timer);
    }
    return { [Symbol.dispose]: () => this.end() };
  }

  /** Ends it, and leaves the line empty. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!this.#isShown) return;
    this.#isShown = false;
    writeText(Deno.stderr, CLEAR);
  }
}
