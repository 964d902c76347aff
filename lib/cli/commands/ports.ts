/**
 * `smartbike ports`: lists the serial ports of this machine.
 *
 * @module
 */
import type { SerialPortInfo } from "#lib/hardware/serial.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";

/** `smartbike ports`. */
export const portsCommand: CommandBody = {
  options: [
    { flags: "--json", description: "print one JSON value a port" },
  ],
  details:
    `Each line has the path of a port and, where it is on USB, its vendor and product
and what the device calls itself. Below it stand names that stay the same when
it is plugged in again; give one of them, or the USB id, to a driver:
  smartbike driver oxygen --option oxygen.usb-id=2341:0043`,
  permissions: ["ffi"],
  run,
};

async function run(
  { options }: CommandInput,
  { hardware, output }: CliContext,
): Promise<void> {
  const ports = await (await hardware()).serial.list();
  if (ports.length === 0) output.note("this machine has no serial ports");
  for (const port of ports) {
    if (options.flag("json")) {
      output.line(JSON.stringify(port));
      continue;
    }
    output.line(describe(port));
    for (const path of port.stablePaths) output.line(`  ${path}`);
  }
}

function describe(port: SerialPortInfo): string {
  const { path, usbId, usbSerial, manufacturer, product, isDenied } = port;
  const serial = usbSerial === undefined ? undefined : `serial ${usbSerial}`;
  return [
    path,
    usbId,
    manufacturer,
    product,
    serial,
    isDenied ? "may not be opened" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join("  ");
}
