/**
 * The end of a Unix socket that systemd would hold.
 *
 * @module
 */
import { requireProgram } from "./requires.ts";

/** Binds the socket that its argument names, and prints each datagram as a line of JSON. */
const RECEIVER = `
import json, socket, sys
name = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\\0" + name[1:] if name.startswith("@") else name)
print(json.dumps("bound"), flush=True)
while True:
    print(json.dumps(receiver.recv(4096).decode()), flush=True)
`;

/** A real socket that takes datagrams. */
export class NotifyReceiver implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /**
   * Binds a socket.
   *
   * @param path Its path; `@` in front means an abstract name.
   * @returns The receiver.
   */
  static async bind(path: string): Promise<NotifyReceiver> {
    const child = new Deno.Command(requireProgram("python3"), {
      args: ["-c", RECEIVER, path],
      stdout: "piped",
    }).spawn();
    const receiver = new NotifyReceiver(child);
    await receiver.next();
    return receiver;
  }

  /**
   * Waits for the next datagram.
   *
   * @returns Its text.
   * @throws {TypeError} If the receiver ends first.
   */
  async next(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return JSON.parse(line);
      }
      const { value, done } = await this.#lines.read();
      if (done) throw new TypeError("The receiver of datagrams has ended");
      this.#rest += value;
    }
  }

  /** Closes the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#lines.cancel();
  }
}
