/**
 * A whole ride as a process with the permissions of the task: real drivers, the
 * real BLE backend, a real bus, a fake BlueZ with simulated devices, and a real
 * broker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import { FakeBluez } from "../fakes/bluez/fake_bluez.ts";
import { BikeFollower, valueOf } from "../support/bike_follower.ts";
import { startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

const REQUIRES = { programs: ["mosquitto", "dbus-daemon"] };
const BIKE = "000043";
/** The drivers, and how the names of their devices begin. */
const DEVICES: Readonly<Record<string, string>> = {
  "heart-rate": "TICKR",
  trainer: "KICKR",
  climb: "KICKR",
  fan: "HEADWIND",
  cadence: "RPM",
};
const DRIVERS = Object.keys(DEVICES);

/** Everything that a ride needs, and somebody who follows it. */
async function ride(keep: AsyncDisposableStack) {
  const { central } = keep.use(simulatedRide({ speedUp: 5 }));
  const bluez = keep.use(
    await FakeBluez.start({
      peripherals: central.peripherals,
      adapters: ["hci0", "hci1"],
    }),
  );
  const broker = keep.use(await Mosquitto.start());
  const follower = new BikeFollower(BIKE);
  keep.use(follower.endpoint);
  await follower.connect(broker.url);
  const { host } = new URL(broker.url);
  const program = keep.use(
    startProgram([
      ...["driver", ...DRIVERS, "--broker", host, "--bike", BIKE],
      ...["--log-level", "error"],
    ], { env: { DBUS_SYSTEM_BUS_ADDRESS: bluez.busAddress } }),
  );
  const statesOf = (device: string) =>
    follower.on(`devices/${device}/status`).map((text): unknown =>
      JSON.parse(text).state
    );
  /** Does something, and waits until devices are offline and online again. */
  const recover = async (
    devices: readonly string[],
    act: () => Promise<void> | void,
  ) => {
    const before = devices.map((device) => statesOf(device).length);
    await act();
    for (const [at, device] of devices.entries()) {
      await follower.seen(`devices/${device}/status`, () => {
        const states = statesOf(device).slice(before[at]);
        return states.includes("offline") &&
          states.lastIndexOf("online") > states.indexOf("offline");
      });
    }
  };
  const rides = async () => {
    for (const device of DRIVERS) {
      const isOnline = () => statesOf(device).at(-1) === "online";
      await follower.seen(`devices/${device}/status`, isOnline);
    }
    for (const metric of ["speed", "cadence", "power", "heartrate"]) {
      await follower.seen(
        `${metric}/report`,
        (text) => Number(valueOf(text)) > 0,
      );
    }
  };
  await within("the ride", rides());
  return { bluez, follower, program, recover };
}

testWith(
  REQUIRES,
  "a ride over BlueZ reports, obeys, and ends in order",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { bluez, follower, program } = await ride(keep);
    await follower.command("incline", '{"incline": 6}');
    await follower.seen("incline/report", (text) => valueOf(text) === 6);
    await follower.command("fan", "60");
    await follower.seen("fan/report", (text) => valueOf(text) === 60);
    await follower.command("resistance", "24");
    await follower.seen("resistance/report", (text) => valueOf(text) === 24);
    program.kill("SIGTERM");
    const { code, error } = await within("the end of the ride", program.result);
    assert.deepEqual([code, error], [0, ""]);
    assert(!bluez.device("TICKR").isConnected);
  },
);

testWith(
  REQUIRES,
  "a ride goes on over drop-outs, sleep, and a radio that is pulled out",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { bluez, follower, program, recover } = await ride(keep);
    await recover(["trainer", "climb"], () => bluez.device("KICKR").drop());
    // A device that came back may be on the other radio.
    const lost = Object.entries(DEVICES).filter(([, name]) =>
      bluez.adapter("hci0").device(bluez.device(name))?.isConnected
    );
    const drivers = new Set(["heart-rate", ...lost.map(([driver]) => driver)]);
    await recover([...drivers], () => {
      bluez.device("TICKR").sleep();
      bluez.removeAdapter("hci0");
      bluez.device("TICKR").wake();
    });
    await follower.command("incline", '{"incline": -5}');
    await follower.seen("incline/report", (text) => valueOf(text) === -5);
    program.kill("SIGTERM");
    assert.equal((await within("the end", program.result)).code, 0);
  },
);

testWith(
  REQUIRES,
  "a ride goes on when bluetoothd, and then the bus, is killed and started again",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { bluez, follower, program, recover } = await ride(keep);
    await recover(DRIVERS, () => bluez.restart());
    await recover(DRIVERS, () => bluez.restartBus());
    await follower.command("fan", "40");
    await follower.seen("fan/report", (text) => valueOf(text) === 40);
    program.kill("SIGTERM");
    assert.equal((await within("the end", program.result)).code, 0);
  },
);
