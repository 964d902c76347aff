/**
 * A bike that is ridden for days on a clock of its own: the simulated ride with
 * everything that goes wrong there, all its drivers, its topics and its object,
 * an app that uses it, and links that are cut.
 *
 * @module
 */
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { BikeClientAdapter } from "#adapters/smartbike/client_adapter.gen.ts";
import { serveBike } from "#adapters/smartbike/serve.ts";
import { driver as cadence } from "#drivers/cadence.ts";
import { driver as climb } from "#drivers/climb.ts";
import { driver as fan } from "#drivers/fan.ts";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { Bike } from "#lib/bike/bike.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { InMemoryBroker } from "#lib/mqtt/in_memory_broker.ts";
import { InMemoryEndpoint } from "#lib/mqtt/in_memory_endpoint.ts";
import { Client, Service } from "#lib/objectapi/mod.ts";
import { parseFaults } from "#lib/simulator/faults.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

const DRIVERS = [heartRate, trainer, climb, fan, cadence];

/** Time between two commands of the app, in milliseconds. */
const COMMAND_EVERY_MS = 60_000;

/** Time between two cuts of the links, in milliseconds. */
const CUT_EVERY_MS = 600_000;

/** What happened so far. */
export interface SoakCounts {
  /** Reports that came on the topics. */
  reports: number;
  /** Commands of the app that were carried out. */
  done: number;
  /** Commands of the app that failed, as while its device was away. */
  failed: number;
  /** Times that the links were cut. */
  cuts: number;
}

/** A bike that is ridden until it is disposed. */
export interface SoakWorld extends AsyncDisposable {
  /** Its time. */
  readonly clock: FakeClock;
  /** What happened so far. */
  readonly counts: SoakCounts;
}

/**
 * Starts to ride.
 *
 * @returns The world.
 */
export async function startSoak(): Promise<SoakWorld> {
  const stack = new AsyncDisposableStack();
  const clock = new FakeClock();
  const ride = stack.use(simulatedRide({ clock, faults: parseFaults("all") }));
  const broker = stack.use(new InMemoryBroker({ clock }));
  const wire = stack.use(broker.wire());
  const bike = stack.use(new Bike({ clock }));
  const hardware = { ...absentHardware("this is a soak"), ble: ride.central };
  const host = stack.use(new DriverHost({ bike, hardware, clock }));
  for (const definition of DRIVERS) host.start({ definition });
  const endpointOf = (clientId: string) =>
    stack.use(new InMemoryEndpoint({ clientId, clock }));
  const topics = endpointOf("topics");
  const linkClock = clock;
  stack.use(serveBikeTopics(bike, topics, { bikeId: "1", clock, linkClock }));
  // Deadlines of calls are times of the machine.
  const service = stack.use(
    new Service("object", { endpoint: endpointOf("object") }),
  );
  stack.use(serveBike(bike, service));
  const client = stack.use(
    new Client("app", { endpoint: endpointOf("app") }),
  );
  const app = stack.use(new BikeClientAdapter(client, { timeoutMs: 6000 }));
  const counts: SoakCounts = { reports: 0, done: 0, failed: 0, cuts: 0 };
  client.endpoint.subscribe("bike/1/+/report", () => counts.reports++);
  const connected = Promise.all([
    topics.connect(wire.url),
    service.connect(wire.url),
    client.connect(wire.url),
  ]);
  await clock.advance(1000);
  await connected;
  every(clock, COMMAND_EVERY_MS, () => {
    const percent = 10 + counts.done % 5;
    app.setResistance(percent, "me").then(
      () => counts.done++,
      () => counts.failed++,
    );
  });
  every(clock, CUT_EVERY_MS, () => {
    counts.cuts++;
    wire.cut();
  });
  return { clock, counts, [Symbol.asyncDispose]: () => end(stack, clock) };
}

function every(clock: FakeClock, ms: number, work: () => void): void {
  clock.setTimeout(() => {
    work();
    every(clock, ms, work);
  }, ms);
}

/** Some of it ends only with time. */
async function end(
  stack: AsyncDisposableStack,
  clock: FakeClock,
): Promise<void> {
  let isOver = false;
  const ending = stack.disposeAsync().finally(() => isOver = true);
  while (!isOver) await clock.advance(100);
  await ending;
}
