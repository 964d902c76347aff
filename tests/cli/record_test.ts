/**
 * Rides that are recorded by the program as a process.
 *
 * @module
 */
import assert from "node:assert/strict";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";

/** A rider of a made-up bike, on a broker. */
class Rider {
  #second = 0;
  readonly #endpoint: MqttJsEndpoint;
  readonly #startMs: number;

  constructor(endpoint: MqttJsEndpoint) {
    this.#endpoint = endpoint;
    this.#startMs = Date.now() - 3600_000;
  }

  /** Rides for some seconds, which take no time here. */
  async ride(seconds: number, kind: "report" | "history" = "report") {
    for (const end = this.#second + seconds; this.#second < end;) {
      const timestamp = (this.#startMs + this.#second++ * 1000) / 1000;
      for (const [topic, value] of [["power", 200], ["cadence", 90]] as const) {
        await this.#endpoint.publish(
          `bike/000001/${topic}/${kind}`,
          JSON.stringify({ value, timestamp }),
        );
      }
    }
  }
}

/** What is in the store. */
async function read(path: string) {
  await using store = new SqliteRideStore(path);
  const rides = await store.rides();
  const [ride] = rides;
  return {
    count: rides.length,
    samples: ride ? (await store.samples(ride)).length : 0,
  };
}

/** Waits until the store holds so many samples; a reader never disturbs the recorder. */
async function holds(path: string, samples: number): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  const watcher = Deno.watchFs(path.replace(/[^/]+$/, ""));
  signal.addEventListener("abort", () => watcher.close());
  if ((await read(path)).samples >= samples) return watcher.close();
  for await (const _event of watcher) {
    if ((await read(path)).samples >= samples) return watcher.close();
  }
  assert.fail(`the store never held ${samples} samples`);
}

testWith(
  { programs: ["mosquitto"] },
  "a recorder that is killed goes on with the same ride, and loses nothing that was stored",
  async () => {
    await using broker = await Mosquitto.start();
    const folder = await Deno.makeTempDir({ prefix: "smartbike-record-" });
    const path = `${folder}/rides.db`;
    const args = ["record", "--broker", broker.url, "--db", path];
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect(broker.url);
    const rider = new Rider(endpoint);
    {
      await using recorder = startProgram(args);
      await recorder.seen(/Recording all bikes/);
      await rider.ride(30);
      await holds(path, 60);
    }
    assert.deepEqual(await read(path), { count: 1, samples: 60 });
    {
      await using recorder = startProgram(args);
      await recorder.seen(/Recording all bikes/);
      await rider.ride(30);
      await holds(path, 120);
      recorder.kill("SIGTERM");
      assert.equal((await recorder.result).code, 0);
    }
    assert.deepEqual(await read(path), { count: 1, samples: 120 });
    await Deno.remove(folder, { recursive: true });
  },
);

testWith(
  { programs: ["mosquitto"] },
  "two recorders on one store keep each sample once, and the gap of a cut is filled from the history",
  async () => {
    await using broker = await Mosquitto.start();
    const folder = await Deno.makeTempDir({ prefix: "smartbike-record-" });
    const path = `${folder}/rides.db`;
    const args = [
      "record",
      "--bike",
      "000001",
      "--broker",
      broker.url,
      "--db",
      path,
    ];
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect(broker.url);
    const rider = new Rider(endpoint);
    {
      await using one = startProgram(args);
      await using two = startProgram(args);
      await Promise.all([
        one.seen(/Recording 000001/),
        two.seen(/Recording 000001/),
      ]);
      await rider.ride(20);
      await rider.ride(20, "history");
      await rider.ride(20);
      await holds(path, 120);
      for (const recorder of [one, two]) recorder.kill("SIGTERM");
      await Promise.all([one.result, two.result]);
    }
    assert.deepEqual(await read(path), { count: 1, samples: 120 });
    await Deno.remove(folder, { recursive: true });
  },
);

testWith(
  { programs: ["mosquitto"] },
  "a command of one's own runs when a ride has ended, with its id",
  async () => {
    await using broker = await Mosquitto.start();
    const folder = await Deno.makeTempDir({ prefix: "smartbike-record-" });
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect(broker.url);
    {
      await using recorder = startProgram([
        "record",
        "--broker",
        broker.url,
        "--db",
        `${folder}/rides.db`,
        "--on-ride-end",
        `echo "$1" > '${folder}/ended'`,
      ]);
      await recorder.seen(/Recording all bikes/);
      // An hour ago: it is over as soon as it is stored.
      await new Rider(endpoint).ride(5);
      await recorder.seen(/The command for ride \S+ is done/);
    }
    assert.match(
      await Deno.readTextFile(`${folder}/ended`),
      /^000001-\d+T\d+Z\n$/,
    );
    await Deno.remove(folder, { recursive: true });
  },
);
