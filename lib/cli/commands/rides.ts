/**
 * `smartbike rides`: rides that were recorded.
 *
 * @module
 */
import { requireStore } from "#lib/app/ride_store.ts";
import { UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";
import { summaryOptionsOf } from "../ride/rider_options.ts";
import { EXPORT_FORMATS } from "../ride/ride_export.ts";
import {
  deleteRides,
  exportOne,
  importRide,
  listRides,
  type RidesCall,
  showRide,
} from "../ride/ride_verbs.ts";
import { openStoreOf } from "../ride/store_option.ts";

const VERBS = new Map<string, (call: RidesCall) => Promise<void>>([
  ["list", listRides],
  ["show", showRide],
  ["export", exportOne],
  ["import", importRide],
  ["delete", deleteRides],
]);

/** Whose rides imported ones are, where nobody says. */
const IMPORTED = "imported";

/** `smartbike rides`. */
export const ridesCommand: CommandBody = {
  operands: "list|show|export|import|delete [RIDE|FILE…]",
  operandWords: [...VERBS.keys()],
  options: [
    { flags: "--json", description: "print one JSON value" },
    {
      flags: "--format <name>",
      description: `${
        EXPORT_FORMATS.join(", ")
      } (default: what --out ends in, else fit)`,
      choices: EXPORT_FORMATS,
    },
    {
      flags: "--out <file>",
      description:
        "write the export there (default: standard output, for fit RIDE.fit)",
    },
    {
      flags: "--bike <id>",
      description:
        "list rides of this bike only; the bike that imported rides are stored for",
    },
    ...CONFIG_OPTIONS,
    ...settingOptions(
      SETTINGS.rides.members.db,
      SETTINGS.rider.members.ftpWatts,
    ),
  ],
  details:
    `A RIDE is an id as "list" prints it, or last. Means count coasting as 0 unless
they say otherwise; seconds in which nothing was recorded count nowhere. With
the rider's FTP, "show" prints intensity, stress and time in zones. "import"
takes FIT and TCX activities and what "export --format json" wrote, and prints
the id of each ride; "export --format svg" draws a chart.`,
  permissions: ["net", "write"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const [verb = "list", ...operands] = input.operands;
  const { options } = input;
  const act = VERBS.get(verb);
  if (!act) {
    const verbs = [...VERBS.keys()];
    throw new UsageError(
      `Cannot ${verb} rides: expected ${verbs.join(", ")}${
        didYouMean(verb, verbs)
      }`,
      verb,
    );
  }
  const { config } = requireSound(await loadConfig(input, context), context);
  const rider = summaryOptionsOf(config);
  const bikeId = options.text("bike") ?? IMPORTED;
  const named = options.text("db");
  if (named !== undefined && verb !== "import") requireStore(named);
  await using store = await openStoreOf(config, context);
  await act({ operands, options, context, store, rider, bikeId });
}
