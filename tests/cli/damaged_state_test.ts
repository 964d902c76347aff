import assert from "node:assert/strict";
import { startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing } from "../support/requires.ts";
import { within } from "../support/within.ts";

/** What may have become of a file while the power failed. */
const DAMAGES: Readonly<
  Record<string, readonly [(path: string) => Promise<void>, advice: RegExp]>
> = {
  "hold something else": [
    (path) => Deno.writeTextFile(path, "{".repeat(5000)),
    /move it away, and a new one is made/,
  ],
  "are folders": [(path) => Deno.mkdir(path), /a place that can be written/],
};

for (const [damage, [inflict, advice]] of Object.entries(DAMAGES)) {
  needing("mosquitto")(
    `a bike is ridden though its files of rides and reports ${damage}, and says so`,
    async () => {
      const folder = await Deno.makeTempDir({ prefix: "smartbike-state-" });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(folder, { recursive: true }));
      const broker = stack.use(await Mosquitto.start());
      await Deno.mkdir(`${folder}/smartbike`, { mode: 0o700 });
      for (const name of ["rides.db", "reports-000001.db"]) {
        await inflict(`${folder}/smartbike/${name}`);
      }
      const config = `${folder}/smartbike.yaml`;
      await Deno.writeTextFile(
        config,
        `broker:\n  address: ${broker.url}\ndevices:\n  - driver: trainer\n`,
      );
      const program = stack.use(
        startProgram(["start", "--config", config], {
          env: { XDG_STATE_HOME: folder },
        }),
      );
      await within("the bike", program.seen(/Bike 000001 on/));
      program.kill("SIGTERM");
      const { code, error } = await within("the end", program.result);
      assert.equal(code, 0);
      assert.match(error, /Rides are not recorded: Cannot open .*rides\.db/);
      assert.match(error, advice);
      assert.match(error, /Reports are lost .*reports-000001\.db/);
    },
  );
}
