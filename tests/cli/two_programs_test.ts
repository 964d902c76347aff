/**
 * Two programs of one bike id, over a real broker: their connections have the
 * same client ids, so that each takes the other's over.
 *
 * @module
 */
import assert from "node:assert/strict";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { type ProgramProcess, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing } from "../support/requires.ts";
import { within } from "../support/within.ts";

/** Time between two commands, in milliseconds. */
const EVERY_MS = 20;

/** What both must report. */
const REPORTS = [
  /Another program shows the bike of bike\/7/,
  /another client uses the client id .{0,2}smartbike-driver-7/,
  /another client uses the client id .{0,2}smartbike-object-7/,
];

/** The values that a program has set on command; no two commands ask for the same. */
function carriedOut(log: string): readonly string[] {
  return Array.from(
    log.matchAll(/resistancePercent ([\d.]+), asked for/g),
    ([, value = ""]) => value,
  );
}

async function end(program: ProgramProcess): Promise<string> {
  program.kill("SIGTERM");
  return (await within("the end", program.result)).error;
}

needing("mosquitto")(
  "of two programs of one bike id one only carries a command out, and both report the other one",
  async () => {
    await using broker = await Mosquitto.start();
    const args = ["driver", "simulated", "--bike", "7", "--broker", broker.url];
    await using first = startProgram(args);
    await within("the bike", first.seen(/Bike 7 on/));
    await using second = startProgram(args);
    const seen = REPORTS.flatMap((pattern) =>
      [first, second].map((program) => program.seen(pattern))
    );
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect(broker.url);
    let count = 0;
    const timer = setInterval(() => {
      const resistance = ++count / 100;
      void endpoint.publish(
        "bike/7/resistance/control",
        JSON.stringify({ resistance }),
      );
    }, EVERY_MS);
    try {
      await within("the reports", Promise.all(seen));
    } finally {
      clearInterval(timer);
    }
    const done = [await end(first), await end(second)].flatMap(carriedOut);
    assert.ok(done.length > 0);
    assert.equal(new Set(done).size, done.length);
  },
);
