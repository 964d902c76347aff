/**
 * `deno task bench`: what things cost, each beside its measure in the same run.
 * `deno task bench exchange` measures one section only. Quote the ratios; the speeds are those of the machine at that moment.
 *
 * @module
 */
import { measureBikes } from "./bikes_bench.ts";
import { measureBle } from "./ble_bench.ts";
import { measureCodegen, measureInterfaces } from "./codegen_bench.ts";
import { alignColumns, formatTable } from "./compare.ts";
import { measureDashboard } from "./dashboard_bench.ts";
import { measureFootprint } from "./footprint_bench.ts";
import { measureExchanges } from "./exchange_bench.ts";
import { measureGatt } from "./gatt_bench.ts";
import { measureStart } from "./start_bench.ts";
import { measureObjects } from "./objects_bench.ts";
import { usingPrograms } from "../support/requires.ts";

const encoder = new TextEncoder();

async function print(text: string): Promise<void> {
  await Deno.stdout.write(encoder.encode(text));
}

/** A table, what stands above it, and what makes it. */
interface Section {
  readonly title: string;
  measure(): Promise<string> | AsyncIterable<string>;
}

const SECTIONS: Readonly<Record<string, Section>> = {
  exchange: {
    title:
      "The layer beside the least on MQTT.js, C and Python, over mosquitto",
    measure: measureExchanges,
  },
  objects: {
    title: "Many adapters on one client until their properties are known",
    measure: async () => alignColumns(await measureObjects()),
  },
  bikes: {
    title: "Many simulated bikes in one process",
    measure: async () => alignColumns(await measureBikes()),
  },
  codegen: {
    title: "Generating beside reading and checking the definition",
    measure: async () =>
      formatTable(await measureCodegen(), ["read", "generate"]),
  },
  interfaces: {
    title: "Interfaces of a definition of a thousand beside those of a hundred",
    measure: async () =>
      formatTable(await measureInterfaces(), ["of 100", "of 1,000"]),
  },
  gatt: {
    title: "Decoding a frame beside bare reads of a DataView",
    measure: async () =>
      formatTable(await measureGatt(), ["DataView", "decoder"]),
  },
  ble: {
    title: "A strap's notification to its report, beside the packages alone",
    measure: async () => formatTable(await measureBle(), ["packages", "bike"]),
  },
  footprint: {
    title: "The executable beside a Python program with paho-mqtt",
    measure: async () => alignColumns(await measureFootprint()),
  },
  start: {
    title: "Commands as processes beside a bare Deno",
    measure: async () => alignColumns(await measureStart()),
  },
  dashboard: {
    title: "The dashboard as a process of its own",
    measure: async () => alignColumns(await measureDashboard()),
  },
};

/** Measures the sections that are named as arguments, or all. */
async function measureSections(): Promise<void> {
  const names = Deno.args.length > 0 ? Deno.args : Object.keys(SECTIONS);
  for (const name of names) {
    const section = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
    if (!section) {
      const known = Object.keys(SECTIONS).join(", ");
      throw new TypeError(`There is no section ${name}, expected ${known}`);
    }
    await print(`${section.title}:\n\n`);
    const measured = section.measure();
    const parts = "then" in measured ? [await measured] : measured;
    for await (const part of parts) await print(`${part}\n`);
  }
}

await usingPrograms({
  programs: ["dbus-daemon", "mosquitto", "mosquitto_passwd"],
}, measureSections);
