/**
 * A GPIO chip without pins: only its `open` and `ioctl` are made up. What the
 * kernel hands out for lines is a real pipe, so that reading and waiting are real.
 *
 * @module
 */
import { type Libc, libc } from "#lib/hardware/linux/libc.ts";

// Loads the C library here: within a test it would count as a leak.
libc.describe(0);

const O_RDONLY = 0;
const O_WRONLY = 1;
const O_NONBLOCK = 0o4000;

const GET_CHIP_INFO = 0x8044b401;
const GET_LINE_INFO = 0xc100b405;
const GET_LINES = 0xc250b407;
const GET_VALUES = 0xc010b40e;

/** What a chip is like. */
export interface FakeGpioChipOptions {
  /**
   * What it is.
   *
   * @default {"pinctrl-bcm2711"}
   */
  readonly label?: string;
  /**
   * How many lines it has.
   *
   * @default {58}
   */
  readonly lineCount?: number;
}

/** Machines' chips, in folders that stand for `/dev`. */
export class FakeGpioChip implements AsyncDisposable {
  /** The folder that stands for `/dev`. */
  readonly dev: string;
  /** The requests for lines that came, as bytes. */
  readonly requests: Uint8Array[] = [];
  /** What each pin is, by the order of the request. */
  levels: readonly boolean[] = [];
  /** Error number that requests for lines are refused with. */
  refusal = 0;
  /** Error number that the chip is not opened with. */
  openRefusal = 0;
  /** Names of who uses lines. */
  readonly users = new Map<number, string>();
  /** Descriptors that are open, of the chip and of lines. */
  readonly open = new Set<number>();
  /** The C library with this chip in it. */
  readonly libc: Libc;
  readonly #options: Required<FakeGpioChipOptions>;
  readonly #linesFds = new Set<number>();
  readonly #nonBlocking = new Set<number>();
  #writeFd = -1;

  private constructor(dev: string, options: FakeGpioChipOptions) {
    this.dev = dev;
    this.#options = { label: "pinctrl-bcm2711", lineCount: 58, ...options };
    this.libc = {
      ...libc,
      open: (path, flags) => this.#open(path, flags),
      read: (fd, buffer) => {
        // It would hold up the whole program when somebody else was quicker.
        if (this.#linesFds.has(fd) && !this.#nonBlocking.has(fd)) {
          throw new TypeError("Cannot read lines that are left to wait");
        }
        return libc.read(fd, buffer);
      },
      setStatusFlags: (fd, flags) => {
        if (flags & O_NONBLOCK) this.#nonBlocking.add(fd);
        return libc.setStatusFlags(fd, flags);
      },
      ioctl: (fd, request, argument) => this.#ioctl(fd, request, argument),
      close: async (fd) => {
        this.open.delete(fd);
        this.#linesFds.delete(fd);
        this.#nonBlocking.delete(fd);
        return await libc.close(fd);
      },
    };
  }

  /**
   * Makes a machine with this one chip, `gpiochip0`.
   *
   * @param options What it is like.
   * @returns The chip.
   */
  static async make(options: FakeGpioChipOptions = {}): Promise<FakeGpioChip> {
    const dev = await Deno.makeTempDir({ prefix: "smartbike-gpio-" });
    await Deno.writeTextFile(`${dev}/gpiochip0`, "");
    await Deno.writeTextFile(`${dev}/gpiochip0-notes`, "");
    const { success } = await new Deno.Command("mkfifo", {
      args: [`${dev}/lines`],
    }).output();
    if (!success) throw new TypeError("Cannot make a pipe");
    return new FakeGpioChip(dev, options);
  }

  /**
   * Lets the kernel report edges, all at once.
   *
   * @param edges Line, level and time of each.
   */
  fireEdges(
    ...edges: readonly (readonly [
      line: number,
      isActive: boolean,
      timestampNs: bigint,
    ])[]
  ): void {
    const bytes = new Uint8Array(48 * edges.length);
    const view = new DataView(bytes.buffer);
    edges.forEach(([line, isActive, timestampNs], index) => {
      view.setBigUint64(48 * index, timestampNs, true);
      view.setUint32(48 * index + 8, isActive ? 1 : 2, true);
      view.setUint32(48 * index + 12, line, true);
    });
    libc.write(this.#writeFd, bytes);
  }

  /** Pulls the chip out of the machine. */
  async unplug(): Promise<void> {
    const fd = this.#writeFd;
    this.#writeFd = -1;
    if (fd >= 0) await libc.close(fd);
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug();
    await Deno.remove(this.dev, { recursive: true });
  }

  #open(path: string, flags: number): number {
    if (!path.startsWith(`${this.dev}/`)) return libc.open(path, flags);
    if (this.openRefusal !== 0) return -this.openRefusal;
    const fd = libc.open(path, flags);
    this.open.add(fd);
    return fd;
  }

  #ioctl(
    fd: number,
    request: number,
    argument: number | Uint8Array<ArrayBuffer>,
  ): number {
    if (typeof argument === "number") return libc.ioctl(fd, request, argument);
    const view = new DataView(argument.buffer);
    const text = (at: number, value: string) =>
      void new TextEncoder().encodeInto(value, argument.subarray(at));
    if (request === GET_VALUES && this.#linesFds.has(fd)) {
      const bits = this.levels.map((isActive, index) =>
        isActive ? 1n << BigInt(index) : 0n
      );
      const all = bits.reduce((sum, bit) => sum | bit, 0n);
      view.setBigUint64(0, all & view.getBigUint64(8, true), true);
      return 0;
    }
    if (!this.open.has(fd)) return libc.ioctl(fd, request, argument);
    if (request === GET_CHIP_INFO) {
      text(0, "gpiochip0");
      text(32, this.#options.label);
      view.setUint32(64, this.#options.lineCount, true);
      return 0;
    }
    if (request === GET_LINE_INFO) {
      text(32, this.users.get(view.getUint32(64, true)) ?? "");
      return 0;
    }
    if (request !== GET_LINES) return libc.ioctl(fd, request, argument);
    this.requests.push(argument.slice());
    if (this.refusal !== 0) return -this.refusal;
    view.setInt32(588, this.#makeLines(), true);
    return 0;
  }

  /** A pipe: its reading end waits, as the kernel's lines do when they are handed out. */
  #makeLines(): number {
    const path = `${this.dev}/lines`;
    const fd = libc.open(path, O_RDONLY | O_NONBLOCK);
    this.#writeFd = libc.open(path, O_WRONLY);
    libc.setStatusFlags(fd, 0);
    this.open.add(fd);
    this.#linesFds.add(fd);
    return fd;
  }
}
