import assert from "node:assert/strict";
import { libc } from "#lib/hardware/linux/libc.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import { Pty } from "../../../support/pty.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

/** `TIOCMGET`, `TIOCMBIS` and `TIOCMBIC` of `asm-generic/ioctls.h`. */
const GET = 0x5415;
const SET = 0x5416;
const CLEAR = 0x5417;

/** `TIOCM_…` of `asm-generic/termios.h`. */
const LINES = {
  dtr: 0x2,
  rts: 0x4,
  cts: 0x20,
  dcd: 0x40,
  ri: 0x80,
  dsr: 0x100,
};

/** Opens a port that has lines beside its data, which a pty has not. */
async function openWithLines(keep: AsyncDisposableStack) {
  const lines = { bits: 0 };
  const pty = keep.use(await Pty.start());
  const ports = new LinuxSerialPorts({
    libc: {
      ...libc,
      ioctl(fd, request, argument) {
        if (![GET, SET, CLEAR].includes(request)) {
          return libc.ioctl(fd, request, argument);
        }
        assert(typeof argument !== "number");
        const view = new DataView(argument.buffer);
        const bits = view.getInt32(0, true);
        if (request === GET) view.setInt32(0, lines.bits, true);
        else if (request === SET) lines.bits |= bits;
        else lines.bits &= ~bits;
        return 0;
      },
    },
  });
  const { signal } = new AbortController();
  const port = keep.use(await ports.open({ path: pty.path }, { signal }));
  return { lines, port };
}

test("each line beside the data is read by its own name", async () => {
  await using keep = new AsyncDisposableStack();
  const { lines, port } = await openWithLines(keep);
  const none = { cts: false, dsr: false, dcd: false, ri: false };
  assert.deepEqual(port.modemLines(), none);
  for (const name of ["cts", "dsr", "dcd", "ri"] as const) {
    lines.bits = LINES[name];
    assert.deepEqual(port.modemLines(), { ...none, [name]: true });
  }
});

test("data terminal ready and request to send are set and cleared, each alone or both", async () => {
  await using keep = new AsyncDisposableStack();
  const { lines, port } = await openWithLines(keep);
  port.setModemLines({ dtr: true });
  assert.equal(lines.bits, LINES.dtr);
  port.setModemLines({ rts: true });
  assert.equal(lines.bits, LINES.dtr | LINES.rts);
  port.setModemLines({ dtr: false });
  assert.equal(lines.bits, LINES.rts);
  port.setModemLines({ dtr: true, rts: false });
  assert.equal(lines.bits, LINES.dtr);
  port.setModemLines({});
  assert.equal(lines.bits, LINES.dtr);
});
