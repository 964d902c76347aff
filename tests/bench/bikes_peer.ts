/**
 * Many simulated bikes in one process. `PROGRAM BROKER COUNT` prints `ready`
 * when all of them are on the broker.
 *
 * @module
 */
import { bikeAdapters } from "#adapters/bike_adapters.ts";
import { DRIVERS } from "#drivers/all.ts";
import { runBike } from "#lib/app/run_bike.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";

const [broker = "", count = "1"] = Deno.args;

const NAMES = new Set(["heart-rate", "trainer", "climb", "fan"]);
const drivers = DRIVERS.filter(({ name }) => NAMES.has(name))
  .map((definition) => ({ definition }));

/** Runs a bike for as long as the process. */
function run(number: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { central: ble, clock } = simulatedRide({ seed: number });
  void runBike(
    {
      broker: { broker, connect: {} },
      topics: { bikeId: `${number}` },
      objectId: `bike/${number}`,
      drivers,
    },
    {
      adapters: bikeAdapters,
      hardware: { ...absentHardware("a benchmark has none"), ble },
      clock,
    },
    new AbortController().signal,
    () => resolve(),
  );
  return promise;
}

await Promise.all(
  Array.from({ length: Number(count) }, (_, at) => run(at + 1)),
);
await Deno.stdout.write(new TextEncoder().encode("ready\n"));
