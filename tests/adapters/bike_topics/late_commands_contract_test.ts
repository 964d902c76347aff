import assert from "node:assert/strict";
import { startLog } from "#lib/base/logger.ts";
import { contract } from "../../lib/mqtt/contract.ts";
import { settled } from "../../support/inbox.ts";
import { within } from "../../support/within.ts";
import { Ride } from "./ride.ts";

const idle = { repeatMs: 1e9 };

contract(
  "serveBikeTopics does not carry out a command whose sender has given up, and says so",
  async (context) => {
    await using ride = await Ride.start(context, { idle });
    const topic = "bike/000001/incline/control";
    const send = (deadlineMs: number) =>
      ride.app.publish(topic, "6", {
        properties: { userProperties: { "apigear-deadline": `${deadlineMs}` } },
      });
    await send(ride.clock.now() - 1);
    const { error } = await ride.nextJson("incline/status");
    assert.deepEqual(error, {
      code: "expired",
      message:
        'Cannot set "inclinePercent": its caller has given up, send it again if it still holds',
      received: "6",
    });
    assert.deepEqual(ride.incline.values, []);
    await send(ride.clock.now() + 1000);
    await ride.next("incline/report");
    assert.deepEqual(ride.incline.values, [6]);
  },
  { versions: ["5"] },
);

contract(
  "serveBikeTopics carries out once what the broker sends again after a cut",
  async (context) => {
    await using wire = context.kind.makeWire(context.broker);
    await using ride = await Ride.start(context, {
      idle,
      connect: { url: wire.url },
    });
    const id = '{"incline": 6, "id": "one"}';
    await ride.send("incline/control", id);
    await ride.next("incline/report");
    const back = ride.endpoint.onConnected.next();
    wire.cut();
    await within("the connection", back);
    await ride.send("incline/control", id);
    await settled(ride.app, ride.endpoint);
    await ride.clock.advance(1000);
    assert.deepEqual(ride.incline.values, [6]);
  },
);

contract(
  "serveBikeTopics logs each command and each refusal with its topic and its outcome",
  async (context) => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    await using _log = await startLog({ level: "info", write });
    await using ride = await Ride.start(context, { idle });
    await ride.send("incline/control", "6");
    await ride.next("incline/report");
    await ride.send("incline/control", "99");
    await ride.next("incline/status");
    const refusals = lines.filter((line) => line.includes("incline/control"));
    assert.deepEqual(refusals, [
      "info topics: inclinePercent 6, asked for on bike/000001/incline/control: set to 6\n",
      'info topics: Refused a command on bike/000001/incline/control, out_of_range: Cannot set "inclinePercent" to 99: it may go from -10 to 19\n',
    ]);
  },
);
