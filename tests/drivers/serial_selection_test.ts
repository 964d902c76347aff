import assert from "node:assert/strict";
import { DRIVERS } from "#drivers/all.ts";
import { driver as oxygen } from "#drivers/oxygen.ts";
import { Bike } from "#lib/bike/bike.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import type { SerialSelector } from "#lib/hardware/serial.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import { startLog } from "#lib/base/logger.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

/** Which port a driver asks for. */
async function portOf(
  definition: DriverDefinition,
  options: Readonly<Record<string, string>> = {},
): Promise<SerialSelector> {
  const { promise: asked, resolve } = Promise.withResolvers<SerialSelector>();
  const absent = absentHardware("this is a test");
  const serial: typeof absent.serial = {
    ...absent.serial,
    open(selector, options) {
      resolve(selector);
      return absent.serial.open(selector, options);
    },
  };
  await using host = new DriverHost({
    bike: new Bike(),
    hardware: { ...absent, serial },
  });
  host.start({ definition, options: checkOptions(definition, options) });
  return await asked;
}

const PATH = "/dev/serial/by-id/usb-Arduino-if00";
const USUAL: Readonly<Record<string, string>> = { remote: "/dev/rfcomm0" };

for (const driver of DRIVERS) {
  if (driver.transport !== "serial") continue;
  Deno.test(`${driver.name} takes its usual port, or the one that options name by path or USB`, async () => {
    assert.deepEqual(await portOf(driver), {
      path: USUAL[driver.name] ?? "/dev/ttyACM0",
    });
    assert.deepEqual(await portOf(driver, { port: PATH }), { path: PATH });
    const usb = { "usb-id": "2341:0043", "usb-serial": "7543931" };
    assert.deepEqual(await portOf(driver, usb), {
      usbId: "2341:0043",
      usbSerial: "7543931",
    });
    assert.deepEqual(
      await portOf(driver, { port: PATH, "usb-id": "2341:0043" }),
      { path: PATH, usbId: "2341:0043" },
    );
  });
}

Deno.test("a port that is not there is reported after a second, with what to do", async () => {
  const lines: string[] = [];
  await using _log = await startLog({ write: (line) => lines.push(line) });
  const clock = new FakeClock();
  const absent = absentHardware("this is a test");
  const serial: typeof absent.serial = {
    ...absent.serial,
    async open(_, { signal }) {
      await untilAborted(signal);
      throw signal.reason;
    },
  };
  await using host = new DriverHost({
    bike: new Bike({ clock }),
    hardware: { ...absent, serial },
    clock,
  });
  host.start({ definition: oxygen });
  await clock.advance(1000);
  assert.deepEqual(lines, [
    'warning driver: oxygen is not found yet: plug it in, and see "smartbike ports" for the ports that are there\n',
  ]);
});
