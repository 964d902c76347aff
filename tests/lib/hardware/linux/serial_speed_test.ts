/**
 * Not emulated: the emulator knows no `termios2`, which says a speed in
 * bits a second, and no speed above 460 800.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Pty } from "../../../support/pty.ts";
import { openPort, readTermios } from "./serial_setup.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

const TCGETS2 = 0x802c542a;

for (const baudRate of [50, 9600, 115_200, 4_000_000, 31_250, 250_000]) {
  test(`a port is set to ${baudRate} bits a second`, async () => {
    await using pty = await Pty.start();
    await using port = await openPort(pty.path, { baudRate });
    const termios = await readTermios(port.path, TCGETS2);
    assert.equal(termios.getUint32(40, true), baudRate);
  });
}
