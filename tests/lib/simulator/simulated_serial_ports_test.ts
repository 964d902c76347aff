import assert from "node:assert/strict";
import { driver } from "#drivers/gas.ts";
import { Bike } from "#lib/bike/bike.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { gasLineAt, gasMask } from "#lib/simulator/gas_mask.ts";
import { SimulatedSerialPorts } from "#lib/simulator/simulated_serial_ports.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";

Deno.test("the mask breathes in for a third of each five seconds", () => {
  const inflow = [0, 1665, 1666, 4999, 5000].map((timeMs) =>
    /Inflow: (\d+)/.exec(gasLineAt(timeMs))?.[1]
  );
  assert.deepEqual(inflow, ["18000", "18000", "0", "0", "18000"]);
});

Deno.test("the gas driver reads ten lines a second of a simulated mask", async () => {
  const clock = new FakeClock();
  using bike = new Bike({ clock });
  const fields: unknown[] = [];
  bike.onSensorReported.add((reading) =>
    fields.push("fields" in reading && reading.fields)
  );
  await using host = new DriverHost({
    bike,
    hardware: {
      ...absentHardware("this is a test"),
      serial: new SimulatedSerialPorts([gasMask()], clock),
    },
    clock,
  });
  host.start({ definition: driver });
  await clock.advance(5000);
  await settle();
  // The line at 0 ms is dropped: it could have been half a line.
  assert.equal(fields.length, 50);
  assert.deepEqual(fields[0], {
    O2: 210_000,
    CO2: 400,
    Inflow: 18_000,
    Outflow: 0,
  });
  assert.deepEqual(fields[20], {
    O2: 150_000,
    CO2: 52_632,
    Inflow: 0,
    Outflow: 9000,
  });
  host.stop("gas");
  await settle();
  assert.equal(clock.timerCount, 0);
});

Deno.test("a simulated port has one user at a time, and others never come", async () => {
  const clock = new FakeClock();
  const ports = new SimulatedSerialPorts([gasMask()], clock);
  const end = new AbortController();
  const { signal } = end;
  const [info] = await ports.list();
  assert.equal(info?.usbId, "2341:0043");
  {
    await using port = await ports.open({ usbId: "2341:0043" }, { signal });
    await port.write(Uint8Array.of(1));
    assert.deepEqual(port.modemLines(), {});
    await assert.rejects(ports.open({ path: port.path }, { signal }), {
      reason: "denied",
    });
  }
  await using again = await ports.open({}, { signal });
  assert(!again.lost.aborted);
  const never = ports.open({ path: "/dev/ttyACM1" }, { signal });
  end.abort();
  await assert.rejects(never, { name: "AbortError" });
});
