/**
 * The streams, environment and signals of this process.
 *
 * @module
 */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { getLogger } from "#lib/base/logger.ts";
import { isCompiled } from "./build_info.ts";
import { writeText } from "./byte_sink.ts";
import { asFolderOwner } from "./folder_owner.ts";
import type {
  CliIo,
  Interrupt,
  LineFile,
  OpenLinesOptions,
  Permission,
  ProgramResult,
} from "./io.ts";
import { INTERRUPTS } from "./io.ts";
import { listenForUncaught, onSignal } from "./process_events.ts";
import { readShortBytes, readShortFile, replaceFile } from "./state_file.ts";
import { listenForKeys } from "./terminal_keys.ts";
import { TerminalProgress } from "./terminal_progress.ts";

const logger = getLogger("cli");

/** The real outside world. */
export class ProcessIo implements CliIo {
  /** Listens to the keys of the terminal that standard input is. */
  readonly onKey: CliIo["onKey"] = listenForKeys;
  #hasScript = false;
  readonly #progress = new TerminalProgress();

  /** Path of the executable: a self-extracting one names itself, a compiled one is what runs. */
  get executable(): string | undefined {
    return Deno.env.get("SMARTBIKE_EXECUTABLE") ??
      (isCompiled ? Deno.execPath() : undefined);
  }

  /**
   * Writes to standard output.
   *
   * @param text The text, with its line feeds.
   * @returns False when its reader is gone.
   */
  writeOut(text: string): boolean {
    this.#progress.end();
    return writeText(Deno.stdout, text);
  }

  /**
   * Writes to standard error; it is lost where the reader is gone.
   *
   * @param text The text, with its line feeds.
   */
  writeError(text: string): void {
    this.#progress.end();
    writeText(Deno.stderr, text);
  }

  /**
   * Shows on a terminal that something goes on, until something is written.
   *
   * @returns Ends it when disposed.
   */
  showProgress(label: string): Disposable {
    return this.#progress.start(label);
  }

  /** Whether standard error is a terminal. */
  get isTerminal(): boolean {
    return Deno.stderr.isTerminal();
  }

  /** Columns of standard error; undefined where it is no terminal or does not know them. */
  get errorColumns(): number | undefined {
    if (!this.isTerminal) return undefined;
    return Deno.consoleSize().columns || undefined;
  }

  /** Columns of standard output; undefined where it is no terminal. */
  get screenColumns(): number | undefined {
    return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : undefined;
  }

  /**
   * Reads standard input.
   *
   * @returns Its bytes, in pieces as they come, to its end.
   */
  readInput(): AsyncIterable<Uint8Array> {
    return Deno.stdin.readable;
  }

  /**
   * Revokes permissions, for as long as the program runs.
   *
   * @param permissions Names of Deno's permissions.
   */
  revoke(permissions: readonly Permission[]): void {
    for (const name of permissions) Deno.permissions.revokeSync({ name });
  }

  /**
   * Reads the environment.
   *
   * @returns Its value, or undefined if it is not set.
   */
  env(name: string): string | undefined {
    return Deno.env.get(name);
  }

  /** Names of all variables of the environment. */
  envNames(): readonly string[] {
    return Object.keys(Deno.env.toObject());
  }

  /** Reads a file. */
  readTextFile(path: string): Promise<string> {
    return Deno.readTextFile(path);
  }

  /**
   * Reads a file that may hold anything.
   *
   * @param maxBytes The most that it may hold.
   * @throws {RangeError} If it holds more, or is no file.
   */
  readShortFile(path: string, maxBytes: number): Promise<string> {
    return asFolderOwner(path, () => readShortFile(path, maxBytes));
  }

  /**
   * Reads the bytes of a file that may hold anything.
   *
   * @param maxBytes The most that it may hold.
   * @returns Its bytes.
   * @throws {RangeError} If it holds more, or is no file.
   */
  readShortBytes(path: string, maxBytes: number): Promise<Uint8Array> {
    return readShortBytes(path, maxBytes);
  }

  /**
   * Writes the bytes of a file and the folders it needs.
   *
   * @param bytes What it shall hold.
   */
  async writeBytes(path: string, bytes: Uint8Array): Promise<void> {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, bytes);
  }

  /**
   * Lists a folder.
   *
   * @returns The names of the files in it.
   */
  async listDirectory(path: string): Promise<readonly string[]> {
    const entries = await Array.fromAsync(Deno.readDir(path));
    return entries.filter(({ isFile }) => isFile).map(({ name }) => name);
  }

  /**
   * Writes a file and the folders it needs.
   *
   * @param text What it shall hold.
   */
  writeTextFile(path: string, text: string): Promise<void> {
    return asFolderOwner(path, async () => {
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    });
  }

  /**
   * Puts a text in the place of a file, whole or not at all.
   *
   * @param text What it shall hold.
   */
  replaceFile(path: string, text: string): Promise<void> {
    return asFolderOwner(path, () => replaceFile(path, text));
  }

  /**
   * Makes a file that grows line by line.
   *
   * @param options What becomes of a file that is there.
   * @returns Takes lines; ends when disposed.
   */
  async openLines(
    path: string,
    { overwrite = false }: OpenLinesOptions = {},
  ): Promise<LineFile> {
    const file = await asFolderOwner(path, () =>
      Deno.open(path, {
        write: true,
        ...(overwrite ? { create: true, truncate: true } : { createNew: true }),
      }));
    return {
      write: (line) => void writeText(file, `${line}\n`),
      [Symbol.dispose]: () => file.close(),
    };
  }

  /**
   * Copies a file that can be run, and makes the folders it needs.
   *
   * @param to Path of the copy; replaced at once and whole.
   */
  copyExecutable(from: string, to: string): Promise<void> {
    return asFolderOwner(to, async () => {
      await Deno.mkdir(dirname(to), { recursive: true });
      await Deno.copyFile(from, `${to}.new`);
      await Deno.chmod(`${to}.new`, 0o755);
      await Deno.rename(`${to}.new`, to);
    });
  }

  /**
   * Removes a file.
   *
   * @returns False if there was none.
   */
  async removeFile(path: string): Promise<boolean> {
    try {
      await asFolderOwner(path, () => Deno.remove(path));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /**
   * Checks whether a server listens at an address of this machine.
   *
   * @returns True if a connection can be made.
   */
  async isListening(address: string): Promise<boolean> {
    const { hostname, port } = new URL(`tcp://${address}`);
    try {
      using _connection = await Deno.connect({ hostname, port: Number(port) });
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Runs another program to its end.
   *
   * @param command Path of the program, and its arguments.
   * @returns What became of it.
   */
  async runProgram(command: readonly string[]): Promise<ProgramResult> {
    const [program = "", ...args] = command;
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return {
      code,
      out: decoder.decode(stdout),
      error: decoder.decode(stderr),
    };
  }

  /**
   * Watches folders.
   *
   * @returns The paths that changed, again and again.
   */
  async *watch(
    paths: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly string[]> {
    const watcher = Deno.watchFs([...paths]);
    const close = () => watcher.close();
    if (signal.aborted) return close();
    signal.addEventListener("abort", close, { once: true });
    for await (const { paths } of watcher) yield paths;
  }

  /**
   * Runs a script file.
   *
   * What its timers and promises throw later is logged and ends nothing.
   *
   * @returns Its exports by name.
   */
  async importModule(
    path: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (!this.#hasScript) {
      this.#hasScript = true;
      listenForUncaught((error) =>
        logger.error("The script failed: {error}", { error })
      );
    }
    return await import(pathToFileURL(path).href);
  }

  /**
   * Listens for signals that ask the program to end.
   *
   * @param handler Called for each signal.
   * @returns Stops listening when disposed.
   */
  onInterrupt(handler: (interrupt: Interrupt) => void): Disposable {
    const listeners = INTERRUPTS
      .filter((name) => name !== "SIGHUP" || this.#endsWithTerminal)
      .map((name) => onSignal(name, () => handler(name)));
    return {
      [Symbol.dispose]: () => listeners.forEach((one) => one[Symbol.dispose]()),
    };
  }

  /**
   * Listens for SIGHUP.
   *
   * @param handler Called for each signal.
   * @returns Stops listening when disposed.
   */
  onReload(handler: () => void): Disposable {
    return this.#endsWithTerminal
      ? { [Symbol.dispose]: () => {} }
      : onSignal("SIGHUP", handler);
  }

  /** In a terminal SIGHUP means that it was closed; systemd starts units without one. */
  get #endsWithTerminal(): boolean {
    return [Deno.stdin, Deno.stdout, Deno.stderr]
      .some((stream) => stream.isTerminal());
  }

  /**
   * Listens for uncaught errors.
   *
   * @param handler Called with each error, unless it may be a script's.
   * @returns Stops listening when disposed.
   */
  onUncaught(handler: (error: unknown) => void): Disposable {
    return listenForUncaught((error) => {
      if (!this.#hasScript) handler(error);
    });
  }

  /** Ends the program at once. */
  exit(code: number): void {
    Deno.exit(code);
  }
}
