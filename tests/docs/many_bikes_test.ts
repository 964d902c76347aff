/**
 * The rights that the page "Many bikes" gives out, on a mosquitto that has them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing } from "../support/requires.ts";

const account = { username: "bike-000002", password: "a secret of the bike" };

/** What doctor says of the topics of bike 000002, with an account of these rights. */
async function examine(acl: readonly string[]): Promise<readonly string[]> {
  await using broker = await Mosquitto.start({ account, acl });
  const { out } = await runProgram(
    [
      ...["doctor", "--broker", broker.url],
      ...["--username", account.username],
    ],
    { env: { DEVICE_ID: "000002", MQTT_PASSWORD: account.password } },
  );
  return out.split("\n").filter((line) => / topics /.test(line));
}

needing("mosquitto", "mosquitto_passwd")(
  "an account of the role driver passes doctor on mosquitto, and one of another bike does not",
  async () => {
    const { out } = await runProgram([
      ...["broker-config", "mosquitto", "--part", "acl", "--bike", "000002"],
      ...["--role", "driver=bike-000002"],
    ]);
    const acl = out.split("\n").filter((line) => /^(user|topic) /.test(line));
    assert.deepEqual(await examine(acl), [
      "ok     topics     the account may use the topics of the bike",
      "ok     topics     the account may use the topics of smartbike.Bike",
    ]);
    const [first = ""] = await examine([
      "user bike-000002",
      "topic readwrite bike/000001/#",
    ]);
    assert.match(
      first,
      /^error +topics +the bike needs the right to publish to bike\/000002\/#/,
    );
  },
);
