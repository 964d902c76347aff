import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import {
  FakeCliIo,
  type FakeCliIoOptions,
} from "../../../fakes/fake_cli_io.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { compose, TestBed } from "../../../fakes/test_bed.ts";
import { makePeripherals } from "../../hardware/ble_setup.ts";

/** Runs init, and checks what it wrote. */
async function init(args: readonly string[], options: FakeCliIoOptions = {}) {
  const io = new FakeCliIo(options);
  const code = await runCli(
    ["init", "--out", "new.yaml", ...args],
    compose(io),
  );
  const { error } = io;
  if (code !== 0) return { code, error, text: "" };
  const text = await io.readTextFile("new.yaml");
  assert.equal(
    await runCli(["config", "check", "new.yaml"], compose(io)),
    0,
    io.out,
  );
  return { code, error, text };
}

/** Lines that are no comments, without what stands behind them. */
function chosen(text: string): readonly string[] {
  return text.split("\n").filter((line) => /^ *[^# ]/.test(line))
    .map((line) => line.replace(/ # .*$/, ""));
}

function answers(...lines: readonly string[]) {
  return { input: lines.map((line) => new TextEncoder().encode(`${line}\n`)) };
}

const USUAL = [
  "devices:",
  "  - driver: heart-rate",
  "  - driver: trainer",
  "  - driver: climb",
  "  - driver: fan",
];

Deno.test("init --yes asks nothing, and runs a broker for this machine", async () => {
  const { text, error } = await init(["--yes"]);
  assert.equal(error, "");
  assert.deepEqual(
    chosen(text),
    [
      "embeddedBroker:",
      '  listen: "127.0.0.1:1883"',
      ...USUAL,
    ].toSpliced(0, 0, "bike:", '  id: "000001"'),
  );
});

Deno.test("init takes answers, and the defaults where a line is empty", async () => {
  const { text, error } = await init(
    [],
    answers(
      "b7",
      "mqtts://host",
      "me",
      "secret.txt",
      "ca.pem",
      "fan, heart-rate",
    ),
  );
  assert.match(
    error,
    /Id of the bike.*\[000001\]: .*\[heart-rate, trainer, climb, fan\]: $/s,
  );
  assert.deepEqual(chosen(text), [
    "bike:",
    '  id: "b7"',
    "broker:",
    '  address: "mqtts://host"',
    '  username: "me"',
    '  passwordFile: "secret.txt"',
    "  tls:",
    '    ca: "ca.pem"',
    "devices:",
    "  - driver: fan",
    "  - driver: heart-rate",
  ]);
  const { text: usual } = await init([], answers("", "", ""));
  assert.deepEqual(usual, (await init(["--yes"])).text);
});

Deno.test("init asks only what options do not answer, and nothing of an account without a broker", async () => {
  const { error } = await init(
    ["--bike", "b7", "--device", "fan"],
    answers(""),
  );
  assert.match(error, /^Address of the MQTT broker[^:]*\[own\]: $/);
  const { error: none } = await init(["--bike", "b7", "--device", "fan"], {});
  assert.match(none, /^Address of the MQTT broker[^:]*: \n$/);
});

const BUSY = { listening: ["127.0.0.1:1883"] };

Deno.test("init uses a broker that listens on this machine already", async () => {
  const { text, error } = await init(["--yes"], BUSY);
  assert.match(error, /^smartbike: found a broker on 127\.0\.0\.1:1883\n$/);
  assert.deepEqual(chosen(text).slice(2, 4), [
    "broker:",
    '  address: "127.0.0.1:1883"',
  ]);
  const asked = await init([], { ...BUSY, ...answers("", "own", "fan") });
  assert.match(asked.error, /this program \[127\.0\.0\.1:1883\]: /);
  assert.deepEqual(chosen(asked.text).slice(2, 4), [
    "embeddedBroker:",
    '  listen: "127.0.0.1:1884"',
  ]);
});

Deno.test("init checks each answer as it is given, and asks again", async () => {
  const { text, error } = await init(
    [],
    answers("a b", "b7", "mqtt://me:pw@host", "host", "", "fann", "fan"),
  );
  assert.match(error, /\[000001\]: smartbike: found the text "a b", expected/);
  assert.match(error, /\[own\]: smartbike: it holds credentials/);
  assert.match(error, /Cannot use device "fann": .*did you mean "fan"\?/);
  assert.deepEqual(chosen(text), [
    "bike:",
    '  id: "b7"',
    "broker:",
    '  address: "host"',
    "devices:",
    "  - driver: fan",
  ]);
});

Deno.test("init says of a folder that it may not read that access is denied", async () => {
  const io = new FakeCliIo();
  io.readTextFile = () =>
    Promise.reject(new Deno.errors.PermissionDenied("(os error 13)"));
  const args = ["init", "--yes", "--out", "/root/new.yaml"];
  assert.equal(await runCli(args, compose(io)), 2);
  assert.match(
    io.error,
    /Cannot write --out "\/root\/new\.yaml": access is denied$/m,
  );
});

Deno.test("init refuses what cannot be used, and a file that is there unless it is forced", async () => {
  const files = { "new.yaml": "mine" };
  const there = await init(["--yes"], { files });
  assert.equal(there.code, 2);
  assert.match(there.error, /Cannot write "new\.yaml": it is there already/);
  assert.equal((await init(["--yes", "--force"], { files })).code, 0);
  const id = await init(["--yes", "--bike", "a b"]);
  assert.equal(id.code, 2);
  assert.match(
    id.error,
    /Cannot write "new\.yaml": "bike\.id": found the text "a b", expected 1 to 64/,
  );
  const device = await init(["--yes", "--device", "fann"]);
  assert.equal(device.code, 2);
  assert.match(device.error, /did you mean "fan"\?/);
  const account = await init(["--yes", "--password-file", "x"]);
  assert.match(account.error, /there is no account name/);
});

Deno.test("init refuses files that cannot be used, and says which are not there yet", async () => {
  const given = ["--yes", "--broker", "mqtts://host", "--username", "me"];
  const wrong = { "ca.pem": "no certificate", secret: "two\nlines" };
  const ca = await init([...given, "--ca", "ca.pem"], { files: wrong });
  assert.equal(ca.code, 2);
  assert.match(ca.error, /Cannot use --ca "ca\.pem": it holds no certificate/);
  const account = [...given, "--password-file", "secret"];
  const secret = await init(account, { files: wrong });
  assert.equal(secret.code, 2);
  assert.match(secret.error, /Cannot use --password-file "secret": it has/);
  const later = await init(account);
  assert.equal(later.code, 0);
  assert.match(later.error, /"secret" is not there yet/);
  const asked = answers("b7", "mqtts://host", "", "ca.pem", "", "fan");
  const { text, error } = await init([], { ...asked, files: wrong });
  assert.match(
    error,
    /it holds no certificate, expected one in PEM\n.*\[\]: /s,
  );
  assert.doesNotMatch(text, /ca\.pem/);
});

Deno.test("init looks for devices where the answer says so, and offers the drivers that fit", async () => {
  const { strap, trainer } = makePeripherals();
  await using ble = new SimulatedCentral([strap, trainer], {
    advertisingIntervalMs: 5,
  });
  const hardware = { ...absentHardware("tests have none"), ble };
  const io = new FakeCliIo(answers("", "", "scan 50ms", ""));
  const args = ["init", "--out", "new.yaml"];
  assert.equal(await runCli(args, compose(io, new TestBed(), hardware)), 0);
  assert.match(io.error, /found TICKR 4A2B: heart-rate\n/);
  assert.match(io.error, /\[heart-rate, trainer, climb\]: $/);
  const lines = chosen(await io.readTextFile("new.yaml"));
  assert.deepEqual(lines.slice(lines.indexOf("devices:")), [
    "devices:",
    "  - driver: heart-rate",
    "  - driver: trainer",
    "  - driver: climb",
  ]);
});

Deno.test("init goes on asking where no radio can look for devices", async () => {
  const { text, error } = await init([], answers("", "", "scan 50ms", "fan"));
  assert.match(error, /tests have none/);
  assert.deepEqual(chosen(text).slice(-2), ["devices:", "  - driver: fan"]);
});
