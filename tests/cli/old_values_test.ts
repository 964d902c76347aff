/**
 * What an app reads once the program behind an object is gone, however it ended.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runProgram, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";

const requires = { programs: ["mosquitto"] };

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  testWith(
    requires,
    `get and watch say that values are old after ${signal} of their service`,
    async () => {
      await using broker = await Mosquitto.start();
      const { host } = new URL(broker.url);
      const hello = ["client", "--broker", host, "io.world.Hello"];
      await using service = startProgram(["service", "--broker", host]);
      await service.seen(/\n/);
      await using watch = startProgram([...hello, "watch", "--json"]);
      await watch.seen(/"last"/);
      service.kill(signal);
      await service.result;
      await watch.seen(/{"available":false}\n/);
      watch.kill("SIGINT");
      const { error } = await watch.result;
      assert.equal(
        error,
        "smartbike: The service of io.world.Hello is gone, values are the last ones\n",
      );
      const get = await runProgram([...hello, "get", "last"]);
      assert.equal(get.code, 0);
      assert.match(get.error, /The service of io.world.Hello is gone/);
      await using late = startProgram([...hello, "watch", "--json"]);
      await late.seen(/{"available":false}\n/);
    },
  );
}
