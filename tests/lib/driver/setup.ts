/**
 * What tests of the host start from.
 *
 * @module
 */
import { Bike } from "#lib/bike/bike.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A host without hardware, whose waits are not shortened at random. */
export function setUp() {
  const clock = new FakeClock();
  const bike = new Bike({ clock });
  const host = new DriverHost({
    bike,
    hardware: absentHardware("this is a test"),
    clock,
    backoff: { random: () => 0 },
  });
  return { clock, bike, host };
}

/** A driver that does what a test says. */
export function driverOf(
  run: DriverDefinition["run"],
  definition: Partial<DriverDefinition> = {},
): DriverDefinition {
  return {
    name: "thing",
    summary: "a thing",
    transport: "ble",
    options: [],
    run,
    ...definition,
  };
}

/** Resolves when a driver must stop. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
