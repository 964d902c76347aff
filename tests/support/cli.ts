/**
 * The program as a process of its own, started as its task starts it.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);

/** What the task `smartbike` runs, so that tests have the same permissions. */
const [PROGRAM = "deno", ...ARGS] = config.tasks.smartbike.split(" ");

/** The program from any folder, without arguments. */
export const PROGRAM_WORDS: readonly string[] = [
  Deno.execPath(),
  ...ARGS.map((word) => word === "main.ts" ? `${ROOT.pathname}${word}` : word),
];

/** Variables that a process needs; all else of the environment is kept from it. */
const KEPT_VARIABLES = ["PATH", "HOME", "DENO_DIR", "TMPDIR"];

/** How a process is started. */
export interface CliOptions {
  /** Variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What it reads from standard input.
   *
   * @default nothing
   */
  readonly input?: ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * Closes its standard output after its first text, as `head -1` does.
   *
   * @default {false}
   */
  readonly closeAfterFirst?: boolean;
}

/** What became of a process. */
export interface CliResult {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly out: string;
  /** What it wrote to standard error. */
  readonly error: string;
}

/**
 * Runs the program to its end.
 *
 * @param args Its arguments.
 * @param options How it is started.
 * @returns What became of it.
 */
export async function runProgram(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  await using program = startProgram(args, options);
  return await program.result;
}

/**
 * Starts the program.
 *
 * @param args Its arguments.
 * @param options How it is started.
 * @returns The running process.
 */
export function startProgram(
  args: readonly string[],
  options: CliOptions = {},
): ProgramProcess {
  return new ProgramProcess([PROGRAM, ...ARGS, ...args], options);
}

/** A running program. It is killed when disposed. */
export class ProgramProcess implements AsyncDisposable {
  /** What becomes of it. */
  readonly result: Promise<CliResult>;
  readonly #child: Deno.ChildProcess;
  /** What it remembers is gone with it, unless its environment says where. */
  readonly #state = Deno.makeTempDirSync();
  #out = "";
  #error = "";
  #isOver = false;
  #waiters: { readonly pattern: RegExp; settle(found: boolean): void }[] = [];

  constructor(command: readonly string[], options: CliOptions) {
    const { env = {}, input, closeAfterFirst = false } = options;
    const [program = "", ...args] = command;
    const kept = KEPT_VARIABLES.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    });
    this.#child = new Deno.Command(program, {
      args,
      cwd: ROOT,
      clearEnv: true,
      env: {
        ...Object.fromEntries(kept),
        XDG_STATE_HOME: this.#state,
        ...env,
      },
      stdin: input ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.result = this.#run(closeAfterFirst, input);
  }

  /** Its number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** What it wrote to standard output so far. */
  get out(): string {
    return this.#out;
  }

  /**
   * Waits until it has written something to either stream.
   *
   * @param pattern What either stream must match.
   * @throws {TypeError} If it ends first; the message holds all it wrote.
   */
  seen(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (found: boolean) =>
        found ? resolve() : reject(
          new TypeError(
            `Cannot find ${pattern} in what the program wrote: ${this.#out}${this.#error}`,
          ),
        );
      this.#waiters.push({ pattern, settle });
      this.#check();
    });
  }

  /**
   * Sends it a signal.
   *
   * @param signal The signal.
   */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Kills it where it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (!this.#isOver) this.#child.kill("SIGKILL");
    } catch (error) {
      // It may have ended while the rest of its output is still being read.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.result;
  }

  async #run(
    closeAfterFirst: boolean,
    input: CliOptions["input"],
  ): Promise<CliResult> {
    const { stdout, stderr, status } = this.#child;
    await Promise.all([
      input && feed(input, this.#child.stdin),
      read(stdout, (text) => {
        this.#out += text;
        this.#check();
        return !closeAfterFirst;
      }),
      read(stderr, (text) => {
        this.#error += text;
        this.#check();
        return true;
      }),
    ]);
    const { code } = await status;
    this.#isOver = true;
    await Deno.remove(this.#state, { recursive: true });
    this.#check();
    return { code, out: this.#out, error: this.#error };
  }

  #check(): void {
    this.#waiters = this.#waiters.filter(({ pattern, settle }) => {
      const found = pattern.test(this.#out) || pattern.test(this.#error);
      if (found || this.#isOver) settle(found);
      return !found && !this.#isOver;
    });
  }
}

/** A program need not read all that it is given. */
async function feed(
  input: ReadableStream<Uint8Array<ArrayBuffer>>,
  stdin: WritableStream<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  try {
    await input.pipeTo(stdin);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function read(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onText: (text: string) => boolean,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    if (!onText(text)) return;
  }
}
