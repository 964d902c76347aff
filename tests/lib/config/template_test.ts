import assert from "node:assert/strict";
import { writeTemplate } from "#lib/config/template.ts";
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
  const { settings, devices } = configuration;
  const given = settings.all.filter(({ origin }) => origin.kind !== "default")
    .map(({ definition, value }) => [definition.path, value]);
  assert.deepEqual(given, [["bike.id", "b7"], ["broker.address", "host"]]);
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
  const given = configuration.settings.all
    .filter(({ origin }) => origin.kind === "file");
  assert.ok(given.length > 25, `only ${given.length}`);
  for (const { definition, value } of given) {
    assert.equal(value, definition.default, definition.path);
  }
});

Deno.test("a new file without devices says so", () => {
  const text = writeTemplate({ values: new Map(), devices: [] });
  assert.match(text, /^devices: \[\]$/m);
});
