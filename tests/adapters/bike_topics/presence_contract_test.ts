import assert from "node:assert/strict";
import { stringifyPresence } from "#adapters/bike_topics/presence.ts";
import { startLog } from "#lib/base/logger.ts";
import {
  contract,
  type ContractContext,
  type Wire,
} from "../../lib/mqtt/contract.ts";
import { settled } from "../../support/inbox.ts";
import { within } from "../../support/within.ts";
import { Ride } from "./ride.ts";
import { TopicLog } from "./topic_log.ts";

/** What the broker has kept below the bike, for who comes now. */
async function kept(
  { connected }: ContractContext,
): Promise<Readonly<Record<string, Record<string, unknown>>>> {
  const reader = await connected();
  const log = new TopicLog();
  await reader.subscribe("bike/000001/#", log.handler).ready;
  await settled(reader);
  const messages = log.readAll().map(({ topic, text, retain }) => {
    assert.ok(retain, topic);
    return [topic.replace("bike/000001/", ""), JSON.parse(text)] as const;
  });
  await reader.close();
  return Object.fromEntries(messages);
}

const metadata = { deviceName: "bike000001" };

/** Breaks the bike's connection as a lost radio link would, and waits until it has noticed. */
async function cut(ride: Ride, wire: Wire): Promise<void> {
  const lost = ride.endpoint.onDisconnected.next();
  wire.hold();
  await within("the loss", lost);
}

/** Mends the bike's connection. */
async function mend(ride: Ride, wire: Wire): Promise<void> {
  const back = ride.endpoint.onConnected.next();
  wire.mend();
  await within("the connection", back);
  await ride.settle();
}

contract(
  "serveBikeTopics keeps on the broker that the bike is online, and its devices with battery and signal",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.trainer.reportDevice({ batteryPercent: 71, signalDbm: -60 });
    ride.fan.setConnected(false);
    await ride.settle();
    const timestamp = ride.clock.now() / 1000;
    assert.deepEqual(await kept(context), {
      status: { state: "online", timestamp, connection: 1, metadata },
      "devices/kickr/status": {
        state: "online",
        batteryPercent: 71,
        signalDbm: -60,
        timestamp,
        metadata,
      },
      "devices/headwind/status": {
        state: "offline",
        batteryPercent: null,
        signalDbm: null,
        timestamp,
        metadata,
      },
    });
  },
);

contract(
  "serveBikeTopics lets the broker report that the bike is offline when its connection breaks, and reports that it is back",
  async (context) => {
    await using wire = context.kind.makeWire(context.broker);
    await using ride = await Ride.start(context, {
      connect: { url: wire.url },
    });
    await cut(ride, wire);
    const offline =
      '{"state": "offline", "metadata": {"deviceName": "bike000001"}}';
    assert.equal(await ride.next("status"), offline);
    assert.equal((await kept(context)).status?.state, "offline");
    await mend(ride, wire);
    const { state, connection } = await ride.nextJson("status");
    assert.deepEqual([state, connection], ["online", 2]);
    assert.equal((await kept(context)).status?.state, "online");
  },
);

contract(
  "serveBikeTopics reports at a clean end that the bike is offline, and clears its devices",
  async (context) => {
    await using ride = await Ride.start(context);
    ride.trainer.close();
    await ride.shown[Symbol.asyncDispose]();
    await ride.endpoint.close();
    const timestamp = ride.clock.now() / 1000;
    assert.deepEqual(await kept(context), {
      status: { state: "offline", timestamp, metadata },
    });
    await ride.shown[Symbol.asyncDispose]();
  },
);

contract(
  "serveBikeTopics reports at a clean end that values are reported no more, before the bike is offline",
  async (context) => {
    await using ride = await Ride.start(context);
    for (const speedMetersPerSecond of [8, 9]) {
      ride.trainer.report({ speedMetersPerSecond });
    }
    await ride.shown[Symbol.asyncDispose]();
    const published = (await ride.rest()).filter(([topic]) =>
      !topic.startsWith("devices/")
    ).map(([topic, text]) => {
      const { state, value } = JSON.parse(text);
      return `${topic} ${state ?? value}`;
    });
    assert.deepEqual(published, [
      "speed/report 8",
      "speed 8",
      "speed/status disconnected",
      "speed 0",
      "status offline",
    ]);
  },
);

contract(
  "serveBikeTopics ends without its broker",
  async (context) => {
    await using wire = context.kind.makeWire(context.broker);
    await using ride = await Ride.start(context, {
      connect: { url: wire.url },
    });
    await cut(ride, wire);
    await ride.shown[Symbol.asyncDispose]();
    ride.trainer.report({ powerWatts: 100 });
    assert.equal((await kept(context)).status?.state, "offline");
  },
);

contract(
  "serveBikeTopics reports that the bike is online after an older will, another program or a clearing said otherwise",
  async (context) => {
    await using ride = await Ride.start(context);
    for (const payload of ['{"state": "offline"}', "", "gone", "null", "7"]) {
      await ride.app.publish("bike/000001/status", payload, { retain: true });
      while ((await ride.next("status")) !== payload);
      assert.equal((await ride.nextJson("status")).state, "online", payload);
      await ride.settle();
      assert.equal((await kept(context)).status?.state, "online");
    }
  },
);

contract(
  "two programs that show one bike both say that it is online, and go on when one ends",
  async (context) => {
    await using ride = await Ride.start(context);
    const create = () => context.create({ clientId: "second program" });
    await using other = await Ride.start({ ...context, create }, {
      deviceName: "other",
    });
    await ride.settle();
    assert.equal((await ride.rest()).filter(([t]) => t === "status").length, 1);
    await other.shown[Symbol.asyncDispose]();
    await ride.next("status");
    const last = await ride.nextJson("status");
    assert.deepEqual([last.state, last.metadata], ["online", metadata]);
  },
);

contract(
  "another program that shows the same bike is reported in the log, also where it took the connection over; an older run is not",
  async (context) => {
    const lines: string[] = [];
    await using _log = await startLog({
      level: "warning",
      write: (line) => lines.push(line),
    });
    const others = () => lines.filter((line) => /Another program/.test(line));
    const publish = (deviceName: string) =>
      app.publish(
        "bike/000001/status",
        stringifyPresence({ state: "online", deviceName }),
        { retain: true },
      );
    const app = await context.connected();
    await publish("an older run");
    await using wire = context.kind.makeWire(context.broker);
    await using ride = await Ride.start(context, {
      connect: { url: wire.url },
    });
    await cut(ride, wire);
    await mend(ride, wire);
    assert.deepEqual(others(), []);
    await publish("beside");
    await ride.settle();
    assert.equal(others().length, 1);
    await publish("beside again");
    await ride.settle();
    assert.equal(others().length, 1, "once a minute");
    await ride.clock.advance(60_000);
    await cut(ride, wire);
    await publish("in its place");
    await mend(ride, wire);
    assert.ok(others().length > 1);
  },
);

contract(
  "serveBikeTopics reports that a device went, is back, and is no more",
  async (context) => {
    await using ride = await Ride.start(context);
    const state = async () =>
      (await ride.nextJson("devices/headwind/status")).state;
    ride.fan.setConnected(false);
    assert.equal(await state(), "offline");
    ride.fan.setConnected(true);
    assert.equal(await state(), "online");
    ride.fan.close();
    await ride.settle();
    assert.deepEqual(Object.keys(await kept(context)).toSorted(), [
      "devices/kickr/status",
      "status",
    ]);
  },
);

contract(
  "serveBikeTopics clears a device that was removed while the broker was away",
  async (context) => {
    await using wire = context.kind.makeWire(context.broker);
    await using ride = await Ride.start(context, {
      connect: { url: wire.url },
    });
    await cut(ride, wire);
    ride.fan.close();
    ride.bike.source("strap");
    await mend(ride, wire);
    assert.deepEqual(Object.keys(await kept(context)).toSorted(), [
      "devices/kickr/status",
      "devices/strap/status",
      "status",
    ]);
  },
);

contract(
  "serveBikeTopics clears a device that an earlier program has left behind, and keeps its own",
  async (context) => {
    const earlier = await context.connected();
    const state = '{"state": "online"}';
    for (const device of ["old", "kickr"]) {
      const topic = `bike/000001/devices/${device}/status`;
      await earlier.publish(topic, state, { retain: true });
    }
    const cleared = Promise.withResolvers<void>();
    await earlier.subscribe("bike/000001/devices/old/status", ({ payload }) => {
      if (payload.length === 0) cleared.resolve();
    }).ready;
    await using ride = await Ride.start(context);
    await within("the clearing", cleared.promise);
    await ride.settle();
    assert.deepEqual(Object.keys(await kept(context)).toSorted(), [
      "devices/headwind/status",
      "devices/kickr/status",
      "status",
    ]);
  },
);

contract(
  "serveBikeTopics writes device ids that are not safe in a topic as in a URL",
  async (context) => {
    await using ride = await Ride.start(context);
    for (const id of ["d9:07:e8:1c:db:94", "#", "a/+", "fan\0"]) {
      ride.bike.source(id);
    }
    await ride.settle();
    const devices = Object.keys(await kept(context)).toSorted();
    assert.deepEqual(devices, [
      "devices/%23/status",
      "devices/a%2F%2B/status",
      "devices/d9:07:e8:1c:db:94/status",
      "devices/fan%00/status",
      "devices/headwind/status",
      "devices/kickr/status",
      "status",
    ]);
  },
);

contract(
  "after the broker was restarted during a ride, commands are taken, values reported and all that it keeps is there again",
  async (context) => {
    await using ride = await Ride.start(context);
    const { app, endpoint, trainer } = ride;
    trainer.report({ powerWatts: 200 });
    await ride.next("power/report");
    const back = [endpoint, app].map((one) => one.onConnected.next());
    await context.broker.restart();
    await within("both connections", Promise.all(back));
    await ride.settle();
    assert.deepEqual(Object.keys(await kept(context)).toSorted(), [
      "devices/headwind/status",
      "devices/kickr/status",
      "status",
    ]);
    await ride.rest();
    trainer.report({ powerWatts: 210 });
    assert.match(await ride.next("power/report"), /"value": 210,/);
    await ride.send("resistance/control", '{"resistance": 24}');
    assert.match(await ride.next("resistance/report"), /"value": 24\.0,/);
  },
);

contract(
  "serveBikeTopics shows a bike on an endpoint that is connected already",
  async (context) => {
    const endpoint = await context.connected();
    await using ride = await Ride.start({ ...context, create: () => endpoint });
    assert.equal((await kept(context)).status?.state, "online");
    await ride.send("fan/control", "60");
    assert.match(await ride.next("fan/report"), /"value": 60,/);
  },
);
