import assert from "node:assert/strict";
import { startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing } from "../support/requires.ts";
import { within } from "../support/within.ts";

/** Programs that run until they are ended, and what they say once they are connected. */
const PROGRAMS = [
  [["service"], /Serving/],
  [["driver", "simulated", "trainer"], /Bike 000001 on/],
] as const;

for (const [args, ready] of PROGRAMS) {
  const name = args.join(" ");

  needing("mosquitto")(
    `"${name}" ends in good order on SIGTERM though the broker has stopped to answer`,
    async () => {
      await using broker = await Mosquitto.start();
      await using program = startProgram([...args, "--broker", broker.url]);
      await within("the program", program.seen(ready));
      broker.pause();
      program.kill("SIGTERM");
      const { code } = await within("the end", program.result);
      broker.resume();
      assert.equal(code, 0);
    },
  );

  needing("mosquitto")(
    `"${name}" ends in good order on SIGTERM while it connects to a broker that does not answer`,
    async () => {
      await using broker = await Mosquitto.start();
      broker.pause();
      await using program = startProgram([...args, "--broker", broker.url]);
      await within("a report", program.seen(/the broker has been silent/));
      program.kill("SIGTERM");
      const { code } = await within("the end", program.result);
      broker.resume();
      assert.equal(code, 0);
    },
  );
}
