/**
 * Programs of the tests that print a line for each thing that happens.
 *
 * @module
 */
import { TextLineStream } from "./text_lines.ts";

/** A program that runs. */
interface Peer {
  readonly child: Deno.ChildProcess;
  /** What it prints. */
  readonly lines: ReadableStream<string>;
}

/** How a program is started. */
interface PeerOptions {
  /** Path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /**
   * Flags of Deno besides the permissions that it has.
   *
   * @default none
   */
  readonly flags?: readonly string[];
  /** What becomes of its standard error. */
  readonly stderr: "null" | "inherit";
}

/** Starts a program that may read the environment and reach this machine. */
export function startPeer(
  { program, args, flags = [], stderr }: PeerOptions,
): Peer {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-check", "--no-prompt", ...flags],
      ...["--allow-env", "--allow-net=127.0.0.1", program, ...args],
    ],
    stdout: "piped",
    stderr,
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  return { child, lines };
}
