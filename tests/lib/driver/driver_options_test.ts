import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import { checkOptions, optionsOf } from "#lib/driver/driver_options.ts";
import { driverOf } from "./setup.ts";

const thing = driverOf(() => Promise.resolve(), {
  options: [
    {
      name: "address",
      summary: "its address",
      type: "text",
      variable: "THING",
    },
    { name: "speed", summary: "its speed", type: "number", min: 1, max: 5 },
    { name: "weight", summary: "its weight", type: "number" },
    { name: "loud", summary: "whether it is", type: "flag" },
    {
      name: "side",
      summary: "where",
      type: "text",
      choices: ["left", "right"],
    },
  ],
});

Deno.test("options of a driver are its own and those that every driver has", () => {
  const names = optionsOf(thing).map(({ name }) => name);
  assert.deepEqual(names.slice(-2), ["side", "priority"]);
});

Deno.test("texts of a command line and values of a file become checked values", () => {
  const texts = { speed: "2.5", loud: "false", side: "left", priority: "-100" };
  const values = { speed: 2.5, loud: false, side: "left", priority: -100 };
  assert.deepEqual(checkOptions(thing, texts), values);
  assert.deepEqual(checkOptions(thing, values), values);
  assert.deepEqual(checkOptions(thing, { address: 12 }), { address: "12" });
});

const REFUSED:
  readonly (readonly [name: string, value: unknown, why: RegExp])[] = [
    [
      "speed",
      "fast",
      /"fast" for option "speed": expected a number from 1 to 5/,
    ],
    ["speed", "", /expected a number/],
    ["speed", 0, /expected a number from 1 to 5/],
    ["speed", 6, /expected a number from 1 to 5/],
    ["speed", NaN, /expected a number/],
    ["speed", true, /expected a number/],
    ["speed", [2], /expected a number/],
    ["weight", "Infinity", /expected a number/],
    ["weight", Infinity, /expected a number/],
    ["loud", "yes", /expected true or false/],
    ["loud", 1, /expected true or false/],
    ["address", " ", /expected a text that is not empty/],
    ["address", null, /expected a text/],
    ["address", undefined, /nothing for option "address"/],
    ["side", "up", /expected left or right/],
    ["priority", 101, /from -100 to 100/],
  ];

for (const [name, value, why] of REFUSED) {
  Deno.test(`option ${name} refuses ${JSON.stringify(value)} (${typeof value})`, () => {
    assert.throws(() => checkOptions(thing, { [name]: value }), (error) => {
      assert(error instanceof ConfigError);
      assert.match(error.message, why);
      assert.equal(error.details.option, name);
      return true;
    });
  });
}

Deno.test("an option that a driver lacks is refused, with what is near or all that there are", () => {
  assert.throws(() => checkOptions(thing, { adress: "AA" }), {
    message: /no such option.*address/,
  });
  assert.throws(() => checkOptions(thing, { zzzzzz: "AA" }), {
    message: /expected address, speed, weight, loud, side, priority/,
  });
  assert.throws(() => checkOptions(thing, JSON.parse('{"__proto__": 1}')), {
    code: "config",
  });
});
