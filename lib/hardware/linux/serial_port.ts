/**
 * An open serial port.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import { reasonOf } from "#lib/base/reason.ts";
import type { ModemLines, SerialPort } from "#lib/hardware/serial.ts";
import { type Descriptor, POLL } from "./descriptor.ts";
import { failedWith } from "./errno.ts";
import { FILE_LOCK, MODEM_LINES, TERMINAL } from "./serial_settings.ts";

/** The most that one call reads, in bytes. */
const READ_BYTES = 16 * 1024;

/** What is kept for somebody who does not take it; then the port itself keeps it, in bytes. */
const MAX_WAITING_BYTES = 64 * 1024;

/** How often a port whose bytes nobody takes is looked at, to see whether it is still there, in milliseconds. */
const CHECK_MS = 1000;

/** An open serial port; everybody who waits goes on at once when it is closed or unplugged. */
export class LinuxSerialPort implements SerialPort {
  /** Its path. */
  readonly path: string;
  readonly #descriptor: Descriptor;
  readonly #lost = new AbortController();
  readonly #pump: Promise<void>;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #changed = Promise.withResolvers<void>();
  #check: Promise<number> | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** Takes a port over that has its settings. */
  constructor(path: string, descriptor: Descriptor) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#pump = this.#run().catch((cause: unknown) =>
      this.#end(reasonOf(cause), cause)
    );
  }

  /** Aborts when the port was unplugged or closed; the reason is a `DeviceError`, `disconnected`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Gives what comes in, in pieces of any size, until the port is closed;
   * throws a `DeviceError`, `disconnected`, when it is unplugged.
   */
  get bytes(): AsyncIterable<Uint8Array> {
    return this.#take();
  }

  /**
   * Sends bytes, behind those of earlier calls.
   *
   * @param bytes What to send; may be used again at once.
   * @returns Resolves when all of it was handed over to the port.
   * @throws {DeviceError} `disconnected` if the port is gone.
   */
  async write(bytes: Uint8Array): Promise<void> {
    const copy = Uint8Array.from(bytes);
    const before = this.#lastWrite;
    const write = (async () => {
      await before;
      await this.#write(copy);
    })();
    // The caller gets the error; the next write only waits for its end.
    this.#lastWrite = write.catch(() => {});
    await write;
  }

  /**
   * Reads the lines beside the data.
   *
   * @returns The inputs that the port has; none once it is gone.
   */
  modemLines(): ModemLines {
    const bits = new Int32Array(1);
    if (
      this.#descriptor.ioctl(
        TERMINAL.getModemLines,
        new Uint8Array(bits.buffer),
      ) < 0
    ) {
      return {};
    }
    const isOn = (bit: number) => ((bits[0] ?? 0) & bit) !== 0;
    return {
      cts: isOn(MODEM_LINES.cts),
      dsr: isOn(MODEM_LINES.dsr),
      dcd: isOn(MODEM_LINES.dcd),
      ri: isOn(MODEM_LINES.ri),
    };
  }

  /**
   * Sets the lines beside the data; ports without them ignore it.
   *
   * @param lines Data terminal ready and request to send.
   */
  setModemLines(
    { dtr, rts }: { readonly dtr?: boolean; readonly rts?: boolean },
  ): void {
    const set = (bit: number, isOn: boolean | undefined) => {
      if (isOn === undefined) return;
      const bits = new Uint8Array(Int32Array.of(bit).buffer);
      this.#descriptor.ioctl(
        isOn ? TERMINAL.setModemLines : TERMINAL.clearModemLines,
        bits,
      );
    };
    set(MODEM_LINES.dtr, dtr);
    set(MODEM_LINES.rts, rts);
  }

  /** Closes it; what was written is still sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#lose("it was closed, open it again");
    // Where the other end keeps the port alive, as that of a pty does, it would stay barred.
    this.#descriptor.ioctl(TERMINAL.shared, 0);
    this.#descriptor.flock(FILE_LOCK.letGo);
    await this.#descriptor[Symbol.asyncDispose]();
    await this.#pump;
  }

  /** Reads whatever comes, for as long as the port is there; waiting before each piece lets the rest of the program go on in a flood. */
  async #run(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (;;) {
      await this.#room();
      await this.#descriptor.ready(POLL.in);
      const length = this.#descriptor.read(buffer);
      if (length > 0) this.#put(buffer.slice(0, length));
      else if (!failedWith(length, "EAGAIN")) break;
    }
    await this.#end();
  }

  /** Waits until somebody has taken enough, or the port is gone. */
  async #room(): Promise<void> {
    while (this.#waitingBytes >= MAX_WAITING_BYTES && !this.lost.aborted) {
      this.#check ??= this.#descriptor.ready(0, CHECK_MS).then((events) => {
        this.#check = undefined;
        return events;
      });
      if (await Promise.race([this.#changed.promise, this.#check])) return;
    }
  }

  #put(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#notify();
  }

  async *#take(): AsyncGenerator<Uint8Array> {
    while (!this.#isClosed) {
      const changed = this.#changed.promise;
      const next = this.#waiting.shift();
      if (next) {
        this.#waitingBytes -= next.length;
        this.#notify();
        yield next;
      } else {
        this.lost.throwIfAborted();
        await changed;
      }
    }
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      this.lost.throwIfAborted();
      const length = this.#descriptor.write(bytes.subarray(at));
      if (length >= 0) at += length;
      else if (failedWith(length, "EAGAIN")) {
        await this.#descriptor.ready(POLL.out);
      } else await this.#end();
    }
  }

  /** Lets the port go after an error: else the system would give the device another name when it comes back. */
  async #end(
    state = "it was unplugged, plug it in again",
    cause?: unknown,
  ): Promise<void> {
    this.#lose(state, cause);
    await this.#descriptor[Symbol.asyncDispose]();
  }

  #lose(state: string, cause?: unknown): void {
    if (this.lost.aborted) return;
    this.#lost.abort(
      new DeviceError(
        `Cannot use "${this.path}": ${state}`,
        this.path,
        "disconnected",
        { cause },
      ),
    );
    this.#notify();
  }

  /** Lets everybody who waits look again. */
  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
