/**
 * Pins that this program has taken.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import type { GpioEdge, GpioLines } from "#lib/hardware/gpio.ts";
import { type Descriptor, POLL } from "./descriptor.ts";
import { failedWith } from "./errno.ts";
import {
  decodeEvents,
  decodeValues,
  encodeValues,
  GPIO,
  GPIO_BYTES,
} from "./gpio_structures.ts";

/** How many edges one call reads. */
const READ_EVENTS = 64;

/** Pins that this program has taken; they are released when disposed. */
export class LinuxGpioLines implements GpioLines {
  readonly #chip: string;
  readonly #count: number;
  readonly #descriptor: Descriptor;

  /**
   * Takes lines over.
   *
   * @param chip Name of their chip, for errors.
   * @param count How many they are.
   * @param descriptor What the kernel has given for them.
   */
  constructor(chip: string, count: number, descriptor: Descriptor) {
    this.#chip = chip;
    this.#count = count;
    this.#descriptor = descriptor;
  }

  /**
   * Gives the changes, in their order, until the pins are released; throws a
   * `DeviceError`, `disconnected`, when the chip is gone.
   */
  get edges(): AsyncIterable<GpioEdge> {
    return this.#take();
  }

  /**
   * Reads all pins at once; with a debounce, the levels that have held.
   *
   * @returns Whether each is active, in the order in which they were asked for.
   * @throws {DeviceError} `disconnected` if the chip is gone or the pins were released.
   */
  values(): readonly boolean[] {
    const bytes = encodeValues(this.#count);
    if (this.#descriptor.ioctl(GPIO.getValues, bytes) < 0) throw this.#gone();
    return decodeValues(bytes, this.#count);
  }

  /** Releases the pins. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#descriptor[Symbol.asyncDispose]();
  }

  async *#take(): AsyncGenerator<GpioEdge> {
    const buffer = new Uint8Array(READ_EVENTS * GPIO_BYTES.event);
    for (;;) {
      await this.#descriptor.ready(POLL.in);
      if (this.#descriptor.isClosed) return;
      const length = this.#descriptor.read(buffer);
      if (length > 0) yield* decodeEvents(buffer.slice(0, length));
      else if (!failedWith(length, "EAGAIN")) throw this.#gone();
    }
  }

  #gone(): DeviceError {
    return new DeviceError(
      `Cannot read pins of "${this.#chip}": the chip is gone or they were released, take them again`,
      this.#chip,
      "disconnected",
    );
  }
}
