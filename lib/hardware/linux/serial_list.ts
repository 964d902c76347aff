/**
 * The serial ports of this machine, read off `/sys` and `/dev`.
 *
 * @module
 */
import type { SerialPortInfo } from "#lib/hardware/serial.ts";
import type { SystemFiles } from "./system_files.ts";

/** Longest text of a device that is kept, in characters. */
const MAX_TEXT_LENGTH = 128;

/** Where the system shows its devices. */
export interface SystemFolders {
  /**
   * The devices.
   *
   * @default {"/dev"}
   */
  readonly dev?: string;
  /**
   * What is known about them.
   *
   * @default {"/sys"}
   */
  readonly sys?: string;
}

/**
 * Lists the serial ports that have hardware behind them.
 *
 * @param files Reads the system's files.
 * @param folders Where devices are shown.
 * @returns The ports, by path.
 */
export async function listSerialPorts(
  files: SystemFiles,
  { dev = "/dev", sys = "/sys" }: SystemFolders = {},
): Promise<readonly SerialPortInfo[]> {
  const links = await readLinks(files, dev);
  const ports: SerialPortInfo[] = [];
  for (const { name } of await files.list(`${sys}/class/tty`)) {
    const path = `${dev}/${name}`;
    const device = await hardwareOf(files, `${sys}/class/tty/${name}`);
    const target = files.realPath(path);
    if (device === undefined || target === undefined) continue;
    ports.push({
      path,
      stablePaths: links.get(target) ?? [],
      ...(files.isDenied(path) && { isDenied: true }),
      ...await usbIdentity(files, device),
    });
  }
  return ports;
}

/** Links to ports: the names that udev gives, and the machine's own, such as `/dev/serial0`. */
async function readLinks(
  files: SystemFiles,
  dev: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const links = new Map<string, string[]>();
  for (
    const folder of [`${dev}/serial/by-id`, `${dev}/serial/by-path`, dev]
  ) {
    for (const { name, isLink } of await files.list(folder)) {
      const path = `${folder}/${name}`;
      const target = isLink ? files.realPath(path) : undefined;
      if (target === undefined) continue;
      links.set(target, [...links.get(target) ?? [], path]);
    }
  }
  return links;
}

/** The device behind a terminal; undefined for consoles, ptys, and sockets of the machine without a chip. */
async function hardwareOf(
  files: SystemFiles,
  terminal: string,
): Promise<string | undefined> {
  // A `type` of 0 is PORT_UNKNOWN of linux/serial_core.h: nothing is there.
  if (await files.readText(`${terminal}/type`) === "0") return undefined;
  return files.realPath(`${terminal}/device`);
}

/** The USB device that a port belongs to stands one or two folders above it. */
async function usbIdentity(
  files: SystemFiles,
  device: string,
): Promise<Partial<SerialPortInfo>> {
  const names = device.split("/");
  for (let depth = names.length; depth > 1; depth--) {
    const folder = names.slice(0, depth).join("/");
    const vendor = await files.readText(`${folder}/idVendor`);
    const product = await files.readText(`${folder}/idProduct`);
    if (vendor === undefined || product === undefined) continue;
    const text = async (name: string) =>
      (await files.readText(`${folder}/${name}`))?.slice(0, MAX_TEXT_LENGTH);
    const usbSerial = await text("serial");
    const manufacturer = await text("manufacturer");
    const productName = await text("product");
    return {
      usbId: `${vendor}:${product}`.toLowerCase(),
      ...(usbSerial && { usbSerial }),
      ...(manufacturer && { manufacturer }),
      ...(productName && { product: productName }),
    };
  }
  return {};
}
