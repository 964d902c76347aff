/**
 * Files below `/dev` and `/sys`, which Deno's own functions open only for
 * programs that may do everything.
 *
 * @module
 */
import { OPEN } from "./descriptor.ts";
import { failedWith } from "./errno.ts";
import { fromCString, type Libc } from "./libc.ts";

/** More than any name, number or text in sysfs has, in bytes. */
const MAX_TEXT_BYTES = 4096;

/** Room for entries of a folder, in bytes. */
const ENTRIES_BYTES = 32 * 1024;

/** `R_OK | W_OK` of `unistd.h`. */
const READ_WRITE = 4 | 2;

/** `DT_LNK` of `struct dirent`. */
const LINK = 10;

/** An entry of a folder. */
interface FolderEntry {
  /** Its name. */
  readonly name: string;
  /** Whether it is a link. */
  readonly isLink: boolean;
}

/** Reads files of the system. */
export class SystemFiles {
  readonly #libc: Libc;

  /**
   * Makes a reader; nothing is opened yet.
   *
   * @param libc What files are read by.
   */
  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /**
   * Reads a short text.
   *
   * @returns The text without blanks around it; undefined if it cannot be read.
   */
  async readText(path: string): Promise<string | undefined> {
    const buffer = new Uint8Array(MAX_TEXT_BYTES);
    const length = await this.#withFile(
      path,
      (fd) => this.#libc.read(fd, buffer),
    );
    if (length < 0) return undefined;
    return fromCString(buffer.subarray(0, length)).trim();
  }

  /**
   * Lists a folder.
   *
   * @returns Its entries by name; none if it cannot be read.
   */
  async list(path: string): Promise<readonly FolderEntry[]> {
    const entries: FolderEntry[] = [];
    const buffer = new Uint8Array(ENTRIES_BYTES);
    await this.#withFile(path, (fd) => {
      for (;;) {
        const length = this.#libc.getdents(fd, buffer);
        if (length <= 0) return length;
        entries.push(...parseEntries(buffer.subarray(0, length)));
      }
    });
    return entries
      .filter(({ name }) => name !== "." && name !== "..")
      .sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /**
   * Follows all links of a path.
   *
   * @returns The path without links; undefined if it leads nowhere.
   */
  realPath(path: string): string | undefined {
    return this.#libc.realpath(path);
  }

  /**
   * Checks whether this user lacks the permission to read and write a file.
   *
   * @returns True if it would be refused.
   */
  isDenied(path: string): boolean {
    return failedWith(this.#libc.access(path, READ_WRITE), "EACCES", "EPERM");
  }

  async #withFile(path: string, use: (fd: number) => number): Promise<number> {
    const { readOnly, nonBlocking, closeOnExec } = OPEN;
    const fd = this.#libc.open(path, readOnly | nonBlocking | closeOnExec);
    if (fd < 0) return fd;
    try {
      return use(fd);
    } finally {
      await this.#libc.close(fd);
    }
  }
}

/** `struct linux_dirent64`: number (8), offset (8), length of the entry (2), type (1), name. */
function* parseEntries(bytes: Uint8Array): Iterable<FolderEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint16(at + 16, true);
    const name = fromCString(bytes.subarray(at + 19, at + length));
    yield { name, isLink: view.getUint8(at + 18) === LINK };
    at += length;
  }
}
