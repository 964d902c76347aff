/**
 * One side of an exchange as a process of its own. Programs in other languages
 * take the same arguments and speak the same lines.
 *
 * `PROGRAM serve BROKER QOS` serves, and prints `ready`.
 * `PROGRAM call BROKER QOS` prints `ready`, reads lines such as `one 1000` from
 * standard input, and answers each with a line of JSON, a {@linkcode Timing}.
 *
 * @module
 */
import type { Qos } from "#lib/mqtt/endpoint.ts";

/** What a caller may be asked to do. */
export const EXCHANGES = ["one", "many", "change", "signal"] as const;

/** One at a time, many in flight, a property at a time, signals one way. */
export type Exchange = (typeof EXCHANGES)[number];

/** How many operations are in flight at once. */
export const IN_FLIGHT = 64;

/** What an exchange took. */
export interface Timing {
  /** All of it, in seconds. */
  readonly seconds: number;
  /** The median of one, in microseconds; 0 where single ones are not timed. */
  readonly p50: number;
  /** What one in a hundred takes longer than, in microseconds. */
  readonly p99: number;
}

/** The calling side. */
export interface Caller {
  /** Calls the operation. */
  call(): Promise<unknown>;
  /** Changes the property, and waits until the service says so. */
  change(): Promise<void>;
  /** Asks for signals, and waits until all have come. */
  signal(count: number): Promise<void>;
}

/** The two sides of a pair. */
export interface Pair {
  /** Serves until the process ends. */
  serve(broker: string, qos: Qos): Promise<void>;
  /** Connects the calling side. */
  caller(broker: string, qos: Qos): Promise<Caller>;
}

/** Counts down. */
export class Countdown {
  #left = 0;
  #done: () => void = () => {};

  /** Resolves after so many. */
  expect(count: number): Promise<void> {
    this.#left = count;
    return new Promise((resolve) => this.#done = resolve);
  }

  /** One has come. */
  readonly count = (): void => {
    if (--this.#left === 0) this.#done();
  };
}

/**
 * Does what the arguments of the process say.
 *
 * @param pair The pair.
 */
export async function runPair(pair: Pair): Promise<void> {
  const [side, broker = "", level] = Deno.args;
  const qos = level === "0" ? 0 : 1;
  if (side === "serve") {
    await pair.serve(broker, qos);
    return print("ready");
  }
  const caller = await pair.caller(broker, qos);
  await print("ready");
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const line of lines) {
    const [exchange, count] = line.trim().split(" ");
    const timing = await run(caller, `${exchange}`, Number(count));
    await print(JSON.stringify(timing));
  }
}

async function run(
  caller: Caller,
  exchange: string,
  count: number,
): Promise<Timing> {
  const times: number[] = [];
  const started = performance.now();
  if (exchange === "many") {
    let left = count;
    const lane = async () => {
      while (left-- > 0) await caller.call();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  } else if (exchange === "signal") {
    await caller.signal(count);
  } else {
    for (let i = 0; i < count; i++) {
      const before = performance.now();
      await (exchange === "one" ? caller.call() : caller.change());
      times.push(performance.now() - before);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((times[Math.floor(times.length * share)] ?? 0) * 1000);
  return { seconds, p50: at(0.5), p99: at(0.99) };
}

async function print(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
}
