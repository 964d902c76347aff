/**
 * A program whose terminal is closed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import config from "../../deno.json" with { type: "json" };
import { BikeFollower } from "../support/bike_follower.ts";
import { requireProgram, testWith } from "../support/requires.ts";

const ROOT = new URL("../../", import.meta.url);

testWith(
  { programs: ["socat"] },
  "start ends when its terminal is closed, and the bike is published as offline",
  async () => {
    await using broker = await EmbeddedBroker.listen();
    const folder = await Deno.makeTempDir();
    const file = `${folder}/smartbike.yaml`;
    await Deno.writeTextFile(file, "bike: { id: b7 }\n");
    const { host } = new URL(broker.url);
    const program =
      `${config.tasks.smartbike} start --config ${file} --broker ${host}`;
    const follower = new BikeFollower("b7");
    await follower.connect(broker.url);
    const terminal = new Deno.Command(requireProgram("socat"), {
      args: ["-", `EXEC:'${program}',pty,setsid,ctty,stderr`],
      cwd: ROOT,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await follower.seen("status", (text) => text.includes('"online"'));
    terminal.kill("SIGKILL");
    await terminal.status;
    const text = await follower.seen(
      "status",
      (text) => text.includes('"offline"'),
    );
    assert.ok(text);
    await terminal.stdin.close().catch(() => {});
    await follower.endpoint.close();
    await Deno.remove(folder, { recursive: true });
  },
);
