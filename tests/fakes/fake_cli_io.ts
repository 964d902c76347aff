/**
 * An outside world in memory.
 *
 * @module
 */
import type {
  CliIo,
  Interrupt,
  LineFile,
  OpenLinesOptions,
  Permission,
  ProgramResult,
} from "#lib/cli/io.ts";

/** What a fake outside world holds. */
export interface FakeCliIoOptions {
  /** The environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Texts of files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Standard input, in the pieces it comes in. */
  readonly input?: readonly Uint8Array[];
  /** Addresses of this machine at which servers listen. */
  readonly listening?: readonly string[];
  /** Path of the executable that runs. */
  readonly executable?: string;
  /** What becomes of other programs. */
  readonly runProgram?: (command: readonly string[]) => ProgramResult;
  /** Default exports of scripts by path. */
  readonly scripts?: Readonly<Record<string, unknown>>;
  /**
   * Whether standard error is a terminal.
   *
   * @default {true}
   */
  readonly isTerminal?: boolean;
  /** Columns of standard error. */
  readonly errorColumns?: number;
}

/** Streams, an environment, files and signals in memory. */
export class FakeCliIo implements CliIo {
  /** All that was written to standard output. */
  out = "";
  /** All that was written to standard error. */
  error = "";
  /** True as soon as nobody reads standard output. */
  isClosed = false;
  readonly isTerminal: boolean;
  readonly screenColumns = undefined;
  readonly errorColumns: number | undefined;
  /** Exit codes the program ended itself with. */
  readonly exits: number[] = [];
  readonly executable: string | undefined;
  /** The permissions that were revoked. */
  readonly revoked: Permission[] = [];
  /** The commands of other programs that were run. */
  readonly commands: (readonly string[])[] = [];
  readonly #runProgram: (command: readonly string[]) => ProgramResult;
  readonly #env: Readonly<Record<string, string>>;
  readonly #files: Record<string, string>;
  readonly #input: readonly Uint8Array[];
  readonly #listening: readonly string[];
  readonly #scripts: Readonly<Record<string, unknown>>;
  #changed = Promise.withResolvers<readonly string[]>();
  readonly #handlers = new Set<(interrupt: Interrupt) => void>();
  readonly #reloaders = new Set<() => void>();
  #waiters: { readonly pattern: RegExp; resolve(): void }[] = [];

  constructor(options: FakeCliIoOptions = {}) {
    this.executable = options.executable;
    this.#runProgram = options.runProgram ??
      (() => ({ code: 0, out: "", error: "" }));
    this.#env = options.env ?? {};
    this.#files = { ...options.files };
    this.#input = options.input ?? [];
    this.#listening = options.listening ?? [];
    this.#scripts = options.scripts ?? {};
    this.isTerminal = options.isTerminal ?? true;
    this.errorColumns = options.errorColumns;
  }

  /** How many handlers listen for signals. */
  get listenerCount(): number {
    return this.#handlers.size;
  }

  writeOut(text: string): boolean {
    if (this.isClosed) return false;
    this.out += text;
    this.#check();
    return true;
  }

  writeError(text: string): void {
    this.error += text;
    this.#check();
  }

  async *readInput(): AsyncIterable<Uint8Array> {
    yield* this.#input;
  }

  onKey(): undefined {}

  showProgress(): Disposable {
    return { [Symbol.dispose]: () => {} };
  }

  revoke(permissions: readonly Permission[]): void {
    this.revoked.push(...permissions);
  }

  env(name: string): string | undefined {
    return this.#env[name];
  }

  envNames(): readonly string[] {
    return Object.keys(this.#env);
  }

  readTextFile(path: string): Promise<string> {
    const text = this.#files[path];
    return text === undefined
      ? Promise.reject(new Deno.errors.NotFound(path))
      : Promise.resolve(text);
  }

  async readShortFile(path: string, maxBytes: number): Promise<string> {
    const text = await this.readTextFile(path);
    if (text.length <= maxBytes) return text;
    throw new RangeError(`it is longer than ${maxBytes} bytes`);
  }

  async readShortBytes(path: string, maxBytes: number): Promise<Uint8Array> {
    return new TextEncoder().encode(await this.readShortFile(path, maxBytes));
  }

  writeBytes(path: string, bytes: Uint8Array): Promise<void> {
    return this.writeTextFile(path, new TextDecoder().decode(bytes));
  }

  listDirectory(path: string): Promise<readonly string[]> {
    const files = Object.keys(this.#files);
    return Promise.resolve(
      files.filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1))
        .filter((name) => !name.includes("/")),
    );
  }

  writeTextFile(path: string, text: string): Promise<void> {
    this.#files[path] = text;
    return Promise.resolve();
  }

  replaceFile(path: string, text: string): Promise<void> {
    return this.writeTextFile(path, text);
  }

  openLines(
    path: string,
    { overwrite = false }: OpenLinesOptions = {},
  ): Promise<LineFile> {
    if (path in this.#files && !overwrite) {
      return Promise.reject(new Deno.errors.AlreadyExists(path));
    }
    this.#files[path] = "";
    return Promise.resolve({
      write: (line) => {
        this.#files[path] += `${line}\n`;
      },
      [Symbol.dispose]: () => {},
    });
  }

  copyExecutable(from: string, to: string): Promise<void> {
    return this.writeTextFile(to, `copy of ${from}`);
  }

  removeFile(path: string): Promise<boolean> {
    const wasThere = path in this.#files;
    delete this.#files[path];
    return Promise.resolve(wasThere);
  }

  isListening(address: string): Promise<boolean> {
    return Promise.resolve(this.#listening.includes(address));
  }

  runProgram(command: readonly string[]): Promise<ProgramResult> {
    this.commands.push(command);
    return Promise.resolve(this.#runProgram(command));
  }

  /** Changes a file under the eyes of whoever watches. */
  change(path: string, text: string): void {
    this.#files[path] = text;
    this.#changed.resolve([path]);
    this.#changed = Promise.withResolvers();
  }

  async *watch(
    _paths: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly string[]> {
    const end = new Promise<undefined>((resolve) =>
      signal.addEventListener("abort", () => resolve(undefined))
    );
    while (!signal.aborted) {
      const paths = await Promise.race([this.#changed.promise, end]);
      if (paths) yield paths;
    }
  }

  importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
    return Promise.resolve({ default: this.#scripts[path] });
  }

  onInterrupt(handler: (interrupt: Interrupt) => void): Disposable {
    this.#handlers.add(handler);
    return { [Symbol.dispose]: () => this.#handlers.delete(handler) };
  }

  onReload(handler: () => void): Disposable {
    this.#reloaders.add(handler);
    return { [Symbol.dispose]: () => this.#reloaders.delete(handler) };
  }

  onUncaught(): Disposable {
    return { [Symbol.dispose]: () => {} };
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  /** Sends a signal to the program. */
  interrupt(interrupt: Interrupt): void {
    for (const handler of this.#handlers) handler(interrupt);
  }

  /** Asks the program to read its settings again. */
  reload(): void {
    for (const handler of this.#reloaders) handler();
  }

  /** Waits until either stream holds something. */
  seen(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ pattern, resolve });
      this.#check();
    });
  }

  #check(): void {
    const text = this.out + this.error;
    this.#waiters = this.#waiters.filter(({ pattern, resolve }) => {
      if (!pattern.test(text)) return true;
      resolve();
      return false;
    });
  }
}
