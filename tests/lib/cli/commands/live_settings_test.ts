/**
 * Settings that change while `smartbike start` runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { valueOf } from "../../../support/bike_follower.ts";
import { Inbox } from "../../../support/inbox.ts";
import { BIKE, StartedBike } from "../started_bike.ts";

const DEVICES = `devices:
  - driver: heart-rate
  - driver: trainer
  - driver: fan
  - driver: climb
`;

/** A workout at half of the rider's FTP, as it is sent. */
const HALF_OF_FTP = {
  command: "run",
  file: "half.mrc",
  content: btoa(`[COURSE HEADER]
MINUTES PERCENT
[END COURSE HEADER]
[COURSE DATA]
0 50
10 50
[END COURSE DATA]
`),
};

/** A bike whose devices are there. */
async function started(text = "") {
  const bike = await new StartedBike(`${DEVICES}${text}`).start();
  for (const device of ["heart-rate", "trainer", "fan", "climb"]) {
    await bike.follower.seen(
      `devices/${device}/status`,
      (text) => text.includes("online"),
    );
  }
  return bike;
}

Deno.test("SIGHUP changes how old a value may become", async () => {
  await using bike = await started();
  await bike.reload(
    `${DEVICES}staleAfterMs: { heartRate: 1 }`,
    /changed: staleAfterMs\.heartRate\n/,
  );
  await bike.follower.seen(
    "heartrate/status",
    (text) => text.includes('"stale"'),
  );
});

Deno.test("SIGHUP changes how the commands of a channel are paced", async () => {
  await using bike = await started("pace: { fan: { minIntervalMs: 3600000 } }");
  const { follower } = bike;
  await follower.command("fan", "10");
  await follower.seen("fan/report", (text) => valueOf(text) === 10);
  await follower.command("fan", "20");
  await bike.reload(DEVICES, /changed: pace\.fan\.minIntervalMs\n/);
  await follower.seen("fan/report", (text) => valueOf(text) === 20);
});

Deno.test("SIGHUP changes what the fan follows, and lets it rest", async () => {
  await using bike = await started();
  const { follower } = bike;
  await bike.reload(
    `${DEVICES}loops: { fan: { source: power, from: 1, to: 2 } }`,
    /changed: loops\.fan\.source, loops\.fan\.from, loops\.fan\.to\n/,
  );
  await follower.seen("fan/report", (text) => Number(valueOf(text)) > 0);
  const before = follower.on("fan/report").length;
  await bike.reload(DEVICES, /changed: loops\.fan\.source/);
  await follower.seen(
    "fan/report",
    () =>
      follower.on("fan/report").slice(before).some((text) =>
        valueOf(text) === 0
      ),
  );
});

Deno.test("SIGHUP gives a bike virtual gears", async () => {
  await using bike = await started();
  const { follower } = bike;
  await bike.reload(`${DEVICES}gears: { enabled: true }`, /changed: gears\.en/);
  await follower.seen("gear/report", (text) => JSON.parse(text).value > 0);
  const gear = Number(valueOf(follower.on("gear/report").at(-1) ?? ""));
  await follower.command("gear", "up");
  await follower.seen("gear/report", (text) => valueOf(text) === gear + 1);
});

Deno.test("SIGHUP shows a bike in Home Assistant, and removes it there", async () => {
  await using bike = await started();
  const inbox = new Inbox();
  const { endpoint } = bike.follower;
  await endpoint.subscribe("homeassistant/device/+/config", inbox.handler)
    .ready;
  await bike.reload(
    `${DEVICES}homeAssistant: { enabled: true }`,
    /changed: homeAssistant\.enabled\n/,
  );
  const announced = 5; // The bike and its devices.
  await inbox.received(announced);
  assert.ok(inbox.texts.every((text) => text.includes(BIKE)));
  await bike.reload(DEVICES, /changed: homeAssistant\.enabled\n/);
  await inbox.received(2 * announced);
  assert.deepEqual(inbox.texts.slice(announced), Array(announced).fill(""));
});

Deno.test("SIGHUP changes the rider's FTP, for the panel and for workouts that begin later", async () => {
  await using bike = await started("rider: { ftpWatts: 100 }");
  const { follower } = bike;
  await bike.reload(
    `${DEVICES}rider: { ftpWatts: 222 }`,
    /changed: rider\.ftpWatts\n/,
  );
  await follower.seen("panel/status", (text) => text.includes("222"));
  await follower.command("workout", JSON.stringify(HALF_OF_FTP));
  await follower.seen(
    "panel/status",
    (text) => /"targetPowerWatts","state":"live","value":111,/.test(text),
  );
});

Deno.test("SIGHUP has the rides recorded where they were not", async () => {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/rides.db`;
  try {
    await using bike = await started(`rides: { record: false, db: "${db}" }`);
    await bike.reload(
      `${DEVICES}rides: { db: "${db}" }`,
      /changed: rides\.record\n/,
    );
    await bike.follower.seen(
      "ride/report",
      (text) => valueOf(text) === "started",
    );
    assert.equal(await bike.end(), 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
