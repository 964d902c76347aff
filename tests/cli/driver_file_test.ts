/**
 * A driver of a third party, in a file outside the tree, in the real program.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { BikeFollower } from "../support/bike_follower.ts";

const EXAMPLE = new URL("../fixtures/thermometer_driver.ts", import.meta.url);

Deno.test("start runs a device with a driver of a file outside the tree", async () => {
  await using broker = await EmbeddedBroker.listen();
  const folder = await Deno.makeTempDir();
  const driver = `${folder}/my_driver.ts`;
  await Deno.copyFile(EXAMPLE, driver);
  const config = `${folder}/smartbike.yaml`;
  await Deno.writeTextFile(
    config,
    `bike: { id: b7 }
broker: { address: "${broker.url}" }
devices: [{ driver: thermometer, options: { celsius: 21 } }]
`,
  );
  const args = ["--config", config, "--driver", driver];
  const checked = await runProgram(["config", "check", ...args]);
  assert.deepEqual([checked.code, checked.error], [0, ""]);
  const follower = new BikeFollower("b7");
  await follower.connect(broker.url);
  await using bike = startProgram(["start", ...args]);
  await bike.seen(/^Bike b7 on .*: thermometer$/m);
  await follower.seen(
    "temperature/report",
    (text) => JSON.parse(text).value === 21,
  );
  await follower.endpoint.close();
  bike.kill("SIGTERM");
  assert.equal((await bike.result).code, 0);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a file that exports no driver, or one of a name that there is, is refused with its name", async () => {
  const folder = await Deno.makeTempDir();
  const files: Readonly<Record<string, readonly [string, RegExp]>> = {
    "none.ts": ["export const driver = {};", /it has no export `driver` with/],
    "fan.ts": [
      'export const driver = { name: "fan", summary: "", transport: "ble", options: [], run() {} };',
      /there is a driver "fan" already/,
    ],
    "broken.ts": ["export const = 1;", /Cannot use --driver/],
  };
  for (const [name, [text, why]] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    await Deno.writeTextFile(path, text);
    const { code, error } = await runProgram([
      "driver",
      "list",
      "--driver",
      path,
    ]);
    assert.equal(code, 2, error);
    assert.match(error, why);
    assert.ok(error.includes(name));
  }
  await Deno.remove(folder, { recursive: true });
});
