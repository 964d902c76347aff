/**
 * Bikes, a dashboard, a terminal and Home Assistant's topics as processes of
 * their own, over mosquitto.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BikeFollower } from "../support/bike_follower.ts";
import {
  type ProgramProcess,
  runProgram,
  startProgram,
} from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";
import { checkDiscovery } from "../adapters/home_assistant/home_rules.ts";
import { EventReader } from "../lib/dashboard/event_reader.ts";

const NEEDS = { programs: ["mosquitto"] };

/** Starts a bike that rides by itself, and waits until it is on the broker. */
async function startBike(
  broker: string,
  ...args: readonly string[]
): Promise<ProgramProcess> {
  const options = ["--bike", "000001", "--broker", broker, "--without-record"];
  const bike = startProgram(["driver", "simulated", ...options, ...args]);
  await bike.seen(/Bike 000001/);
  return bike;
}

/** Starts a dashboard on a free port. */
async function startDashboard(broker: string, ...args: readonly string[]) {
  const listen = ["--listen", "127.0.0.1:0"];
  const process = startProgram([
    "dashboard",
    ...["--broker", broker],
    ...listen,
    ...args,
  ]);
  await process.seen(/Dashboard on \S+\n/);
  const url = /Dashboard on (\S+)/.exec(process.out)?.[1] ?? "";
  return { process, url };
}

testWith(
  NEEDS,
  "a dashboard shows a bike of another process, its death and its return, and commands it",
  async () => {
    await using broker = await Mosquitto.start();
    const first = await startBike(broker.url);
    const { process, url } = await startDashboard(broker.url);
    await using _dashboard = process;
    await using events = await EventReader.open(
      new URL("/api/bikes/000001/events", url),
    );
    const shows = (pattern: RegExp) =>
      events.next("bike", ({ data }) => pattern.test(JSON.stringify(data)));
    await shows(/"powerWatts":\{"state":"live","value":\d+/);
    await shows(/"name":"inclinePercent"[^}]*"isAvailable":true/);
    const answer = await fetch(
      new URL("/api/bikes/000001/controls/inclinePercent", url),
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"value": 4}',
      },
    );
    assert.deepEqual(await answer.json(), { value: 4 });
    first.kill("SIGKILL");
    await shows(
      /"presence":"offline".*"powerWatts":\{"state":"gone","value":null/,
    );
    await first[Symbol.asyncDispose]();
    await using _second = await startBike(broker.url);
    await shows(/"presence":"online".*"powerWatts":\{"state":"live"/);
  },
);

testWith(
  NEEDS,
  "where others reach it a dashboard needs a token, which stands in no log",
  async () => {
    const { code, error } = await runProgram([
      "dashboard",
      ...["--listen", "0.0.0.0:0", "--broker", "127.0.0.1:1"],
    ]);
    assert.notEqual(code, 0);
    assert.match(
      error,
      /Cannot show the dashboard on "0\.0\.0\.0".*--token-file/,
    );
    const token = "correct-horse-battery";
    await using broker = await Mosquitto.start();
    const file = await Deno.makeTempFile({ prefix: "smartbike-" });
    await Deno.writeTextFile(file, `${token}\n`);
    const { process, url } = await startDashboard(
      broker.url,
      ...["--token-file", file, "--log-level", "debug"],
    );
    const ask = async (authorization: string) => {
      const response = await fetch(new URL("/api/bikes", url), {
        headers: { authorization },
      });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await ask("Bearer wrong"), 401);
    assert.equal(await ask(`Bearer ${token}`), 200);
    process.kill("SIGTERM");
    const ended = await process.result;
    await Deno.remove(file);
    assert.equal(ended.code, 0);
    assert.ok(!`${ended.out}${ended.error}`.includes(token));
  },
);

testWith(
  NEEDS,
  "watch prints a line a second where there is no terminal, or JSON, and ends by itself",
  async () => {
    await using broker = await Mosquitto.start();
    await using _bike = await startBike(broker.url);
    const args = ["watch", "--broker", broker.url, "--bike", "000001"];
    const lines = await runProgram([...args, "--count", "2"]);
    assert.equal(lines.code, 0);
    assert.match(
      lines.out,
      /^bike 000001 {2}power .*\nbike 000001 {2}power .*\n$/,
    );
    assert.doesNotMatch(lines.out.replaceAll("\n", ""), /\p{Cc}/u);
    const json = await runProgram([...args, "--json", "--count", "1"]);
    assert.equal(JSON.parse(json.out).id, "000001");
  },
);

testWith(
  NEEDS,
  "Home Assistant's announcements survive a kill, say that the bike is gone, and are removed without the option",
  async () => {
    await using broker = await Mosquitto.start();
    const follower = new BikeFollower("000001");
    await follower.connect(broker.url);
    await using home = follower.endpoint;
    const configs = new Map<string, string>();
    let wake = () => {};
    await home.subscribe(
      "homeassistant/device/+/config",
      ({ topic, payload }) => {
        configs.set(topic, new TextDecoder().decode(payload));
        wake();
      },
    ).ready;
    const until = async (what: string, fits: () => boolean) => {
      const wait = async () => {
        while (!fits()) await new Promise<void>((resolve) => wake = resolve);
      };
      await within(what, wait());
    };
    const first = await startBike(broker.url, "--home-assistant");
    await until("four devices and the bike", () => configs.size >= 5);
    for (const [topic, text] of configs) {
      assert.deepEqual(checkDiscovery(topic, text), []);
    }
    await follower.seen("home/state", (text) => /"power":\d/.test(text));
    first.kill("SIGKILL");
    await follower.seen("status", (text) => text.includes('"offline"'));
    await first[Symbol.asyncDispose]();
    assert.ok([...configs.values()].every((text) => text !== ""));
    await using _second = await startBike(broker.url);
    await until(
      "their removal",
      () => [...configs.values()].every((text) => text === ""),
    );
  },
);
