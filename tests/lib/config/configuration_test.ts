import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { bikeOptionsOf } from "#lib/config/bike_options.ts";
import { listValues } from "#lib/config/render.ts";
import { configureFrom, type Given, mistakesOf } from "./sources.ts";

/** What holds for a setting, and where it came from. */
function shown(given: Given, path: string): readonly unknown[] {
  const { configuration, mistakes } = configureFrom(given);
  assert.deepEqual(mistakes, []);
  const found = listValues(configuration).find((one) => one.path === path);
  return [found?.value, found?.origin];
}

Deno.test("the command line comes before the environment, a file of variables, the file and the default", () => {
  const path = "bike.id";
  const given: Given[] = [
    { options: { bike: "a" } },
    { env: { DEVICE_ID: "b" } },
    { envFile: { DEVICE_ID: "c" } },
    { text: "bike: { id: d }" },
  ];
  const expected = [
    ["a", "--bike"],
    ["b", "DEVICE_ID"],
    ["c", "DEVICE_ID in .env"],
    ["d", "f.yaml:1:13"],
    ["000001", "default"],
  ];
  for (const [index, pair] of expected.entries()) {
    const all = Object.assign({}, ...given.slice(index));
    assert.deepEqual(shown(all, path), pair);
  }
});

Deno.test("options that take no value switch settings on, or off", () => {
  const given = {
    text: "topics: { aliases: true, turnTopics: false }",
    flags: ["without-aliases", "turn-topics"],
  };
  assert.deepEqual(shown(given, "topics.aliases"), [
    false,
    "--without-aliases",
  ]);
  assert.deepEqual(shown(given, "topics.turnTopics"), [true, "--turn-topics"]);
});

/** The predecessor's variables, with the setting that each becomes. */
const A = "C0:00:00:00:00:AA";
const B = "C0:00:00:00:00:BB";
const C = "C0:00:00:00:00:CC";

const VARIABLES: readonly (readonly [
  env: Readonly<Record<string, string>>,
  path: string,
  value: unknown,
])[] = [
  [{ MQTT_HOSTNAME: "a" }, "broker.address", "a"],
  [{ MQTT_HOST: "b" }, "broker.address", "b"],
  [{ MQTT_HOSTNAME: "a", MQTT_HOST: "b" }, "broker.address", "a"],
  [{ MQTT_HOST: "b", MQTT_PORT: "1884" }, "broker.address", "b:1884"],
  [{ MQTT_HOST: "::1", MQTT_PORT: "1884" }, "broker.address", "[::1]:1884"],
  [{ MQTT_PORT: "1884" }, "broker.address", "localhost:1884"],
  [{ MQTT_USERNAME: "me" }, "broker.username", "me"],
  [{ MQTT_USER: "me" }, "broker.username", "me"],
  [{ DEVICE_ID: " 000002 " }, "bike.id", "000002"],
  [
    { HEART_RATE_ALIAS_PREFIX: "TICKR" },
    "devices.0.options.name-prefix",
    "TICKR",
  ],
  [{ HEART_RATE_ADAPTER_NAME: "hci1" }, "devices.0.options.adapter", "hci1"],
  [{ TICKR_MAC_ADDRESS: A }, "devices.0.options.address", A],
  [{ KICKR_MAC_ADDRESS: B }, "devices.1.options.address", B],
  [{ FAN_MAC_ADDRESS: C }, "devices.2.options.address", C],
  [{ CADENCE_ALIAS_PREFIX: "RPM" }, "devices.3.options.name-prefix", "RPM"],
];

for (const [env, path, value] of VARIABLES) {
  Deno.test(`${JSON.stringify(env)} of the predecessor sets ${path}`, () => {
    const text =
      "devices: [{ driver: heart-rate }, { driver: trainer }, { driver: fan }, { driver: cadence }, { driver: heart-rate }]";
    assert.equal(shown({ text, env }, path)[0], value);
    const second = "devices.4.options.name-prefix";
    assert.equal(shown({ text, env }, second)[0], undefined);
  });
}

Deno.test("MQTT_PORT changes the address of the file, and not that of the command line", () => {
  const text = "broker: { address: 'wss://host/mqtt' }";
  const env = { MQTT_PORT: "8884" };
  const path = "broker.address";
  assert.deepEqual(shown({ text, env }, path), [
    "wss://host:8884/mqtt",
    "MQTT_PORT",
  ]);
  const options = { broker: "other:1885" };
  assert.deepEqual(shown({ text, env, options }, path), [
    "other:1885",
    "--broker",
  ]);
});

Deno.test("options of devices come before the environment and the file", () => {
  const given = {
    text:
      `devices: [{ driver: fan, options: { address: "${A}", adapter: hci0 } }]`,
    env: { FAN_MAC_ADDRESS: B },
  };
  const path = "devices.0.options.address";
  assert.deepEqual(shown(given, path), [B, "FAN_MAC_ADDRESS"]);
  const deviceOptions = [`fan.address=${C}`];
  assert.deepEqual(shown({ ...given, deviceOptions }, path), [C, "--option"]);
  assert.equal(shown(given, "devices.0.options.adapter")[0], "hci0");
});

Deno.test("topics.compatible sets what it stands for, below what the same source or a higher one says", () => {
  const topicsOf = (given: Given) => {
    const { configuration: { config }, mistakes } = configureFrom(given);
    assert.deepEqual(mistakes, []);
    const { decimal, aliases, legacyCommands, turnTopics } = config.topics;
    return [decimal, aliases, legacyCommands, turnTopics];
  };
  const off = "aliases: false, turnTopics: false";
  const text = `topics: { compatible: redback, ${off} }`;
  assert.deepEqual(topicsOf({}), ["auto", true, false, false]);
  assert.deepEqual(topicsOf({ text }), ["always", false, true, false]);
  const options = { compatible: "redback" };
  assert.deepEqual(
    topicsOf({ text: `topics: { ${off} }`, options }),
    ["always", true, true, true],
  );
  assert.deepEqual(
    topicsOf({ options, flags: ["without-aliases"] }),
    ["always", false, true, true],
  );
  assert.deepEqual(shown({ text }, "topics.decimal"), [
    "always",
    "f.yaml:1:23",
  ]);
});

Deno.test("drivers of the command line take the place of the file's devices, with the options of the same of each kind", () => {
  const given = {
    text: `devices:
  - { driver: climb }
  - { driver: fan, id: breeze, options: { address: "${A}" } }
  - { driver: fan, options: { address: "${B}", priority: 3 } }
`,
    chosen: ["fan", "heart-rate", "fan"],
    deviceOptions: [`fan-2.address=${C}`],
  };
  const { configuration: { devices }, mistakes } = configureFrom(given);
  assert.deepEqual(mistakes, []);
  const options = devices.map(({ id, options }) => [
    id,
    ...[...options].map(([name, { value }]) => `${name}=${value}`),
  ]);
  assert.deepEqual(options, [
    ["fan", `address=${A}`],
    ["heart-rate"],
    ["fan-2", `address=${C}`, "priority=3"],
  ]);
});

Deno.test("mistakes in variables and options name them, with what was expected", () => {
  const given: Given = {
    text: "devices: [{ driver: fan, id: breeze }]",
    env: { MQTT_PORT: "x", DEVICE_ID: "a/b", MQTT_USERNAME: "" },
    options: { protocol: "6", decimal: "alwys" },
    deviceOptions: [
      "fan.address=x",
      "breeze.adress=x",
      "breeze.priority=x",
      "what",
    ],
  };
  assert.deepEqual(mistakesOf(given), [
    'Cannot use --protocol: found the text "6", expected one of 5, 3.1.1, auto; did you mean "5"?',
    'Cannot use --decimal: found the text "alwys", expected auto or always; did you mean "always"?',
    'Cannot use DEVICE_ID: found the text "a/b", expected 1 to 64 letters, digits, _ or -',
    "Cannot use MQTT_USERNAME: it is empty, expected a text that is not empty",
    'Cannot use MQTT_PORT: found the text "x", expected a whole number from 1 to 65535',
    'Cannot use --option "fan.address=x": there is no device "fan", expected breeze',
    'Cannot use --option "breeze.adress=x": "breeze" has no option "adress", expected one of address, name-prefix, adapter, priority; did you mean "address"?',
    'Cannot use --option "breeze.priority=x": its value cannot be used, expected a number from -100 to 100',
    'Cannot use --option "what": it has no such form, expected DEVICE.NAME=VALUE',
  ]);
});

Deno.test("settings become a bike's options", () => {
  const { configuration, mistakes } = configureFrom({
    text: `
bike: { holdMs: 2000 }
limits: { inclinePercent: { min: -5, max: 10 } }
failSafe: { afterMs: 700, afterDeviceLoss: true, values: { fanPercent: 20 } }
staleAfterMs: { powerWatts: 1500 }
pace: { fan: { minIntervalMs: 400 } }
`,
  });
  assert.deepEqual(mistakes, []);
  const options = bikeOptionsOf(configuration);
  assert.equal(options.holdMs, 2000);
  assert.deepEqual(options.limits?.inclinePercent, { min: -5, max: 10 });
  assert.deepEqual(options.limits?.fanPercent, {});
  assert.deepEqual(options.failSafe, {
    afterMs: 700,
    afterDeviceLoss: true,
    values: { fanPercent: 20 },
  });
  assert.deepEqual(options.staleAfterMs, {
    speedMetersPerSecond: 3000,
    cadenceRpm: 3000,
    powerWatts: 1500,
    heartRate: 5000,
  });
  assert.deepEqual(options.pace?.fan, {
    minIntervalMs: 400,
    maxAgeMs: 5000,
    timeoutMs: 10_000,
  });
});

Deno.test("a limit that is given holds whatever a device says that it can hold, and the default does not", () => {
  const powerOf = (text: string) => {
    const { configuration } = configureFrom({ text });
    using bike = new Bike(bikeOptionsOf(configuration));
    bike.limits.allowPower(3000);
    return bike.limits.get("targetPowerWatts").max;
  };
  assert.equal(powerOf(""), 3000);
  assert.equal(powerOf("limits: { targetPowerWatts: { min: 50 } }"), 3000);
  assert.equal(powerOf("limits: { targetPowerWatts: { max: 2000 } }"), 2000);
});
