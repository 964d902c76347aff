/**
 * The outside world of a command: the streams, the environment and the
 * signals of its process, or what a test puts in their place.
 *
 * @module
 */

/** Signals that ask a program to end; SIGHUP where its terminal was closed. */
export const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal that asks a program to end. */
export type Interrupt = (typeof INTERRUPTS)[number];

/** A file that grows line by line. */
export interface LineFile extends Disposable {
  /**
   * Adds a line.
   *
   * @param line The line, without its line feed.
   */
  write(line: string): void;
}

/** How a file that grows line by line is made. */
export interface OpenLinesOptions {
  /**
   * Whether a file that is there is overwritten.
   *
   * @default {false}
   */
  readonly overwrite?: boolean;
}

/** What a command can do without; files and the environment it reads in any case. */
export const PERMISSIONS = ["net", "write", "sys", "ffi", "run"] as const;

/** A permission of Deno that a command can do without. */
export type Permission = (typeof PERMISSIONS)[number];

/** What became of another program. */
export interface ProgramResult {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly out: string;
  /** What it wrote to standard error. */
  readonly error: string;
}

/** What a command may touch outside the network. */
export interface CliIo {
  /** Path of the executable that runs; undefined where the program runs from its source. */
  readonly executable: string | undefined;
  /**
   * Writes to standard output.
   *
   * @param text The text, with its line feeds.
   * @returns False when its reader is gone.
   */
  writeOut(text: string): boolean;
  /**
   * Writes to standard error.
   *
   * @param text The text, with its line feeds.
   */
  writeError(text: string): void;
  /** Whether standard error is a terminal, where a person reads along. */
  readonly isTerminal: boolean;
  /**
   * Shows on a terminal that something goes on, once that has taken a second,
   * until something is written.
   *
   * @returns Ends it when disposed.
   */
  showProgress(label: string): Disposable;
  /** Columns of standard error; undefined where it is no terminal or does not know them. */
  readonly errorColumns: number | undefined;
  /** Columns of standard output; undefined where it is no terminal. */
  readonly screenColumns: number | undefined;
  /**
   * Reads standard input.
   *
   * @returns Its bytes, in pieces as they come, to its end.
   */
  readInput(): AsyncIterable<Uint8Array>;
  /**
   * Listens to the keys of the terminal that standard input is.
   *
   * @param handler Called with each key.
   * @returns Stops listening when disposed; undefined where there is no terminal.
   */
  onKey(handler: (key: string) => void): Disposable | undefined;
  /**
   * Revokes permissions, for as long as the program runs.
   *
   * @param permissions Names of Deno's permissions.
   */
  revoke(permissions: readonly Permission[]): void;
  /**
   * Reads the environment.
   *
   * @returns Its value, or undefined if it is not set.
   */
  env(name: string): string | undefined;
  /** Names of all variables of the environment. */
  envNames(): readonly string[];
  /** Reads a file. */
  readTextFile(path: string): Promise<string>;
  /**
   * Reads a file that may hold anything.
   *
   * @param maxBytes The most that it may hold.
   * @throws {RangeError} If it holds more, or is no file.
   */
  readShortFile(path: string, maxBytes: number): Promise<string>;
  /**
   * Reads the bytes of a file that may hold anything.
   *
   * @param maxBytes The most that it may hold.
   * @returns Its bytes.
   * @throws {RangeError} If it holds more, or is no file.
   */
  readShortBytes(path: string, maxBytes: number): Promise<Uint8Array>;
  /**
   * Writes the bytes of a file and the folders it needs.
   *
   * @param bytes What it shall hold.
   */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Lists a folder.
   *
   * @returns The names of the files in it.
   */
  listDirectory(path: string): Promise<readonly string[]>;
  /**
   * Writes a file and the folders it needs.
   *
   * @param text What it shall hold.
   */
  writeTextFile(path: string, text: string): Promise<void>;
  /**
   * Puts a text in the place of a file, whole or not at all, which its owner
   * alone can read, and makes the folders it needs. A file that is there keeps
   * its owner.
   *
   * @param text What it shall hold.
   */
  replaceFile(path: string, text: string): Promise<void>;
  /**
   * Makes a file that grows line by line.
   *
   * @param options What becomes of a file that is there; by default it is left alone, and `Deno.errors.AlreadyExists` is thrown.
   * @returns Takes lines, without their line feeds; ends when disposed.
   */
  openLines(path: string, options?: OpenLinesOptions): Promise<LineFile>;
  /**
   * Copies a file that can be run, and makes the folders it needs. A program
   * that runs from there keeps the old file.
   *
   * @param to Path of the copy.
   */
  copyExecutable(from: string, to: string): Promise<void>;
  /**
   * Removes a file.
   *
   * @returns False if there was none.
   */
  removeFile(path: string): Promise<boolean>;
  /**
   * Checks whether a server listens at an address of this machine.
   *
   * @returns True if a connection can be made.
   */
  isListening(address: string): Promise<boolean>;
  /**
   * Runs another program to its end; it reads nothing.
   *
   * @param command Path of the program, and its arguments.
   * @returns What became of it.
   */
  runProgram(command: readonly string[]): Promise<ProgramResult>;
  /**
   * Watches folders.
   *
   * @returns The paths that changed, again and again.
   */
  watch(
    paths: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly string[]>;
  /**
   * Runs a script file.
   *
   * @returns Its exports by name.
   */
  importModule(path: string): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Listens for signals that ask the program to end, which then do not end it.
   *
   * @param handler Called for each signal.
   * @returns Stops listening when disposed.
   */
  onInterrupt(handler: (interrupt: Interrupt) => void): Disposable;
  /**
   * Listens for the signal that asks a program without a terminal to reload its
   * settings, SIGHUP, which then does not end it.
   *
   * @param handler Called for each signal.
   * @returns Stops listening when disposed.
   */
  onReload(handler: () => void): Disposable;
  /**
   * Listens for uncaught errors, which then do not end the program
   * by themselves. Those of a script of {@linkcode CliIo.importModule} are none.
   *
   * @param handler Called with each error.
   * @returns Stops listening when disposed.
   */
  onUncaught(handler: (error: unknown) => void): Disposable;
  /** Ends the program at once. */
  exit(code: number): void;
}
