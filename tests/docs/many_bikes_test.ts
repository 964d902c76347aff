/**
 * The rights that the page "Many bikes" gives out, on a mosquitto that has them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { makeCertificates } from "../support/certificates.ts";
import { PROGRAM_WORDS, ProgramProcess, runProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing } from "../support/requires.ts";
import { ROOT } from "../support/source_files.ts";

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

/** The broker's command, and the accounts that its file holds. */
async function readBrokerBlock() {
  const page = await Deno.readTextFile(new URL("docs/many_bikes.md", ROOT));
  const [, accounts = "", bike = "", args = ""] =
    /^\$ cat accounts\n(.*?\n)\$ DEVICE_ID=(\S+) smartbike (broker .*)$/ms
      .exec(page) ?? [];
  return { accounts, bike, args: args.split(/\n/)[0] ?? "" };
}

needing("openssl")(
  "the broker of the page runs with the accounts of the page, and lets its bike in",
  async () => {
    const { accounts, bike, args } = await readBrokerBlock();
    const { ca, server } = await makeCertificates();
    const folder = await Deno.makeTempDir();
    await using _removal = {
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
    const files = {
      accounts,
      ca,
      "broker.crt": server.cert,
      "broker.key": server.key,
      password: "secret\n",
    };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const words = args.replace("0.0.0.0:8883", "127.0.0.1:0").split(" ")
      .map((word) => word in files ? `${folder}/${word}` : word);
    await using broker = new ProgramProcess([...PROGRAM_WORDS, ...words], {
      env: { DEVICE_ID: bike },
    });
    await broker.seen(/listening on .*\n/);
    const url = broker.out.replace(/^.* on /, "").trim();
    const [username = "", , password = ""] = accounts.split(/\s/);
    const { code, out } = await runProgram(
      [
        ...["doctor", "--broker", url, "--ca", `${folder}/ca`],
        ...["--username", username],
      ],
      { env: { DEVICE_ID: bike, MQTT_PASSWORD: password } },
    );
    const topics = out.split("\n").filter((line) => / topics /.test(line));
    assert.deepEqual(topics, [
      "ok     topics     the account may use the topics of the bike",
      "ok     topics     the account may use the topics of smartbike.Bike",
    ], `${code} ${out}`);
  },
);
