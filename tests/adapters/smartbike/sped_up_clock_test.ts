import assert from "node:assert/strict";
import { BikeObject } from "#adapters/smartbike/bike.ts";
import { systemClock } from "#lib/base/clock.ts";
import { SpeedUpClock } from "#lib/base/speed_up_clock.ts";
import { Bike as Hub } from "#lib/bike/bike.ts";
import { runServedCall } from "#lib/objectapi/served_call.ts";

Deno.test("a call is carried out within its caller's time on a bike whose clock runs faster", async () => {
  const start = systemClock.now();
  let machineMs = start;
  const clock = new SpeedUpClock(
    { ...systemClock, now: () => machineMs },
    10,
  );
  using hub = new Hub({ clock });
  hub.source("kickr").actuator(
    "resistancePercent",
    (value) => Promise.resolve(value),
  );
  using bike = new BikeObject(hub);
  machineMs = start + 60_000;
  const call = { deadlineMs: systemClock.now() + 5000 };
  assert.equal(
    await runServedCall(call, () => bike.setResistance(30, "me")),
    30,
  );
});
