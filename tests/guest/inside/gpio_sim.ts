/**
 * A GPIO chip whose pins a test moves: the kernel's gpio-sim.
 *
 * @module
 */

const CONFIG = "/sys/kernel/config/gpio-sim";

/** How many chips there were; each has a name of its own. */
let chips = 0;

/** A chip. */
export interface GpioSimOptions {
  /** Its label. */
  readonly label: string;
  /** How many lines it has. */
  readonly lines: number;
}

/** A chip that is there until it is disposed. */
export class GpioSim implements AsyncDisposable {
  readonly #folder: string;
  readonly #pins: string;

  private constructor(folder: string, pins: string) {
    this.#folder = folder;
    this.#pins = pins;
  }

  /**
   * Makes a chip.
   *
   * @param options What it is.
   * @returns The chip; all its lines are low.
   */
  static async make({ label, lines }: GpioSimOptions): Promise<GpioSim> {
    const folder = `${CONFIG}/chip${chips++}`;
    await Deno.mkdir(`${folder}/bank0`, { recursive: true });
    await Deno.writeTextFile(`${folder}/bank0/num_lines`, String(lines));
    await Deno.writeTextFile(`${folder}/bank0/label`, label);
    await Deno.writeTextFile(`${folder}/live`, "1");
    const read = async (path: string) =>
      (await Deno.readTextFile(`${folder}/${path}`)).trim();
    const device = await read("dev_name");
    const chip = await read("bank0/chip_name");
    return new GpioSim(folder, `/sys/devices/platform/${device}/${chip}`);
  }

  /**
   * Moves a pin, as a button does that connects it with the supply.
   *
   * @param line Number of the line.
   * @param isHigh Where it goes.
   */
  async set(line: number, isHigh: boolean): Promise<void> {
    await Deno.writeTextFile(
      `${this.#pins}/sim_gpio${line}/pull`,
      isHigh ? "pull-up" : "pull-down",
    );
  }

  /** Takes it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/live`, "0");
    await Deno.remove(`${this.#folder}/bank0`);
    await Deno.remove(this.#folder);
  }
}
