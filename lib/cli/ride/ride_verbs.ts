/**
 * What `smartbike rides` does.
 *
 * @module
 */
import { writing } from "#lib/app/named_files.ts";
import { UsageError } from "#lib/base/errors.ts";
import { FileError } from "#lib/base/store_errors.ts";
import { decodeText } from "#lib/base/text_file.ts";
import { parseFit } from "#lib/ride/fit_import.ts";
import { MAX_FIT_BYTES } from "#lib/ride/fit_reader.ts";
import { parseRideJson } from "#lib/ride/json_file.ts";
import type { RideStore } from "#lib/ride/ride_store.ts";
import type { Ride, Sample } from "#lib/ride/sample.ts";
import type { SummaryOptions } from "#lib/ride/summary.ts";
import { parseTcx } from "#lib/ride/tcx_import.ts";
import type { CliContext, OptionValues } from "../command.ts";
import { missingOperand } from "../options/missing_operand.ts";
import { fileName, readHandedFile } from "./handed_file.ts";
import { chooseFormat, exportRide, readRide } from "./ride_export.ts";
import { describeRide, ridesTable } from "./ride_text.ts";

/** What stands where one ride is named. */
const ONE_RIDE = "the id of one ride, or last";

/** What a verb works with. */
export interface RidesCall {
  /** What follows the verb. */
  readonly operands: readonly string[];
  /** The options. */
  readonly options: OptionValues;
  /** The program around it. */
  readonly context: CliContext;
  /** Where rides are kept. */
  readonly store: RideStore;
  /** Who rode. */
  readonly rider: SummaryOptions;
  /** Id of the bike that imported rides are stored for. */
  readonly bikeId: string;
}

/** Lists rides. */
export async function listRides(call: RidesCall): Promise<void> {
  const { options, store, rider, context: { output } } = call;
  const bike = options.text("bike");
  const rides = await store.rides(bike === undefined ? {} : { bike });
  const listed = await Promise.all(
    rides.map((ride) => readRide(store, ride, rider)),
  );
  if (options.flag("json")) {
    const values = listed.map(({ ride, summary }) => ({ ...ride, summary }));
    return output.line(JSON.stringify(values));
  }
  if (rides.length === 0) return output.note("no ride is recorded");
  for (const line of ridesTable(listed)) output.line(line);
}

/** Shows one ride. */
export async function showRide(call: RidesCall): Promise<void> {
  const { options, store, rider, context: { output } } = call;
  const whole = await readRide(store, await oneRide(call), rider);
  if (options.flag("json")) {
    const { ride, summary } = whole;
    return output.line(JSON.stringify({ ...ride, summary }));
  }
  for (const line of describeRide(whole)) output.line(line);
}

/** Writes one ride as a file. */
export async function exportOne(call: RidesCall): Promise<void> {
  const { options, store, rider, context: { io, output } } = call;
  const out = options.text("out");
  const format = chooseFormat(options.text("format"), out);
  const ride = await oneRide(call);
  const whole = await readRide(store, ride, rider);
  const bytes = exportRide(whole, format, rider);
  if (out === undefined && format !== "fit") {
    return output.text(new TextDecoder().decode(bytes));
  }
  const path = out ?? `${ride.id}.${format}`;
  await writing("--out", path, () => io.writeBytes(path, bytes));
  output.note(`wrote ${path}`);
}

/** Stores a ride that was recorded elsewhere. */
export async function importRide(call: RidesCall): Promise<void> {
  const { operands, store, bikeId, context: { io, output } } = call;
  if (operands.length === 0) {
    const missing = { operand: "FILE", expected: ["one file or more"] };
    throw missingOperand("import rides", missing);
  }
  for (const path of operands) {
    const bytes = await readHandedFile(io, path, MAX_FIT_BYTES);
    const samples = parseRide(bytes, fileName(path), bikeId);
    const { ride, isNew } = await store.add(bikeId, samples);
    if (isNew) output.line(ride.id);
    else output.note(`${path}: ride ${ride.id} is there already`);
  }
}

/** Deletes rides. */
export async function deleteRides(call: RidesCall): Promise<void> {
  const { operands, store, context: { output } } = call;
  if (operands.length === 0) throw missingRide();
  const newest = operands.includes("last") ? await newestRide(store) : "";
  for (const id of operands.map((one) => one === "last" ? newest : one)) {
    if (!await store.delete(id)) throw unknownRide(id);
    output.line(id);
  }
}

/** The ride that is named; `last` is the newest. */
async function oneRide({ operands, store }: RidesCall): Promise<Ride> {
  const [id, extra] = operands;
  if (id === undefined) throw missingRide();
  if (extra !== undefined) {
    throw new UsageError(
      `Cannot use "${operands.join(" ")}": expected ${ONE_RIDE}`,
      extra,
    );
  }
  const named = id === "last" ? await newestRide(store) : id;
  const ride = await store.ride(named);
  if (ride) return ride;
  throw unknownRide(named);
}

/** The id of the ride that `last` stands for. */
async function newestRide(store: RideStore): Promise<string> {
  const [newest] = await store.rides({ limit: 1 });
  if (newest) return newest.id;
  throw new UsageError(
    'Cannot use "last": no ride is recorded, expected one in the store',
    "last",
  );
}

function missingRide(): UsageError {
  return missingOperand("use a ride", {
    operand: "RIDE",
    expected: [ONE_RIDE],
  });
}

function unknownRide(id: string): UsageError {
  return new UsageError(
    `Cannot find ride "${id}": it is not in the store, "rides list" names those that are`,
    id,
  );
}

function parseRide(
  bytes: Uint8Array,
  file: string,
  bike: string,
): readonly Sample[] {
  if (new TextDecoder().decode(bytes.subarray(8, 12)) === ".FIT") {
    return parseFit(bytes, file, bike);
  }
  const first = decodeText(bytes.subarray(0, 512)).text.trimStart()[0];
  if (first === "<") return parseTcx(bytes, file, bike);
  if (first === "{") return parseRideJson(decodeText(bytes).text, file, bike);
  throw new FileError(
    `Cannot read "${file}": it begins like no ride, expected FIT, TCX, or the JSON of "rides export"`,
    file,
  );
}
