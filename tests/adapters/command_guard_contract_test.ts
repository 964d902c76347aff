/**
 * Commands that come late or twice, on every way besides the bike's own topics.
 *
 * @module
 */
import assert from "node:assert/strict";
import { serveBikePanel } from "#adapters/bike_panel/serve.ts";
import { stringifyPresence } from "#adapters/bike_topics/presence.ts";
import { serveHomeAssistant } from "#adapters/home_assistant/serve.ts";
import { serveGears } from "#adapters/workout_topics/gear_topics.ts";
import { serveWorkouts } from "#adapters/workout_topics/serve.ts";
import {
  contract,
  type ContractContext,
  type Wire,
} from "../lib/mqtt/contract.ts";
import { within } from "../support/within.ts";
import { Ride } from "./bike_topics/ride.ts";

/** The id of the bike on every ride. */
const bikeId = "000001";

/** A command of each way, and what it does. */
const COMMANDS = [
  [
    "panel/control",
    '{"id": "1", "command": "set", "control": "inclinePercent", "value": 8}',
    "incline 8",
  ],
  ["home/incline/set", "8", "incline 8"],
  ["gear/control", "up", "gear"],
] as const;

/** A bike with all of these ways. */
async function start(context: ContractContext, url: string) {
  const keep = new AsyncDisposableStack();
  const ride = keep.use(
    await Ride.start(context, {
      connect: { url },
      idle: { repeatMs: 1e9 },
      hasLinkClock: true,
    }),
  );
  const { bike, endpoint, clock } = ride;
  const options = { bikeId, clock };
  const gears = { ...options, up: "RIGHT", down: "LEFT" };
  const home = { ...options, version: "1.0.0", url: undefined };
  const shown = [
    keep.use(serveBikePanel(bike, endpoint, options)),
    keep.use(serveHomeAssistant(bike, endpoint, home)),
    keep.use(serveGears(bike, endpoint, gears)),
    keep.use(serveWorkouts(bike, endpoint, options)),
  ];
  await Promise.all(shown.map(({ ready }) => ready));
  const rest = await ride.rest();
  const first = rest.find(([topic]) => topic === "gear/report")?.[1];
  return { ride, first, [Symbol.asyncDispose]: () => keep.disposeAsync() };
}

type Bench = Awaited<ReturnType<typeof start>>;

/** What was done since the last time: values of the incline, and another gear. */
async function done({ ride, first }: Bench): Promise<readonly string[]> {
  const shifts = (await ride.rest()).filter(([topic, text]) =>
    topic === "gear/report" && text !== first
  );
  const inclines = ride.incline.values.splice(0)
    .map((value) => `incline ${value}`);
  return [...inclines, ...shifts.map(() => "gear")];
}

/** Sends a command while the bike is away for more than five seconds. */
async function sendLate(
  ride: Ride,
  wire: Wire,
  [topic, payload]: readonly [topic: string, payload: string],
): Promise<void> {
  const lost = ride.endpoint.onDisconnected.next();
  wire.hold();
  await within("the loss", lost);
  await ride.send(topic, payload);
  await ride.clock.advance(5001);
  const back = ride.endpoint.onConnected.next();
  wire.mend();
  await within("the connection", back);
}

for (const [topic, payload, effect] of COMMANDS) {
  contract(
    `a command on ${topic} that the broker kept for more than five seconds is not carried out, one that comes in time is`,
    async (context) => {
      await using wire = context.kind.makeWire(context.broker);
      await using bench = await start(context, wire.url);
      await sendLate(bench.ride, wire, [topic, payload]);
      const late = await done(bench);
      await bench.ride.send(topic, payload.replace('"1"', '"2"'));
      assert.deepEqual([late, await done(bench)], [[], [effect]]);
    },
    { versions: ["5"] },
  );
}

contract(
  "a command of the panel that comes twice is carried out once",
  async (context) => {
    await using bench = await start(context, context.broker.url);
    const { ride } = bench;
    const [[topic, payload]] = COMMANDS;
    await ride.send(topic, payload);
    await ride.send(topic, payload);
    assert.deepEqual(await done(bench), ["incline 8"]);
  },
);

contract(
  "commands are left to another program that shows the same bike, whatever way they take",
  async (context) => {
    await using bench = await start(context, context.broker.url);
    const { ride } = bench;
    const announcement = stringifyPresence({
      state: "online",
      deviceName: "other",
      timeMs: ride.clock.now(),
      connection: 1,
    });
    await ride.send("status", announcement);
    await ride.settle();
    for (const [topic, payload] of COMMANDS) await ride.send(topic, payload);
    assert.deepEqual(await done(bench), []);
  },
);

contract(
  "a workout that the broker kept for more than five seconds is not ridden, and its sender learns why",
  async (context) => {
    await using wire = context.kind.makeWire(context.broker);
    await using bench = await start(context, wire.url);
    await sendLate(bench.ride, wire, ["workout/control", "ramped"]);
    const refused = (await bench.ride.rest()).filter(([topic, text]) =>
      topic.startsWith("workout/") && text.includes('"expired"')
    );
    assert.equal(refused.length, 1);
  },
  { versions: ["5"] },
);
