import { systemClock } from "#lib/clock.ts";
import { recordCentral } from "#lib/hardware/capture/record_central.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { testBleContract } from "../ble_contract.ts";

testBleContract({
  name: "recordCentral()",
  programs: [],
  make: (peripherals) => {
    const radio = new SimulatedCentral(peripherals, {
      advertisingIntervalMs: 10,
    });
    const central = recordCentral(radio, () => {}, systemClock);
    return Promise.resolve({
      central,
      [Symbol.asyncDispose]: async () => await central[Symbol.asyncDispose](),
    });
  },
});
