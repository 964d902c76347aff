/**
 * A serial device on USB (CDC ACM), made of the kernel's own device side and a
 * controller that is not there (dummy_hcd).
 *
 * @module
 */

const GADGETS = "/sys/kernel/config/usb_gadget";
const CONTROLLER = "dummy_udc.0";

/** The device's own end of the line. */
export const DEVICE_END = "/dev/ttyGS0";

/** What the device says about itself. */
export interface UsbSerialOptions {
  /** Vendor and product, for example `2341:0043`. */
  readonly usbId: string;
  /** Serial number. */
  readonly usbSerial: string;
  /** Product. */
  readonly product: string;
}

/** A device that can be plugged in and out; it is gone when disposed. */
export class UsbSerial implements AsyncDisposable {
  readonly #folder: string;
  #isPlugged = false;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Makes a device that is not plugged in.
   *
   * @param options What it says about itself.
   * @returns The device.
   */
  static async make(
    { usbId, usbSerial, product }: UsbSerialOptions,
  ): Promise<UsbSerial> {
    const folder = `${GADGETS}/serial`;
    const [vendorId, productId] = usbId.split(":");
    for (
      const part of [
        "",
        "strings/0x409",
        "configs/c.1",
        "functions/acm.usb0",
      ]
    ) await Deno.mkdir(`${folder}/${part}`);
    await Deno.writeTextFile(`${folder}/idVendor`, `0x${vendorId}`);
    await Deno.writeTextFile(`${folder}/idProduct`, `0x${productId}`);
    const texts = `${folder}/strings/0x409`;
    await Deno.writeTextFile(`${texts}/serialnumber`, usbSerial);
    await Deno.writeTextFile(`${texts}/product`, product);
    await Deno.symlink(
      `${folder}/functions/acm.usb0`,
      `${folder}/configs/c.1/acm.usb0`,
    );
    return new UsbSerial(folder);
  }

  /** Plugs it in. */
  async plug(): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/UDC`, CONTROLLER);
    this.#isPlugged = true;
  }

  /** Pulls it out. */
  async unplug(): Promise<void> {
    if (!this.#isPlugged) return;
    this.#isPlugged = false;
    await Deno.writeTextFile(`${this.#folder}/UDC`, "\n");
  }

  /** Takes it apart. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug();
    for (
      const part of [
        "configs/c.1/acm.usb0",
        "functions/acm.usb0",
        "configs/c.1",
        "strings/0x409",
        "",
      ]
    ) await Deno.remove(`${this.#folder}/${part}`);
  }
}
