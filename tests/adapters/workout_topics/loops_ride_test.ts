/**
 * Gears and a fan that follows its rider, on simulated devices and a real
 * broker, with the frames of the devices.
 *
 * @module
 */
import assert from "node:assert/strict";
import { serveGears } from "#adapters/workout_topics/gear_topics.ts";
import { driver as fanDriver } from "#drivers/fan.ts";
import { driver as trainerDriver } from "#drivers/trainer.ts";
import { Bike } from "#lib/bike/bike.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { FanLoop } from "#lib/loops/fan_loop.ts";
import { isRiding } from "#lib/loops/riding.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { recordCentral } from "#lib/simulator/capture/record_central.ts";
import { Headwind } from "#lib/simulator/headwind.ts";
import { Random } from "#lib/simulator/random.ts";
import { Ride } from "#lib/simulator/ride.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { Trainer } from "#lib/simulator/trainer.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { BikeFollower, valueOf } from "../../support/bike_follower.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";

const BIKE = "000001";

const ROAD = {
  gradePercent: 2,
  windSpeedMetersPerSecond: 0,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
};

/** How the characteristics begin that trainers and fans are commanded by. */
const [TRAINER, FAN] = ["00002ad9", "a026e038"];

/** A rider who pedals or rests, a trainer and a fan. */
class Bench implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly bike = new Bike({ clock: this.clock });
  readonly wishes = {
    isPedalling: true,
    next: () => ({ effort: 0.7, isPedalling: this.wishes.isPedalling }),
  };
  readonly trainer: Trainer;
  readonly #lines: string[] = [];
  readonly #stack = new AsyncDisposableStack();

  constructor() {
    const { clock, bike, wishes } = this;
    const random = new Random(1);
    const stack = this.#stack;
    stack.use(bike);
    const ride = stack.use(new Ride({ clock, wishes }));
    const surroundings = { ride, clock, random };
    this.trainer = stack.use(new Trainer(surroundings));
    const fan = stack.use(new Headwind(surroundings));
    const central = stack.use(
      new SimulatedCentral(
        [this.trainer.peripheral, fan.peripheral],
        { clock, connectMs: 300, advertisingIntervalMs: 500 },
      ),
    );
    const ble = recordCentral(central, (line) => this.#lines.push(line), clock);
    const hardware = { ...absentHardware("this is a test"), ble };
    const host = stack.use(new DriverHost({ bike, hardware, clock }));
    host.start({ definition: trainerDriver });
    host.start({ definition: fanDriver });
  }

  /** What was written to a device, in hex, oldest first. */
  writes(start: string): readonly string[] {
    return this.#lines.flatMap((line) => {
      const { dir, char, hex }: { dir?: string; char?: string; hex?: string } =
        JSON.parse(line);
      return dir === "write" && char?.startsWith(start) ? [hex ?? ""] : [];
    });
  }

  /** Lets time pass until something is so. */
  async until(isSo: () => boolean): Promise<void> {
    for (let seconds = 0; !isSo(); seconds++) {
      assert.ok(seconds < 600, "it never is");
      await this.clock.advance(1000);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

testWith(
  { programs: ["mosquitto"] },
  "a gear that was shifted to over MQTT is kept over a lost trainer, which gets it again with its road",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect(broker.url);
    const follower = new BikeFollower(BIKE);
    await using _follower = follower.endpoint;
    await follower.connect(broker.url);
    await using bench = new Bench();
    const { bike, clock, trainer } = bench;
    await using gears = serveGears(bike, endpoint, {
      bikeId: BIKE,
      up: "RIGHT",
      down: "LEFT",
      clock,
    });
    await gears.ready;
    const isConnected = () =>
      bike.devices.some((one) => one.device === "trainer" && one.isConnected);
    await bench.until(isConnected);
    const app = bike.controller("app");
    void app.set("simulation", ROAD);
    await bench.until(() => bench.writes(TRAINER).includes("110000c8002833"));
    await follower.command("gear", "16");
    const report = await follower.seen(
      "gear/report",
      (text) => valueOf(text) === 16,
    );
    assert.equal(report, '{"value":16,"way":"slope"}');
    await clock.advance(1);
    const shifted = "11000090012833";
    assert.equal(bench.writes(TRAINER).at(-1), shifted);
    trainer.peripheral.sleep();
    await bench.until(() => !isConnected());
    const before = bench.writes(TRAINER).length;
    trainer.peripheral.wake();
    await bench.until(isConnected);
    const again = () => bench.writes(TRAINER).slice(before);
    await bench.until(() => again().some((hex) => hex.startsWith("11")));
    assert.deepEqual(
      again().filter((hex) => hex.startsWith("11")).slice(0, 1),
      [shifted],
    );
    assert.equal(valueOf(follower.on("gear/report").at(-1) ?? ""), 16);
  },
);

Deno.test("a fan that follows the power blows while the rider rides, and is off 30 seconds after the last turn", async () => {
  await using bench = new Bench();
  const { bike, clock, wishes } = bench;
  using _loop = new FanLoop(bike, {
    source: "power",
    from: 80,
    to: 300,
    minPercent: 20,
    maxPercent: 100,
    slewPercentPerSecond: 10,
  }, clock);
  await bench.until(() => bench.writes(FAN).length > 5);
  assert.equal(bench.writes(FAN)[0], "0404");
  wishes.isPedalling = false;
  await bench.until(() => !isRiding(bike));
  const isOff = () => bench.writes(FAN).at(-1) === "0200";
  await clock.advance(28_000);
  assert.ok(!isOff(), "it is off too early");
  await clock.advance(5000);
  assert.ok(isOff(), bench.writes(FAN).join(" "));
  assert.equal(bike.holder("fan"), undefined);
});
