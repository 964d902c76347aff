/**
 * `deno task bench`: what things cost, each beside its measure in the same run.
 * Quote the ratios; the speeds are those of the machine at that moment.
 *
 * @module
 */
import { measureBle } from "./ble_bench.ts";
import { measureCodegen } from "./codegen_bench.ts";
import { alignColumns, formatTable } from "./compare.ts";
import { measureDashboard } from "./dashboard_bench.ts";
import { measureFootprint } from "./footprint_bench.ts";
import { measureGatt } from "./gatt_bench.ts";
import { measureObjectApi } from "./objectapi_bench.ts";
import { measureStart } from "./start_bench.ts";
import { usingPrograms } from "../support/requires.ts";

const encoder = new TextEncoder();

async function print(text: string): Promise<void> {
  await Deno.stdout.write(encoder.encode(text));
}

async function measureAll(): Promise<void> {
  await print("The layer beside MQTT.js alone, over mosquitto:\n\n");
  await print(formatTable(await measureObjectApi(), ["MQTT.js", "layer"]));
  await print("\nGenerating beside reading and checking the definition:\n\n");
  await print(formatTable(await measureCodegen(), ["read", "generate"]));
  await print("\nDecoding a frame beside bare reads of a DataView:\n\n");
  await print(formatTable(await measureGatt(), ["DataView", "decoder"]));
  await print(
    "\nA strap's notification to its report, beside the packages alone:\n\n",
  );
  await print(formatTable(await measureBle(), ["packages", "bike"]));
  await print("\nThe executable beside a Python program with paho-mqtt:\n\n");
  await print(alignColumns(await measureFootprint()));
  await print("\nCommands as processes beside a bare Deno:\n\n");
  await print(alignColumns(await measureStart()));
  await print("\nThe dashboard as a process of its own:\n\n");
  await print(alignColumns(await measureDashboard()));
}

await usingPrograms({
  programs: ["dbus-daemon", "mosquitto", "mosquitto_passwd"],
}, measureAll);
