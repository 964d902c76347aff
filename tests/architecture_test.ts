import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { type FileImports, findCycle, readImports } from "./support/imports.ts";
import { readNames, readScriptImports } from "./support/exports.ts";
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
  ["adapters/bike_adapters.ts", ["adapters/", "lib/app/bike_adapters.ts"]],
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
  ["lib/cli/commands.ts", ["lib/cli/*.ts", "lib/cli/commands/"]],
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
  "mqtt-packet": "lib/mqtt/packet_numbers.ts",
  postgres: "lib/ride/postgres_store.ts",
  "prom-client": "lib/observability/prometheus.ts",
  saxes: "lib/base/xml_reader.ts",
  ws: "lib/broker/web_socket_listener.ts",
  uplot: "lib/dashboard/page_files.ts",
  yaml: "lib/base/yaml_reader.ts",
};

const sources = await readSourceFiles();
const files = sources.map(readImports);
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

/** Values that only tests import, and why. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  "drivers/gas.ts#parseGasLine": "pure: each line that there is",
  "drivers/oxygen.ts#parseOxygenLine": "pure: each line that there is",
  "drivers/reps.ts#RepetitionCounter": "pure: each way of a weight",
  "lib/app/resume_ride.ts#secondsOfRide": "pure: each ride that there is",
  "lib/base/naming.ts#splitWords": "what it loses is seen on no name",
  "lib/broker/access.ts#overlaps": "pure: each pair of filters",
  "lib/codegen/generate.ts#generateFiles": "code of modules without files",
  "lib/dashboard/page_files.ts#pageBytes": "the page stays small",
  "lib/driver/driver_options.ts#checkOptions": "options without a file",
  "lib/gatt/catalog.ts#CODECS": "vectors go through each codec",
  "lib/gatt/dircon_stream.ts#DirconStream": "vectors of streams",
  "lib/hardware/linux/folder_watch.ts#WATCH_MASK": "the kernel's header",
  "lib/idl/check.ts#checkSources": "definitions without files",
  "lib/idl/check.ts#requireModules": "definitions without files",
  "lib/idl/definition_json.ts#stringifyModules": "reads what it writes",
  "lib/idl/finding.ts#FINDING_RULES": "the README names each rule",
  "lib/simulator/att_error.ts#ATT_ERRORS": "what a peripheral refuses with",
  "lib/simulator/gas_mask.ts#gasLineAt": "pure: the lines of a ride",
};

Deno.test("nothing is exported that nobody imports, and no value that only tests import but for those of a list", async () => {
  const isTest = (path: string) => path.startsWith("tests/");
  const names = sources.map(readNames);
  const scripts = (await readSourceFiles(".js")).flatMap(readScriptImports);
  const used = (isMeant: (path: string) => boolean) =>
    new Set(
      names.filter(({ path }) => isMeant(path))
        .flatMap(({ imported }) => imported),
    );
  const byAll = used(() => true).union(new Set(scripts));
  const byProduct = used((path) => !isTest(path));
  const entries = Object.values(config.exports).map((file) => file.slice(2));
  const unused = names
    .filter(({ path }) => /^(lib|adapters|drivers)\//.test(path))
    .filter(({ path }) =>
      !path.endsWith(".gen.ts") && !entries.includes(path) &&
      !byProduct.has(`${path}#*`)
    )
    .flatMap(({ path, types, values }) => [
      ...types.map((name) => `${path}#${name}`)
        .filter((name) => !byAll.has(name)),
      ...values.map((name) => `${path}#${name}`)
        .filter((name) => !byProduct.has(name)),
    ]);
  assert.deepEqual(unused.sort(), Object.keys(FOR_TESTS).sort());
});

/** Files that take time from the machine itself, and why; all others take a `Clock`. */
const OWN_TIME: Readonly<Record<string, string>> = {
  "adapters/io_world/demo.ts": "a demonstration for people",
  "adapters/smartbike/demo.ts": "a demonstration for people",
  "lib/base/clock.ts": "the machine's clock",
  "lib/base/speed_up_clock.ts": "the machine's clock, faster",
  "lib/broker/connection.ts": "gives others their turn, no time",
  "lib/cli/client/watch.ts": "how long a person waits",
  "lib/cli/commands/status_table.ts": "how long ago, for a person",
  "lib/cli/commands/watch.ts": "a picture for a person",
  "lib/cli/ride/record_topics.ts": "when something came in",
  "lib/cli/terminal_progress.ts": "a picture for a person",
  "lib/mqtt/mqtt_js_link.ts": "lets timers of MQTT.js end, no time",
  "lib/observability/health.ts": "the age of this process",
};

Deno.test("time comes from a Clock, but for a few files that take the machine's", () => {
  const raw =
    /^(?!\s*\*).*(?<![.\w#])((setTimeout|setInterval)\(|Date\.now|performance\.now|new Date\(\))/m;
  const found = sources
    .filter(({ path }) => /^(lib|adapters|drivers)\//.test(path))
    .filter(({ path, text }) => !path.endsWith(".gen.ts") && raw.test(text))
    .map(({ path }) => path);
  assert.deepEqual(found.sort(), Object.keys(OWN_TIME).sort());
});
