/**
 * Pins of Linux, by the kernel's character devices.
 *
 * @module
 */
import { ConfigError, HardwareUnavailableError } from "#lib/base/errors.ts";
import type { Gpio, GpioLineOptions, GpioLines } from "#lib/hardware/gpio.ts";
import { Descriptor, OPEN } from "./descriptor.ts";
import { failedWith } from "./errno.ts";
import { LinuxGpioLines } from "./gpio_lines.ts";
import {
  type ChipInfo,
  decodeChipInfo,
  decodeConsumer,
  decodeLinesFd,
  encodeLineInfo,
  encodeLineRequest,
  GPIO,
  GPIO_BYTES,
  MAX_DEBOUNCE_MICROSECONDS,
  MAX_LINES,
} from "./gpio_structures.ts";
import { type Libc, libc as systemLibc } from "./libc.ts";
import { SystemFiles } from "./system_files.ts";

/** Chips that the header of a Raspberry Pi hangs on: models 5, 4, and those before. */
const HEADER_CHIPS = ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"];

/** What the pins stand on; the real things unless a test says otherwise. */
interface LinuxGpioOptions {
  /** The C library. */
  readonly libc?: Libc;
  /**
   * Where the chips are.
   *
   * @default {"/dev"}
   */
  readonly dev?: string;
}

/** A chip, open. */
interface OpenChip {
  readonly descriptor: Descriptor;
  readonly info: ChipInfo;
}

/** The pins of this machine. */
export class LinuxGpio implements Gpio {
  readonly #libc: Libc;
  readonly #dev: string;

  /**
   * Opens nothing yet.
   *
   * @param options What it stands on.
   */
  constructor(options: LinuxGpioOptions = {}) {
    this.#libc = options.libc ?? systemLibc;
    this.#dev = options.dev ?? "/dev";
  }

  /**
   * Looks for a chip, and takes none of its pins.
   *
   * @param chip Its label or name; the header of a Raspberry Pi if left out.
   * @throws {HardwareUnavailableError} `absent` without such a chip, `denied` without the permission.
   */
  async findChip(chip?: string): Promise<string> {
    const { descriptor, info } = await this.#openChip(chip);
    await descriptor[Symbol.asyncDispose]();
    return info.label;
  }

  /**
   * Takes pins, for this program alone, and watches both edges.
   *
   * @param options Which pins, and how they are read.
   * @throws {HardwareUnavailableError} `absent` without such a chip or pin, `denied` without the permission or if another program uses it.
   * @throws {ConfigError} If the pins or the debounce are none.
   */
  async openInputs(options: GpioLineOptions): Promise<GpioLines> {
    checkOptions(options);
    const { lines } = options;
    const { descriptor, info } = await this.#openChip(options.chip);
    await using chip = descriptor;
    const missing = lines.find((line) => line >= info.lineCount);
    if (missing !== undefined) {
      throw new HardwareUnavailableError(
        `Cannot take pin ${missing} of "${info.label}": it has ${info.lineCount}, counted from 0`,
        info.label,
        "absent",
      );
    }
    const request = encodeLineRequest(options);
    const outcome = chip.ioctl(GPIO.getLines, request);
    if (outcome < 0) throw this.#refusal(chip, info, lines, outcome);
    return await this.#take(info, lines.length, decodeLinesFd(request));
  }

  /** The kernel hands lines out in a mode in which reading waits; this sets the other. */
  async #take(
    { label }: ChipInfo,
    count: number,
    fd: number,
  ): Promise<GpioLines> {
    const descriptor = new Descriptor(fd, this.#libc);
    const outcome = descriptor.setNonBlocking();
    if (outcome >= 0) return new LinuxGpioLines(label, count, descriptor);
    await descriptor[Symbol.asyncDispose]();
    throw new HardwareUnavailableError(
      `Cannot take pins of "${label}": ${
        this.#libc.describe(outcome)
      }, expected to be able to wait for them`,
      label,
      "denied",
    );
  }

  async #openChip(wanted: string | undefined): Promise<OpenChip> {
    const found: string[] = [];
    let denied: HardwareUnavailableError | undefined;
    const names = await new SystemFiles(this.#libc).list(this.#dev);
    for (const { name } of names) {
      if (!/^gpiochip\d+$/.test(name)) continue;
      const path = `${this.#dev}/${name}`;
      const fd = this.#libc.open(path, OPEN.readOnly | OPEN.closeOnExec);
      if (fd < 0) {
        denied ??= failedWith(fd, "EACCES", "EPERM")
          ? deniedError(path, this.#libc.describe(fd))
          : undefined;
        continue;
      }
      const descriptor = new Descriptor(fd, this.#libc);
      const bytes = new Uint8Array(GPIO_BYTES.chipInfo);
      const outcome = descriptor.ioctl(GPIO.getChipInfo, bytes);
      const info = decodeChipInfo(bytes);
      if (outcome >= 0 && isWanted(info, wanted)) return { descriptor, info };
      await descriptor[Symbol.asyncDispose]();
      if (outcome >= 0) found.push(info.label);
    }
    throw denied ?? absentError(wanted, found);
  }

  #refusal(
    chip: Descriptor,
    { label }: ChipInfo,
    lines: readonly number[],
    outcome: number,
  ): HardwareUnavailableError {
    const isBusy = failedWith(outcome, "EBUSY");
    const state = isBusy
      ? `${this.#usersOf(chip, lines)}, end that first`
      : `${this.#libc.describe(outcome)}, expected Linux 5.10 or later`;
    return new HardwareUnavailableError(
      `Cannot take pins ${lines.join(", ")} of "${label}": ${state}`,
      label,
      failedWith(outcome, "ENOTTY") ? "absent" : "denied",
    );
  }

  #usersOf(chip: Descriptor, lines: readonly number[]): string {
    const users = lines.flatMap((line) => {
      const bytes = encodeLineInfo(line);
      const consumer = chip.ioctl(GPIO.getLineInfo, bytes) < 0
        ? ""
        : decodeConsumer(bytes);
      return consumer ? [`"${consumer}" uses ${line}`] : [];
    });
    return users.join(" and ") || "another program uses one";
  }
}

function isWanted(
  { name, label }: ChipInfo,
  wanted: string | undefined,
): boolean {
  return wanted === undefined
    ? HEADER_CHIPS.includes(label)
    : wanted === label || wanted === name || wanted.endsWith(`/${name}`);
}

function checkOptions(
  { lines, debounceMicroseconds = 0 }: GpioLineOptions,
): void {
  const isPin = (line: number) => Number.isInteger(line) && line >= 0;
  if (
    lines.length === 0 || lines.length > MAX_LINES || !lines.every(isPin) ||
    new Set(lines).size !== lines.length
  ) {
    throw new ConfigError(
      `Cannot take pins "${
        lines.join(", ")
      }": expected 1 to ${MAX_LINES} numbers from 0, each once`,
      { option: "lines", value: lines.join(", ") },
    );
  }
  if (
    !(debounceMicroseconds >= 0 &&
      debounceMicroseconds <= MAX_DEBOUNCE_MICROSECONDS)
  ) {
    throw new ConfigError(
      `Cannot debounce pins for ${debounceMicroseconds} microseconds: expected 0 to ${MAX_DEBOUNCE_MICROSECONDS}`,
      { option: "debounce", value: String(debounceMicroseconds) },
    );
  }
}

function deniedError(path: string, why: string): HardwareUnavailableError {
  return new HardwareUnavailableError(
    `Cannot open "${path}": ${why}, add the user to the group of the file (on a Raspberry Pi gpio)`,
    path,
    "denied",
  );
}

function absentError(
  wanted: string | undefined,
  found: readonly string[],
): HardwareUnavailableError {
  const what = wanted ?? "the header of a Raspberry Pi";
  const others = found.length === 0
    ? "this machine has none, run on one with pins"
    : `this machine has ${found.join(", ")}, name one of these`;
  return new HardwareUnavailableError(
    `Cannot find GPIO chip "${what}": ${others}`,
    what,
    "absent",
  );
}
