/**
 * Programs that others wrote, as child processes.
 *
 * @module
 */
import { TextLineStream } from "../support/text_lines.ts";
import { pythonWithPaho } from "../support/packages.ts";
import { requireProgram, testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

/** A running program whose output is read line by line. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /**
   * Starts a program.
   *
   * @param name Its command name, or its path.
   * @param args Its arguments.
   * @returns The running program.
   */
  static start(name: string, args: readonly string[]): Program {
    const path = name.startsWith("/") ? name : requireProgram(name);
    const command = new Deno.Command(path, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    });
    return new Program(command.spawn());
  }

  /**
   * Reads the next line of its output.
   *
   * @returns The line; undefined at the end.
   */
  async line(): Promise<string | undefined> {
    const { value } = await within("a line of output", this.#lines.read());
    return value;
  }

  /**
   * Reads its output to the end.
   *
   * @returns All further lines.
   */
  async lines(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (let line = await this.line(); line !== undefined;) {
      lines.push(line);
      line = await this.line();
    }
    return lines;
  }

  /** Ends it where it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#child.status;
    while (!(await this.#lines.read()).done);
  }
}

/**
 * Runs a program to its end.
 *
 * @param name Its command name, or its path.
 * @param args Its arguments.
 * @returns The lines of its output.
 */
export async function output(
  name: string,
  args: readonly string[],
): Promise<readonly string[]> {
  await using program = Program.start(name, args);
  return await program.lines();
}

/**
 * Path of a script beside this file.
 *
 * @param name Its file name.
 * @returns The path.
 */
export function script(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

/**
 * Registers a test that needs Python with paho-mqtt.
 *
 * @param name Name of the test.
 * @param fn The test, which is given the path of Python.
 */
export function testWithPaho(
  name: string,
  fn: (python: string) => Promise<void>,
): void {
  const programs = ["mosquitto", "python3-paho-mqtt"];
  testWith({ programs }, name, () => fn(pythonWithPaho() ?? ""));
}
