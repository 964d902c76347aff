import assert from "node:assert/strict";
import { contract, type ContractContext } from "../../lib/mqtt/contract.ts";
import { Ride } from "./ride.ts";

/** Shows the same bike over another connection, as a second program does. */
async function second(context: ContractContext): Promise<Ride> {
  const create = () => context.create({ clientId: "second program" });
  const deviceName = "other";
  return await Ride.start({ ...context, create }, { deviceName });
}

contract(
  "of two programs that show one bike the newer one carries commands out, and the older one again once that has ended",
  async (context) => {
    await using first = await Ride.start(context);
    const other = await second(context);
    await first.send("fan/control", "20");
    await first.next("fan/report");
    await first.settle();
    assert.deepEqual([first.fanSpeed.values, other.fanSpeed.values], [[], [
      20,
    ]]);
    await other[Symbol.asyncDispose]();
    await first.settle();
    await first.send("fan/control", "30");
    await first.next("fan/report");
    assert.deepEqual(first.fanSpeed.values, [30]);
  },
);

contract(
  "a bike goes on to take commands though somebody publishes that it is online",
  async (context) => {
    await using ride = await Ride.start(context);
    await ride.send("status", '{"state": "online"}');
    await ride.settle();
    await ride.send("fan/control", "40");
    await ride.next("fan/report");
    assert.deepEqual(ride.fanSpeed.values, [40]);
  },
);
