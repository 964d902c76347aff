import assert from "node:assert/strict";
import { DRIVERS } from "#drivers/all.ts";
import {
  checkOptions,
  COMMON_OPTIONS,
  optionsOf,
} from "#lib/driver/driver_options.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";

/** What each file directly in drivers/ exports, by the file's name without its ending. */
async function readDrivers(): Promise<ReadonlyMap<string, unknown>> {
  const folder = new URL("../../drivers/", import.meta.url);
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const files = entries
    .filter(({ name, isFile }) => isFile && name.endsWith(".ts"))
    .map(({ name }) => name.replace(/\.ts$/, ""))
    .filter((name) => name !== "all");
  const modules = files.map(async (name) => {
    const module: { readonly driver?: unknown } = await import(
      new URL(`${name}.ts`, folder).href
    );
    return [name, module.driver] as const;
  });
  return new Map(await Promise.all(modules));
}

const exported = await readDrivers();

Deno.test("every file directly in drivers/ exports a driver that drivers/all.ts lists, and nothing else is listed", () => {
  assert.deepEqual(new Set(DRIVERS), new Set(exported.values()));
  assert.equal(DRIVERS.length, exported.size);
});

Deno.test("every driver is named after its file, in kebab case", () => {
  for (const [file, driver] of exported) {
    const known = DRIVERS.find((one) => one === driver);
    assert.equal(known?.name, file.replaceAll("_", "-"));
  }
});

for (const driver of DRIVERS) {
  Deno.test(`driver ${driver.name} describes itself and its options`, () => {
    checkTexts(driver);
    for (const option of optionsOf(driver)) {
      const { name, type, choices, min, max } = option;
      assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      const hasRange = min !== undefined && max !== undefined && min < max;
      assert.equal(type === "number", hasRange, `range of ${name}`);
      assert(choices === undefined || type === "text");
    }
    const names = optionsOf(driver).map(({ name }) => name);
    assert.deepEqual(
      names,
      [...new Set(names)],
      "options that are there twice",
    );
  });
}

function checkTexts({ summary, options }: DriverDefinition): void {
  for (const text of [summary, ...options.map((one) => one.summary)]) {
    assert.match(text, /^[A-Za-z].{5,}[^.\s]$/);
    assert(!text.includes("\n"));
  }
}

const TEXTS = [
  {
    option: "address",
    right: ["EC:B2:8A:26:85:C5", "ec:b2:8a:26:85:c5"],
    wrong: [
      "TICKR",
      "EC-B2-8A-26-85-C5",
      "EC:B2:8A:26:85",
      "EC:B2:8A:26:85:C5:",
    ],
  },
  {
    option: "usb-id",
    right: ["2341:0043", "2A03:0043"],
    wrong: ["2341", "arduino", "2341:00433"],
  },
  {
    option: "sensor",
    right: ["air", "air-2"],
    wrong: ["Air", "air quality", "2nd", "a/b", "a".repeat(33)],
  },
];

for (const { option, right, wrong } of TEXTS) {
  Deno.test(`option ${option} takes what can be one, and nothing else`, () => {
    const drivers = DRIVERS.filter(({ options }) =>
      options.some(({ name }) => name === option)
    );
    assert(drivers.length > 0);
    for (const driver of drivers) {
      for (const text of right) {
        assert.deepEqual(checkOptions(driver, { [option]: text }), {
          [option]: text,
        });
      }
      for (const text of wrong) {
        assert.throws(() => checkOptions(driver, { [option]: text }), {
          name: "ConfigError",
          message: /expected (an address|vendor and product|a lower case) /,
        });
      }
    }
  });
}

Deno.test("no driver has an option that the host takes for every driver", () => {
  const common = COMMON_OPTIONS.map(({ name }) => name);
  for (const { options } of DRIVERS) {
    assert(options.every(({ name }) => !common.includes(name)));
  }
});

Deno.test("a variable of the environment sets one option of a driver, and keeps its meaning across drivers", () => {
  const meanings = new Map<string, string>();
  for (const { options } of DRIVERS) {
    for (const { name, variable } of options) {
      if (variable === undefined) continue;
      assert.match(variable, /^[A-Z][A-Z0-9_]*$/);
      assert.equal(meanings.get(variable) ?? name, name);
      meanings.set(variable, name);
    }
  }
});
