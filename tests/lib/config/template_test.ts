import assert from "node:assert/strict";
import { writeTemplate } from "#lib/config/template.ts";
import { SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { configureFrom } from "./sources.ts";

const CHOICES = {
  values: new Map([["bike.id", "b7"], ["broker.address", "host"]]),
  devices: [{ driver: "fan", summary: "a fan" }],
};

Deno.test("a new file holds what was chosen, and nothing else", () => {
  const { configuration, mistakes } = configureFrom({
    text: writeTemplate(CHOICES),
  });
  assert.deepEqual(mistakes, []);
  const { given, devices } = configuration;
  const values = [...given].map(([path, { value }]) => [path, value]);
  assert.deepEqual(values, [["bike.id", "b7"], ["broker.address", "host"]]);
  assert.deepEqual(devices.map(({ id }) => id), ["fan"]);
});

Deno.test("each default of a new file can be used when its mark is taken off", () => {
  const text = writeTemplate({ values: new Map(), devices: [] })
    .replace(
      /^( *)# (\w+:( [^#\n]+)?) #.*$/gm,
      (line, indent, rest, value) =>
        value === undefined ? line : `${indent}${rest}`,
    )
    .replace(/^( *)# (\w+:)$/gm, "$1$2");
  const { configuration, mistakes } = configureFrom({ text });
  assert.deepEqual(mistakes, []);
  const { given } = configuration;
  assert.ok(given.size > 25, `only ${given.size}`);
  for (const { path, setting } of placedSettings(SCHEMA)) {
    const value = given.get(path)?.value ?? setting.default;
    assert.equal(value, setting.default, path);
  }
});

Deno.test("a new file without devices says so", () => {
  const text = writeTemplate({ values: new Map(), devices: [] });
  assert.match(text, /^devices: \[\]$/m);
});
