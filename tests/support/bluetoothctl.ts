/**
 * Debian's own bluetoothctl, as a child process.
 *
 * @module
 */
import { requireProgram } from "./requires.ts";
import { within } from "./within.ts";

/** Colours and cursor movements of a terminal. */
// deno-lint-ignore no-control-regex -- They begin with a control character.
const ESCAPES = /\x1b\[[0-9;]*[A-Za-z]|\r/g;

/** A running bluetoothctl, which is commanded and read. */
export class Bluetoothctl implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  #text = "";
  #check = () => {};

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#reading = this.#read(child.stdout);
  }

  /**
   * Starts it and waits until it has found its radio.
   *
   * @param busAddress Address of the bus.
   * @returns The running program.
   */
  static async start(busAddress: string): Promise<Bluetoothctl> {
    const child = new Deno.Command(requireProgram("bluetoothctl"), {
      env: { DBUS_SYSTEM_BUS_ADDRESS: busAddress },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const program = new Bluetoothctl(child);
    await program.seen(/Agent registered/);
    return program;
  }

  /**
   * Sends it a command, and waits until it has printed something.
   *
   * @param command The command.
   * @param pattern What it must print.
   * @returns All that it has printed since the command.
   */
  async run(command: string, pattern: RegExp): Promise<string> {
    this.#text = "";
    await this.#writer.write(new TextEncoder().encode(`${command}\n`));
    return await this.seen(pattern);
  }

  /**
   * Waits until it has printed something since the last command.
   *
   * @param pattern What it must print.
   * @returns All that it has printed since then.
   */
  async seen(pattern: RegExp): Promise<string> {
    const found = new Promise<void>((resolve) => {
      this.#check = () => {
        if (pattern.test(this.#text)) resolve();
      };
      this.#check();
    });
    await within(`${pattern} of bluetoothctl`, found);
    return this.#text;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    this.#child.kill("SIGKILL");
    await Promise.all([this.#child.status, this.#reading]);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#text += text.replaceAll(ESCAPES, "");
      this.#check();
    }
  }
}
