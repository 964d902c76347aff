/**
 * A disk that is really full when it is filled.
 *
 * @module
 */
import { requireProgram } from "./requires.ts";
import { shellAsRoot } from "./root.ts";

/** How much the disk holds. */
const SIZE = "4m";

/** What the last room is taken by. */
const BLOCK = new Uint8Array(4096);

/** A small file system in memory of its own; a test needs root for it. */
export class SmallDisk implements AsyncDisposable {
  /** Path of its folder. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Mounts it.
   *
   * @returns The disk, empty.
   */
  static async mount(): Promise<SmallDisk> {
    const path = await Deno.makeTempDir({ prefix: "smartbike-disk-" });
    const mount = requireProgram("mount");
    const options = `size=${SIZE},uid=${Deno.uid()},mode=700`;
    await shellAsRoot(`${mount} -t tmpfs -o ${options} tmpfs '${path}'`);
    return new SmallDisk(path);
  }

  /** Takes all the room that is left. */
  fill(): void {
    using file = Deno.openSync(this.#filler, { write: true, create: true });
    file.seekSync(0, Deno.SeekMode.End);
    try {
      while (file.writeSync(BLOCK) > 0);
    } catch (error) {
      const isFull = error instanceof Error && "code" in error &&
        error.code === "ENOSPC";
      if (!isFull) throw error;
    }
  }

  /** Gives that room back. */
  free(): void {
    Deno.removeSync(this.#filler);
  }

  /** Takes it away, with all that is on it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await shellAsRoot(`${requireProgram("umount")} '${this.path}'`);
    await Deno.remove(this.path);
  }

  get #filler(): string {
    return `${this.path}/filler`;
  }
}
