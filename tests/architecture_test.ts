import assert from "node:assert/strict";
import { type FileImports, findCycle, readImports } from "./support/imports.ts";
import { readSourceFiles } from "./support/source_files.ts";

/** What everything in lib/ stands on. */
const BASE = "lib/base/";

/** What the command line stands on. */
const LAYERS = [
  "lib/app/",
  "lib/bike/",
  "lib/broker/",
  "lib/codegen/",
  "lib/config/",
  "lib/dashboard/",
  "lib/gatt/",
  "lib/hardware/",
  "lib/driver/",
  "lib/idl/",
  "lib/loops/",
  "lib/mqtt/",
  "lib/objectapi/",
  "lib/observability/",
  "lib/ride/",
  "lib/route/",
  "lib/simulator/",
  "lib/workout/",
  BASE,
];

/** All that tests and build scripts may look at. */
const PRODUCT = [
  "lib/",
  "adapters/",
  "drivers/",
  "main.ts",
  "mod.ts",
  "deno.json",
];

/** Who may import what; the first row that fits a file holds for it. */
const ALLOWED: readonly (readonly [from: string, to: readonly string[]])[] = [
  ["main.ts", [
    "lib/cli/",
    "lib/hardware/",
    "drivers/",
    "adapters/",
    "deno.json",
  ]],
  ["mod.ts", ["lib/", "adapters/", "drivers/"]],
  ["drivers/", [
    "lib/bike/",
    "lib/gatt/",
    "lib/hardware/*.ts",
    "lib/driver/",
    "drivers/",
    BASE,
  ]],
  ["adapters/", [
    "lib/objectapi/",
    "lib/bike/",
    "lib/loops/",
    "lib/workout/",
    "lib/mqtt/endpoint.ts",
    "adapters/",
    BASE,
  ]],
  [BASE, [BASE]],
  ["lib/app/", [
    "lib/app/",
    "lib/bike/",
    "lib/broker/",
    "lib/config/",
    "lib/dashboard/",
    "lib/driver/",
    "lib/gatt/",
    "lib/hardware/*.ts",
    "lib/loops/",
    "lib/mqtt/",
    "lib/objectapi/",
    "lib/observability/",
    "lib/ride/",
    "lib/simulator/",
    "lib/workout/",
    BASE,
  ]],
  ["lib/bike/", ["lib/bike/", BASE]],
  ["lib/broker/", [
    "lib/broker/",
    "lib/mqtt/endpoint.ts",
    "lib/mqtt/topic.ts",
    BASE,
  ]],
  ["lib/cli/run_cli.ts", ["lib/cli/", "lib/app/advice.ts", BASE]],
  ["lib/cli/*.ts", ["lib/cli/*.ts", ...LAYERS]],
  ["lib/cli/client/", [
    "lib/cli/client/",
    "lib/cli/options/",
    "lib/cli/*.ts",
    ...LAYERS,
  ]],
  ["lib/cli/commands/", ["lib/cli/", ...LAYERS]],
  ["lib/cli/options/", ["lib/cli/options/", "lib/cli/*.ts", ...LAYERS]],
  ["lib/cli/screen/", [
    "lib/cli/screen/",
    "lib/cli/*.ts",
    "lib/dashboard/",
    BASE,
  ]],
  ["lib/cli/ride/", [
    "lib/cli/ride/",
    "lib/cli/options/",
    "lib/cli/*.ts",
    ...LAYERS,
  ]],
  ["lib/cli/shell/", [
    "lib/cli/shell/",
    "lib/cli/*.ts",
    "lib/driver/",
    "lib/objectapi/",
    "lib/config/",
    BASE,
  ]],
  ["lib/cli/systemd/", [
    "lib/cli/systemd/",
    "lib/cli/*.ts",
    "lib/hardware/linux/libc.ts",
    BASE,
  ]],
  ["lib/codegen/", ["lib/codegen/", "lib/idl/", "lib/objectapi/", BASE]],
  ["lib/config/", [
    "lib/config/",
    "lib/bike/",
    "lib/driver/",
    "lib/mqtt/broker_address.ts",
    BASE,
  ]],
  ["lib/dashboard/", [
    "lib/dashboard/",
    "lib/bike/",
    "lib/mqtt/endpoint.ts",
    BASE,
  ]],
  ["lib/gatt/", [
    "lib/gatt/",
    "lib/base/errors.ts",
    "lib/base/bytes.ts",
    "lib/base/octets.ts",
  ]],
  ["lib/simulator/capture/", [
    "lib/simulator/capture/",
    "lib/hardware/*.ts",
    "lib/gatt/",
    "lib/simulator/",
    BASE,
  ]],
  ["lib/hardware/", ["lib/hardware/", BASE]],
  ["lib/driver/", [
    "lib/driver/",
    "lib/bike/",
    "lib/gatt/",
    "lib/hardware/*.ts",
    BASE,
  ]],
  ["lib/idl/", ["lib/idl/", BASE]],
  ["lib/loops/", ["lib/loops/", "lib/bike/", BASE]],
  ["lib/mqtt/", ["lib/mqtt/", BASE]],
  ["lib/objectapi/", ["lib/objectapi/", "lib/mqtt/", BASE]],
  ["lib/observability/", [
    "lib/observability/",
    "lib/bike/",
    "lib/driver/",
    "lib/mqtt/endpoint.ts",
    BASE,
  ]],
  ["lib/ride/", ["lib/ride/", "lib/bike/", BASE]],
  ["lib/route/", ["lib/route/", "lib/bike/", BASE]],
  ["lib/simulator/", [
    "lib/simulator/",
    "lib/gatt/",
    "lib/hardware/*.ts",
    BASE,
  ]],
  ["lib/workout/", [
    "lib/workout/",
    "lib/bike/",
    "lib/ride/",
    "lib/route/",
    BASE,
  ]],
  ["tests/tools/", ["tests/", "tools/", ...PRODUCT]],
  ["tests/", ["tests/", ...PRODUCT]],
  ["tools/", ["tools/", ...PRODUCT]],
];

/** Each third-party package, and the one file that imports it. */
const SOLE_IMPORTERS: Readonly<Record<string, string>> = {
  "@logtape/logtape": "lib/base/logger.ts",
  "@opentelemetry/api": "lib/observability/telemetry.ts",
  commander: "lib/cli/program.ts",
  "dbus-native": "lib/hardware/linux/dbus.ts",
  "fit-file-parser": "lib/ride/fit_file.ts",
  mqtt: "lib/mqtt/mqtt_js_link.ts",
  postgres: "lib/ride/postgres_store.ts",
  "prom-client": "lib/observability/prometheus.ts",
  saxes: "lib/base/xml_reader.ts",
  ws: "lib/broker/web_socket_listener.ts",
  uplot: "lib/dashboard/page_files.ts",
  yaml: "lib/base/yaml_reader.ts",
};

const files = (await readSourceFiles()).map(readImports);
const product = files.filter(({ path }) => !/^(tests|tools)\//.test(path));

/** Checks whether a file stands at a place: a path, a folder, or `folder/*.ts` without subfolders. */
function isAt(path: string, place: string): boolean {
  if (place.endsWith("/*.ts")) {
    const folder = place.slice(0, -"*.ts".length);
    return path.startsWith(folder) && !path.slice(folder.length).includes("/");
  }
  return place.endsWith("/") ? path.startsWith(place) : path === place;
}

/** The imports of a file that its row does not allow. */
function forbidden({ path, files }: FileImports): string[] {
  const row = ALLOWED.find(([from]) => isAt(path, from));
  return files
    .filter((file) => !row?.[1].some((place) => isAt(file, place)))
    .map((file) => `${path} imports ${file}`);
}

for (const [from, to] of ALLOWED) {
  Deno.test(`${from} imports only ${to.join(", ")}`, () => {
    const own = files.filter(({ path }) =>
      ALLOWED.find(([place]) => isAt(path, place))?.[0] === from
    );
    assert.deepEqual(own.flatMap(forbidden), []);
  });
}

Deno.test("every file stands where the design has a row for it", () => {
  const homeless = files.map(({ path }) => path)
    .filter((path) => !ALLOWED.some(([from]) => isAt(path, from)));
  assert.deepEqual(homeless, []);
});

Deno.test("every import of an own file leads to a file", () => {
  const known = new Set(files.map(({ path }) => path));
  const lost = files.flatMap(({ path, files }) =>
    files.filter((file) => file.endsWith(".ts") && !known.has(file))
      .map((file) => `${path} imports ${file}`)
  );
  assert.deepEqual(lost, []);
});

Deno.test("drivers/ uses no package, no module of the runtime and no Deno", () => {
  const bad = files
    .filter(({ path }) => path.startsWith("drivers/"))
    .filter(({ packages, builtins, usesDeno }) =>
      packages.length > 0 || builtins.length > 0 || usesDeno
    );
  assert.deepEqual(bad, []);
});

Deno.test("no file imports itself over others, types included", () => {
  assert.deepEqual(findCycle(files), []);
});

Deno.test("each third-party package is imported in one file", () => {
  const importers: Record<string, string> = {};
  for (const { path, packages } of product) {
    for (const name of packages) {
      importers[name] = [importers[name], path].filter(Boolean).join(" and ");
    }
  }
  assert.deepEqual(importers, { ...SOLE_IMPORTERS });
});
