/**
 * Tables of real devices, over the bus.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import { FakeBluez } from "../../../fakes/bluez/fake_bluez.ts";
import { profilePeripherals } from "../../../fixtures/ble/profiles.ts";
import { within } from "../../../support/within.ts";
import { NEVER } from "../ble_setup.ts";
import { test } from "./setup.ts";

test("the tables of real devices are found as they are, and their values read", async () => {
  const peripherals = profilePeripherals();
  assert(peripherals.length > 5);
  await using bluez = await FakeBluez.start({ peripherals });
  await using central = new BluezCentral({ busAddress: bluez.busAddress });
  for (const { address, name, characteristics } of peripherals) {
    const connecting = central.connect({ address }, { signal: NEVER });
    await using connection = await within(name, connecting);
    assert.equal(connection.name, name);
    assert.deepEqual(
      connection.characteristics.map(({ uuid, service, properties }) => ({
        uuid,
        service,
        properties,
      })),
      characteristics.map(({ uuid, service, properties }) => ({
        uuid,
        service,
        properties,
      })),
    );
    for (const { uuid, value, properties } of characteristics) {
      if (!(value instanceof Uint8Array)) continue;
      assert(properties.includes("read"), uuid);
      assert.deepEqual(await connection.read(uuid), value);
    }
  }
});
