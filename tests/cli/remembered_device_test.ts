/**
 * The program over BlueZ, started again: which of two straps it takes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { FakeBluez } from "../fakes/bluez/fake_bluez.ts";
import { makePeripherals } from "../lib/hardware/ble_setup.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

testWith(
  { programs: ["dbus-daemon"] },
  "a program that is started again takes the same strap of two, until that is forgotten",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { strap, other } = makePeripherals();
    const bluez = keep.use(
      await FakeBluez.start({ peripherals: [strap, other] }),
    );
    const broker = keep.use(await EmbeddedBroker.listen());
    const folder = await Deno.makeTempDir();
    keep.defer(() => Deno.remove(folder, { recursive: true }));
    const env = {
      DBUS_SYSTEM_BUS_ADDRESS: bluez.busAddress,
      STATE_DIRECTORY: folder,
    };
    /** Runs until the driver has a strap. */
    const ride = async () => {
      const args = ["driver", "heart-rate", "--broker", broker.url];
      await using program = startProgram(
        [
          ...[...args, "--bike", "000044"],
          ...["--log-level", "info", "--log-format", "text"],
        ],
        { env },
      );
      const connected = /heart-rate is connected: .*/;
      await within("a strap", program.seen(connected));
      program.kill("SIGTERM");
      const { error } = await within("the end", program.result);
      return connected.exec(error)?.[0].replace(/.*: /, "");
    };
    strap.sleep();
    assert.equal(await ride(), "TICKR 77");
    strap.wake();
    assert.equal(await ride(), "TICKR 77");
    const { out } = await runProgram(["forget", "heart-rate"], { env });
    assert.equal(
      out,
      "forgot heart-rate of bike 000044: EC:B2:8A:26:85:C6 TICKR 77\n",
    );
    assert.equal(await ride(), "TICKR 4A2B");
  },
);
