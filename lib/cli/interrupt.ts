/**
 * Work that can be ended early.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { EXIT_INTERRUPTED } from "./exit_code.ts";
import type { CliIo } from "./io.ts";

/** A signal within this time of the first is the same one, sent twice by a task runner. */
const SAME_INTERRUPT_MS = 500;

/** So long work may take to end, as for a goodbye to a broker that does not answer, in milliseconds. */
const END_TIMEOUT_MS = 4000;

/**
 * Works until it is done or until a signal asks to end, which is a good end.
 * A second signal ends the program at once, and so does work that has not ended
 * four seconds after the first.
 *
 * @param work Ends, in its own order, when its signal aborts; what it throws then is of no matter.
 * @param clock Tells a second interrupt from the same one delivered twice, and limits the time that the end may take.
 */
export async function untilInterrupted(
  io: CliIo,
  work: (signal: AbortSignal) => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  const end = new AbortController();
  let firstAt = 0;
  let stopTimer = () => {};
  using _listener = io.onInterrupt((interrupt) => {
    if (!end.signal.aborted) {
      firstAt = clock.monotonicMs();
      stopTimer = clock.setTimeout(() => io.exit(0), END_TIMEOUT_MS);
      end.abort();
    } else if (clock.monotonicMs() - firstAt > SAME_INTERRUPT_MS) {
      io.exit(EXIT_INTERRUPTED[interrupt]);
    }
  });
  try {
    await work(end.signal);
  } catch (error) {
    if (!end.signal.aborted) throw error;
  } finally {
    stopTimer();
  }
}
