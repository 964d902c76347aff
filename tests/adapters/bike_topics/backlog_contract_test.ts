import assert from "node:assert/strict";
import {
  contract,
  type ContractContext,
  type Wire,
} from "../../lib/mqtt/contract.ts";
import { within } from "../../support/within.ts";
import { Ride } from "./ride.ts";

/** A bike whose wire can be cut while the broker keeps its session. */
async function wired(
  context: ContractContext,
  fn: (ride: Ride, wire: Wire) => Promise<void>,
): Promise<void> {
  await using wire = context.kind.makeWire(context.broker);
  await using ride = await Ride.start(context, {
    connect: { url: wire.url },
    idle: { repeatMs: 1e9 },
    hasLinkClock: true,
  });
  await fn(ride, wire);
}

/** Cuts the wire, lets something happen meanwhile, and mends it. */
async function during(
  ride: Ride,
  wire: Wire,
  fn: () => Promise<void>,
): Promise<void> {
  const lost = ride.endpoint.onDisconnected.next();
  wire.hold();
  await within("the loss", lost);
  await fn();
  const back = ride.endpoint.onConnected.next();
  wire.mend();
  await within("the connection", back);
}

contract(
  "serveBikeTopics does not carry out commands that the broker kept for more than five seconds, and says so",
  (context) =>
    wired(context, async (ride, wire) => {
      await during(ride, wire, async () => {
        // More than a broker sends before it waits for acknowledgements.
        for (let command = 0; command < 60; command++) {
          await ride.send("incline/control", "8");
        }
        await ride.clock.advance(5001);
      });
      if (context.version === "5") {
        for (let command = 0; command < 60; command++) {
          const { error } = await ride.nextJson("incline/status");
          assert.deepEqual(error, {
            code: "expired",
            message:
              'Cannot set "inclinePercent": the command may have waited for more than 5000 ms on its way, send it again if it still holds',
            received: "8",
          });
        }
      }
      await ride.settle();
      assert.deepEqual(ride.incline.values, []);
      await ride.send("incline/control", "6");
      assert.match(await ride.next("incline/report"), /"value": 6\.0/);
      assert.deepEqual(ride.incline.values, [6]);
    }),
);

contract(
  "serveBikeTopics carries out a command that the broker kept over a short cut",
  (context) =>
    wired(context, async (ride, wire) => {
      await during(ride, wire, async () => {
        await ride.send("incline/control", "8");
        await ride.clock.advance(4999);
      });
      assert.match(await ride.next("incline/report"), /"value": 8\.0/);
    }),
  { versions: ["5"] },
);

contract(
  "serveBikeTopics reports the newest of each value when the broker is back, and nothing that is over",
  (context) =>
    wired(context, async (ride, wire) => {
      const { clock, trainer } = ride;
      trainer.report({ speedMetersPerSecond: 1, cadenceRpm: 70 });
      await ride.rest();
      await during(ride, wire, async () => {
        for (let power = 100; power <= 200; power++) {
          trainer.report({ powerWatts: power, speedMetersPerSecond: 2 });
          trainer.reportButton("LEFT", true);
          trainer.reportButton("LEFT", false);
          trainer.reportSensor({ sensor: "reps", value: power, unitName: "" });
          await clock.advance(100);
        }
      });
      const numbers = (await ride.rest())
        .filter(([topic]) => !/^status$|^devices/.test(topic))
        .map(([topic, text]) => {
          const { value, state } = JSON.parse(text);
          return `${topic} ${state ?? value}`;
        });
      assert.deepEqual(numbers.toSorted(), [
        "button/report 0",
        "cadence 0",
        "cadence/status stale",
        "power 200",
        "power/report 200",
        "reps/report 200",
        "speed 2",
        "speed/report 2",
      ]);
    }),
);
