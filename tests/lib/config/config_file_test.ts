import assert from "node:assert/strict";
import fc from "fast-check";
import { configureFrom, mistakesOf } from "./sources.ts";

/** Texts of one mistake, with the beginning and a part of what is said of it. */
const WRONG: readonly (readonly [
  text: string,
  start: string,
  part: string,
])[] = [
  ["bik: {}", 'f.yaml:1:1: Cannot use "bik"', 'did you mean "bike"?'],
  [
    "broker:\n  adress: x",
    'f.yaml:2:3: Cannot use "broker.adress"',
    'did you mean "address"?',
  ],
  [
    "broker:\n  tls: { ca: 5, kee: x }",
    'f.yaml:2:17: Cannot use "broker.tls.kee"',
    "one of ca, cert, key, insecure",
  ],
  [
    "broker: { protocol: atuo }",
    'f.yaml:1:21: Cannot use "broker.protocol": found the text "atuo"',
    'expected one of 5, 3.1.1, auto; did you mean "auto"?',
  ],
  [
    "broker: { qos: 1.5 }",
    'f.yaml:1:16: Cannot use "broker.qos": found the number 1.5',
    "a whole number from 0 to 2",
  ],
  [
    "broker: { qos: '1' }",
    'f.yaml:1:16: Cannot use "broker.qos": found the text "1"',
    "a whole number",
  ],
  ["broker: [1]", 'f.yaml:1:9: Cannot use "broker": found a list', "mapping"],
  [
    "broker: { address: [x] }",
    'f.yaml:1:20: Cannot use "broker.address": found a list',
    "text",
  ],
  [
    "broker: { address: true }",
    'f.yaml:1:20: Cannot use "broker.address": found the boolean true',
    "text",
  ],
  [
    'broker: { address: "" }',
    'f.yaml:1:20: Cannot use "broker.address"',
    "not empty",
  ],
  [
    "broker: { address: 'http://x' }",
    'f.yaml:1:20: Cannot use "broker.address"',
    "scheme mqtt",
  ],
  [
    "bike: { id: a/b }",
    'f.yaml:1:13: Cannot use "bike.id": found the text "a/b"',
    "letters, digits",
  ],
  ["topics: { aliases: 1 }", "f.yaml:1:20: ", "true or false"],
  ["devices: {}", 'f.yaml:1:10: Cannot use "devices": found a mapping', "list"],
  [
    "devices: [5]",
    'f.yaml:1:11: Cannot use "devices.0"',
    "driver, id, options",
  ],
  [
    "devices: [simulatd]",
    'f.yaml:1:11: Cannot use "devices.0": found the text "simulatd", expected a mapping',
    'driver, id, options, for example "- driver: heart-rate"',
  ],
  [
    "devices: [trainr]",
    'f.yaml:1:11: Cannot use "devices.0"',
    'for example "- driver: trainer"',
  ],
  [
    "devices: fan",
    'f.yaml:1:10: Cannot use "devices": found the text "fan", expected a list',
    'for example "- driver: fan"',
  ],
  [
    "devices: [{}]",
    'f.yaml:1:11: Cannot use "devices.0.driver": it is missing',
    "heart-rate",
  ],
  [
    "devices: [{ driver: hart-rate }]",
    'f.yaml:1:21: Cannot use "devices.0.driver"',
    'did you mean "heart-rate"?',
  ],
  [
    "devices: [{ driver: fan, id: a b }]",
    'f.yaml:1:30: Cannot use "devices.0.id"',
    "letters, digits",
  ],
  [
    "devices:\n- driver: fan\n- driver: climb\n  id: fan",
    'f.yaml:4:7: Cannot use "devices.1.id": an earlier device',
    "an id of its own",
  ],
  [
    "devices: [{ driver: fan, options: { adaptr: x } }]",
    'f.yaml:1:37: Cannot use "devices.0.options.adaptr"',
    'did you mean "adapter"?',
  ],
  [
    "devices: [{ driver: fan, options: { priority: 101 } }]",
    'f.yaml:1:47: Cannot use "devices.0.options.priority"',
    "a number from -100 to 100",
  ],
  [
    "limits: { inclinePercent: { max: 20 } }",
    'f.yaml:1:34: Cannot use "limits.inclinePercent.max"',
    "a number from -10 to 19",
  ],
  [
    "limits: { fanPercent: { min: 60, max: 40 } }",
    'f.yaml:1:30: Cannot use "limits.fanPercent.min": nothing lies between 60 and 40',
    "multiple of 1",
  ],
  [
    "limits: { inclinePercent: { min: 0.1, max: 0.4 } }",
    'f.yaml:1:34: Cannot use "limits.inclinePercent.min"',
    "multiple of 0.5",
  ],
  [
    "failSafe: { values: { fanPercent: 90 } }\nlimits: { fanPercent: { max: 50 } }",
    'f.yaml:1:35: Cannot use "failSafe.values.fanPercent": it is outside the limits',
    "inside the limits",
  ],
  [
    "failSafe: { values: { resistancePercent: 0, targetPowerWatts: 0 } }",
    "f.yaml:1:63: ",
    "one value for each channel",
  ],
  [
    "failSafe: { values: { simulation: { gradePercent: 0, windSpeedMetersPerSecond: 0, rollingResistanceCoefficient: 0 } } }",
    'f.yaml:1:51: Cannot use "failSafe.values.simulation.windResistanceKgPerMeter": it is missing',
    "as a whole",
  ],
  [
    "broker: { passwordFile: x }",
    'f.yaml:1:25: Cannot use "broker.passwordFile": there is no account name',
    "broker.username",
  ],
  [
    "broker: { username: u, passwordFile: x, passwordEnv: X }",
    'f.yaml:1:54: Cannot use "broker.passwordEnv"',
    "one of the two",
  ],
  [
    "broker: { tls: { ca: x } }",
    'f.yaml:1:22: Cannot use "broker.tls.ca": the broker\'s address is not encrypted',
    "mqtts",
  ],
  [
    "broker: { address: mqtts://b, tls: { cert: x } }",
    'f.yaml:1:44: Cannot use "broker.tls.cert": broker.tls.key is missing',
    "both",
  ],
  [
    "embeddedBroker: { username: u, passwordFile: x }",
    'f.yaml:1:29: Cannot use "embeddedBroker.username": the broker is not run',
    "listen",
  ],
  [
    "embeddedBroker: { listen: 1883, username: u }",
    'f.yaml:1:43: Cannot use "embeddedBroker.username": there is no password',
    "passwordFile",
  ],
  [
    "embeddedBroker: { listen: 0.0.0.0 }",
    'f.yaml:1:27: Cannot use "embeddedBroker.listen": others can reach 0.0.0.0',
    "loopback",
  ],
  ["metrics: { listen: 127.0.0.1:70000 }", "f.yaml:1:20: ", "port"],
  ["metrics: { listen: 'a b' }", "f.yaml:1:20: ", "host:port"],
  ["bike: {\n", "f.yaml:", "expected valid YAML"],
  ["bike: { id: 1 }\nbike: { id: 2 }", "f.yaml:2:1: Cannot use the file", ""],
  ["- a", "f.yaml:1:1: Cannot use the file: found a list", "mapping"],
  ["text", "f.yaml:1:1: Cannot use the file: found the text", "mapping"],
];

for (const [text, start, part] of WRONG) {
  Deno.test(`${JSON.stringify(text)} is one mistake, with its place`, () => {
    const [mistake = "", ...others] = mistakesOf({ text });
    assert.deepEqual(others, []);
    assert.ok(mistake.startsWith(start), mistake);
    assert.ok(mistake.includes(part), mistake);
  });
}

Deno.test("all mistakes of a file are found at once, from top to bottom", () => {
  const text =
    "devices:\n- driver: x\n- { driver: fan, id: '' }\nbike: { id: '?', nme: y }\nlog: { level: loud }\n";
  const places = mistakesOf({ text }).map((line) => line.split(": ")[0]);
  assert.deepEqual(places, [
    "f.yaml:2:11",
    "f.yaml:3:22",
    "f.yaml:4:13",
    "f.yaml:4:18",
    "f.yaml:5:15",
  ]);
});

Deno.test("a password in the file is refused with advice, and not repeated", () => {
  for (const group of ["broker", "embeddedBroker"]) {
    const [mistake = "", ...others] = mistakesOf({
      text: `${group}:\n  username: u\n  password: pedal-secret\n`,
    });
    assert.deepEqual(others, []);
    assert.match(mistake, /^f\.yaml:3:13: .*passwordFile, or passwordEnv/);
    assert.doesNotMatch(mistake, /pedal-secret/);
  }
});

Deno.test("credentials in the broker's address are refused, and not repeated", () => {
  const [mistake = "", ...others] = mistakesOf({
    text: "broker: { address: 'mqtt://me:pedal-secret@host' }",
  });
  assert.deepEqual(others, []);
  assert.match(mistake, /it holds credentials, .*broker\.passwordFile/);
  assert.doesNotMatch(mistake, /pedal-secret/);
});

Deno.test("an id of digits keeps its zeros, quoted or not", () => {
  for (const id of ["000007", '"000007"', "'000007'"]) {
    const { configuration, mistakes } = configureFrom({
      text: `bike: { id: ${id} }`,
    });
    assert.deepEqual(mistakes, []);
    assert.equal(configuration.config.bike.id, "000007");
  }
});

Deno.test("nothing, comments and empty groups are a configuration", () => {
  for (const text of ["", "# only this\n", "bike:\ndevices:\nlimits: {}\n"]) {
    const { configuration, mistakes } = configureFrom({ text });
    assert.deepEqual(mistakes, [], text);
    assert.equal(configuration.config.bike.id, "000001");
    assert.deepEqual(configuration.devices, []);
  }
});

Deno.test("devices of a kind without an id are numbered", () => {
  const { configuration } = configureFrom({
    text:
      "devices:\n- driver: fan\n- driver: fan\n- { driver: fan, id: fan-4 }\n- driver: fan\n- driver: fan\n",
  });
  assert.deepEqual(configuration.devices.map(({ id }) => id), [
    "fan",
    "fan-2",
    "fan-4",
    "fan-3",
    "fan-5",
  ]);
});

Deno.test("no text at all makes the reader throw, and each mistake has a place in it", () => {
  const word = fc.constantFrom(
    "bike",
    "id",
    "broker",
    "devices",
    "driver",
    "options",
    "fan",
    "limits",
    "tls",
    ":",
    " ",
    "\n",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a",
    "*a",
    "1",
    "'",
    "!!map",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(word, { maxLength: 30 }).map((words) => words.join("")),
  );
  fc.assert(fc.property(texts, (text) => {
    const lines = text.split(/\r\n|\r|\n/).length;
    for (const { origin } of configureFrom({ text }).mistakes) {
      assert.equal(origin.kind, "file");
      if (origin.kind !== "file") return;
      assert.ok(origin.line >= 1 && origin.line <= lines);
      assert.ok(origin.column >= 1);
    }
  }));
});
