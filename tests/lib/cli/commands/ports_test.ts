import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import type { SerialPortInfo } from "#lib/hardware/serial.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";

const PORTS: readonly SerialPortInfo[] = [
  {
    path: "/dev/ttyACM0",
    stablePaths: ["/dev/serial/by-id/usb-Arduino", "/dev/gas"],
    usbId: "2341:0043",
    usbSerial: "7543931",
    manufacturer: "Arduino",
    product: "Uno\x1b[2J",
  },
  { path: "/dev/ttyS0", stablePaths: [], isDenied: true },
];

async function run(ports: readonly SerialPortInfo[], ...args: string[]) {
  const io = new FakeCliIo();
  const composition = compose(io);
  const hardware = await composition.hardware();
  const code = await runCli(["ports", ...args], {
    ...composition,
    hardware: () =>
      Promise.resolve({
        ...hardware,
        serial: { ...hardware.serial, list: () => Promise.resolve(ports) },
      }),
  });
  return { code, out: io.out, error: io.error };
}

Deno.test("ports prints each port with what it is, and its lasting names below", async () => {
  assert.deepEqual(await run(PORTS), {
    code: 0,
    out: `/dev/ttyACM0  2341:0043  Arduino  Uno\\u001b[2J  serial 7543931
  /dev/serial/by-id/usb-Arduino
  /dev/gas
/dev/ttyS0  may not be opened
`,
    error: "",
  });
});

Deno.test("ports --json prints one value a port", async () => {
  const { code, out } = await run(PORTS, "--json");
  assert.equal(code, 0);
  const values = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(values, PORTS);
});

Deno.test("ports of a machine that has none is no error", async () => {
  assert.deepEqual(await run([]), {
    code: 0,
    out: "",
    error: "smartbike: this machine has no serial ports\n",
  });
});
