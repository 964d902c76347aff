/**
 * The log of a program that a test has started.
 *
 * @module
 */

/**
 * Reads a log up to a line, and the rest unseen.
 *
 * @param log What the program writes.
 * @param line What the line holds.
 * @param program Its name, for the error.
 * @returns The log so far.
 * @throws {TypeError} If the program ends before; the message holds its log.
 */
export async function untilLogged(
  log: ReadableStream<Uint8Array<ArrayBuffer>>,
  line: string,
  program: string,
): Promise<string> {
  const [head, rest] = log.tee();
  void rest.pipeTo(new WritableStream());
  let text = "";
  for await (const chunk of head.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(line)) return text;
  }
  throw new TypeError(`Cannot start ${program}: it ended\n${text}`);
}
