import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import type { SerialOptions } from "#lib/hardware/serial.ts";
import { Pty } from "../../../support/pty.ts";
import { openPort, readTermios } from "./serial_setup.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

const TCGETS = 0x5401;

async function settingsOf(path: string) {
  const termios = await readTermios(path, TCGETS);
  const [input, control] = [
    termios.getUint32(0, true),
    termios.getUint32(8, true),
  ];
  return {
    speed: control & 0o10017,
    xonXoff: (input & 0o12000) === 0o12000,
    rtsCts: control >= 0o20000000000,
  };
}

const SPEEDS = [[50, 0o1], [9600, 0o15], [115_200, 0o10002]] as const;

for (const [baudRate, number] of SPEEDS) {
  test(`a port gets the kernel's number for ${baudRate} bits a second`, async () => {
    await using pty = await Pty.start();
    await using port = await openPort(pty.path, { baudRate });
    const { speed } = await settingsOf(port.path);
    assert.equal(speed, number);
  });
}

test("flow control is set as asked for", async () => {
  await using pty = await Pty.start();
  const seen: Record<string, unknown> = {};
  for (const flowControl of ["none", "hardware", "software"] as const) {
    await using port = await openPort(pty.path, { flowControl });
    const { xonXoff, rtsCts } = await settingsOf(port.path);
    seen[flowControl] = { xonXoff, rtsCts };
  }
  assert.deepEqual(seen, {
    none: { xonXoff: false, rtsCts: false },
    hardware: { xonXoff: false, rtsCts: true },
    software: { xonXoff: true, rtsCts: false },
  });
});

const REFUSED: Readonly<Record<string, SerialOptions>> = {
  parity: { parity: "even" },
  "data-bits": { dataBits: 7 },
  "baud-rate": { baudRate: 0.5 },
};

for (const [option, options] of Object.entries(REFUSED)) {
  test(`${option} that a pty cannot do is refused by name, and leaves the port free`, async () => {
    await using pty = await Pty.start();
    await assert.rejects(openPort(pty.path, options), (error) => {
      assert(error instanceof ConfigError);
      assert.equal(error.details.option, option);
      return true;
    });
    await using port = await openPort(pty.path);
    assert.equal(port.path, pty.path);
  });
}
