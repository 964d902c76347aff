/**
 * Pins that are read, as drivers see them.
 *
 * @module
 */

/** What holds a pin that nobody drives. */
export type GpioPull = "up" | "down" | "none";

/** How pins are read. */
export interface GpioLineOptions {
  /**
   * Label or name of the chip, for example `pinctrl-bcm2711` or `gpiochip0`.
   *
   * @default the header of a Raspberry Pi
   */
  readonly chip?: string;
  /** The pins, as numbers of the chip's lines (BCM numbers on a Raspberry Pi); 1 to 64, each once. */
  readonly lines: readonly number[];
  /**
   * What holds a pin that nobody drives.
   *
   * @default {"none"}
   */
  readonly pull?: GpioPull;
  /**
   * Whether low means active.
   *
   * @default {false}
   */
  readonly activeLow?: boolean;
  /**
   * How long a level must hold before it counts, in microseconds.
   *
   * @default {0}
   */
  readonly debounceMicroseconds?: number;
  /** Name that other programs see the pins used by, at most 31 bytes. */
  readonly consumer?: string;
}

/** A change of a pin. */
export interface GpioEdge {
  /** The pin. */
  readonly line: number;
  /** Whether it is active now. */
  readonly isActive: boolean;
  /** When the kernel saw it, in nanoseconds of its monotonic clock. */
  readonly timestampNs: bigint;
}

/** Pins in use; they are released when disposed. */
export interface GpioLines extends AsyncDisposable {
  /**
   * Gives the changes, in their order, until the pins are released; throws a
   * `DeviceError`, `disconnected`, when the chip is gone.
   */
  readonly edges: AsyncIterable<GpioEdge>;
  /**
   * Reads all pins at once; with a debounce, the levels that have held.
   *
   * @returns Whether each is active, in the order in which they were asked for.
   * @throws {DeviceError} `disconnected` if the chip is gone or the pins were released.
   */
  values(): readonly boolean[];
}

/** The pins of this machine. */
export interface Gpio {
  /**
   * Looks for a chip, and takes none of its pins.
   *
   * @param chip Its label or name; the header of a Raspberry Pi if left out.
   * @returns Its label.
   * @throws {HardwareUnavailableError} `absent` without such a chip, `denied` without the permission.
   */
  findChip(chip?: string): Promise<string>;
  /**
   * Takes pins, for this program alone, and watches both edges.
   *
   * @param options Which pins, and how they are read.
   * @returns The pins.
   * @throws {HardwareUnavailableError} `absent` without such a chip or pin, `denied` without the permission or if another program uses it.
   * @throws {ConfigError} If the pins or the debounce cannot be meant.
   */
  openInputs(options: GpioLineOptions): Promise<GpioLines>;
}
