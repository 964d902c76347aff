/**
 * Archives that `tar -x` unpacks.
 *
 * @module
 */

/** Size of a block: a header is one, and contents are filled up to whole ones. */
const BLOCK = 512;

/** Where the checksum of a header stands; spaces while it is summed. */
const CHECKSUM = { at: 148, length: 8 };

const encoder = new TextEncoder();

/** A file to be archived. */
export interface ArchivedFile {
  /** Its name, of at most 100 ASCII characters. */
  readonly name: string;
  /** Its contents. */
  readonly bytes: Uint8Array;
}

/**
 * Puts files into an archive in the format of POSIX (ustar). Nothing in it says
 * when or by whom it was made: the same files give the same bytes.
 *
 * @param files The files.
 * @returns The archive.
 */
export function archive(files: readonly ArchivedFile[]): Uint8Array {
  const size = files.reduce((sum, { bytes }) => sum + BLOCK + fill(bytes), 0);
  const whole = new Uint8Array(size + 2 * BLOCK);
  let at = 0;
  for (const file of files) {
    whole.set(header(file), at);
    whole.set(file.bytes, at + BLOCK);
    at += BLOCK + fill(file.bytes);
  }
  return whole;
}

function fill({ length }: Uint8Array): number {
  return Math.ceil(length / BLOCK) * BLOCK;
}

function header({ name, bytes }: ArchivedFile): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => block.set(encoder.encode(text), at);
  const octal = (value: number, digits: number) =>
    value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, octal(0o755, 7)); // mode
  put(108, octal(0, 7)); // user
  put(116, octal(0, 7)); // group
  put(124, octal(bytes.length, 11));
  put(136, octal(0, 11)); // time of change
  put(CHECKSUM.at, " ".repeat(CHECKSUM.length));
  put(156, "0"); // a regular file
  put(257, "ustar\0" + "00");
  const sum = block.reduce((sum, byte) => sum + byte, 0);
  put(CHECKSUM.at, `${octal(sum, 6)}\0 `);
  return block;
}
