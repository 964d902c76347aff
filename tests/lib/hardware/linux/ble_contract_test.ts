import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import { FakeBluez } from "../../../fakes/bluez/fake_bluez.ts";
import { testBleContract } from "../ble_contract.ts";

testBleContract({
  name: "BluezCentral",
  programs: ["dbus-daemon"],
  make: async (peripherals) => {
    const bluez = await FakeBluez.start({
      peripherals,
      timings: { silentMs: 50 },
    });
    const central = new BluezCentral({ busAddress: bluez.busAddress });
    return {
      central,
      [Symbol.asyncDispose]: async () => {
        await central[Symbol.asyncDispose]();
        await bluez[Symbol.asyncDispose]();
      },
    };
  },
});
