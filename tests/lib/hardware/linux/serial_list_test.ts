import assert from "node:assert/strict";
import { ERRNO } from "#lib/hardware/linux/errno.ts";
import { libc } from "#lib/hardware/linux/libc.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import type { SerialSelector } from "#lib/hardware/serial.ts";
import { Pty } from "../../../support/pty.ts";
import { within } from "../../../support/within.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

/** Folders that look like `/dev` and `/sys`, with ports in them. */
class FakeSystem implements AsyncDisposable {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<FakeSystem> {
    const system = new FakeSystem(await Deno.makeTempDir());
    await system.folder("dev/serial/by-id");
    await system.folder("sys/class/tty");
    return system;
  }

  get ports(): LinuxSerialPorts {
    const { root } = this;
    return new LinuxSerialPorts({ dev: `${root}/dev`, sys: `${root}/sys` });
  }

  async folder(path: string): Promise<void> {
    await Deno.mkdir(`${this.root}/${path}`, { recursive: true });
  }

  async write(path: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.root}/${path}`, text);
  }

  async link(path: string, target: string): Promise<void> {
    await Deno.symlink(`${this.root}/${target}`, `${this.root}/${path}`);
  }

  /** What the kernel shows of a USB device, and of the port on its first interface. */
  async usbPort(name: string, texts: Readonly<Record<string, string>>) {
    const device = `sys/devices/usb1/${name}-usb`;
    await this.folder(`${device}/1-1:1.0`);
    for (const [file, text] of Object.entries(texts)) {
      await this.write(`${device}/${file}`, `${text}\n`);
    }
    await this.folder(`sys/class/tty/${name}`);
    await this.link(`sys/class/tty/${name}/device`, `${device}/1-1:1.0`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

const ARDUINO = {
  idVendor: "2a03",
  idProduct: "0043",
  serial: "7543931",
  manufacturer: "Arduino (www.arduino.cc)",
  product: "Uno",
};

const FTDI = { idVendor: "0403", idProduct: "6001" };

Deno.test("ports are listed with what USB says about them and their lasting names", async () => {
  await using system = await FakeSystem.make();
  const { root } = system;
  await system.usbPort("ttyACM0", ARDUINO);
  await system.usbPort("ttyUSB0", FTDI);
  await system.write("dev/ttyACM0", "");
  await system.write("dev/ttyUSB0", "");
  await system.link("dev/serial/by-id/usb-Arduino-if00", "dev/ttyACM0");
  await system.link("dev/gas", "dev/ttyACM0");
  assert.deepEqual(await system.ports.list(), [
    {
      path: `${root}/dev/ttyACM0`,
      stablePaths: [
        `${root}/dev/serial/by-id/usb-Arduino-if00`,
        `${root}/dev/gas`,
      ],
      usbId: "2a03:0043",
      usbSerial: "7543931",
      manufacturer: "Arduino (www.arduino.cc)",
      product: "Uno",
    },
    { path: `${root}/dev/ttyUSB0`, stablePaths: [], usbId: "0403:6001" },
  ]);
});

Deno.test("a port of the board is listed; consoles, ports without a chip and those without a file are not", async () => {
  await using system = await FakeSystem.make();
  await system.folder("sys/devices/serial");
  for (const name of ["console", "ttyS0", "ttyAMA0", "ttyAMA1"]) {
    await system.folder(`sys/class/tty/${name}`);
    if (name !== "ttyAMA1") await system.write(`dev/${name}`, "");
    if (name === "console") continue;
    await system.link(`sys/class/tty/${name}/device`, "sys/devices/serial");
    const type = name === "ttyS0" ? "0" : "32";
    await system.write(`sys/class/tty/${name}/type`, `${type}\n`);
  }
  const ports = await system.ports.list();
  assert.deepEqual(ports, [{
    path: `${system.root}/dev/ttyAMA0`,
    stablePaths: [],
  }]);
});

Deno.test("a port that this user may not open is reported as such, without a try", async () => {
  await using system = await FakeSystem.make();
  const { root } = system;
  await system.usbPort("ttyACM0", ARDUINO);
  await system.usbPort("ttyUSB0", FTDI);
  await system.write("dev/ttyACM0", "");
  await system.write("dev/ttyUSB0", "");
  const ports = new LinuxSerialPorts({
    dev: `${root}/dev`,
    sys: `${root}/sys`,
    libc: {
      ...libc,
      open: (path, flags) => {
        assert(!path.startsWith(`${root}/dev/tty`), path);
        return libc.open(path, flags);
      },
      access: (path, mode) =>
        path.endsWith("ttyACM0") ? -ERRNO.EACCES : libc.access(path, mode),
    },
  });
  const found = await ports.list();
  assert.deepEqual(found.map(({ isDenied }) => isDenied), [true, undefined]);
});

Deno.test("texts of a device are cut, and none is empty", async () => {
  await using system = await FakeSystem.make();
  await system.write("dev/ttyACM0", "");
  await system.usbPort("ttyACM0", {
    ...ARDUINO,
    product: "x".repeat(5000),
    serial: "",
  });
  const [port] = await system.ports.list();
  assert.equal(port?.product, "x".repeat(128));
  assert.equal(port?.usbSerial, undefined);
});

Deno.test("a machine without serial ports has none", async () => {
  const ports = new LinuxSerialPorts({ dev: "/nowhere", sys: "/nowhere" });
  assert.deepEqual(await ports.list(), []);
});

const SELECTORS: readonly (readonly [string, SerialSelector])[] = [
  ["USB id, in any case", { usbId: "2A03:0043" }],
  ["USB serial number", { usbSerial: "7543931" }],
  ["both", { usbId: "2A03:0043", usbSerial: "7543931" }],
];

for (const [how, selector] of SELECTORS) {
  test(`a port that comes later is found by ${how}`, async () => {
    await using system = await FakeSystem.make();
    await system.usbPort("ttyUSB0", FTDI);
    await system.usbPort("ttyACM7", ARDUINO);
    await system.write("dev/ttyUSB0", "");
    await using pty = await Pty.make({ path: `${system.root}/dev/ttyACM7` });
    const { signal } = new AbortController();
    const opening = system.ports.open(selector, { signal });
    await pty.plug();
    await using port = await within("the port", opening);
    assert.equal(port.path, pty.path);
  });
}

test("a port is opened by its lasting name only if its USB id fits too", async () => {
  await using system = await FakeSystem.make();
  const path = `${system.root}/dev/serial/by-id/usb-Arduino-if00`;
  await system.usbPort("ttyACM0", ARDUINO);
  await using pty = await Pty.start({ path: `${system.root}/dev/ttyACM0` });
  await system.link("dev/serial/by-id/usb-Arduino-if00", "dev/ttyACM0");
  const end = new AbortController();
  const { signal } = end;
  const other = system.ports.open({ path, usbId: "0403:6001" }, { signal });
  await using port = await system.ports.open({ path, usbId: "2a03:0043" }, {
    signal,
  });
  assert.equal(port.path, pty.path);
  end.abort();
  await assert.rejects(within("the other", other), { name: "AbortError" });
});
