/**
 * Options that say how a bike is shown on its topics.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { TopicSettings } from "../bike_adapters.ts";
import type { CliContext, OptionDefinition, OptionValues } from "../command.ts";

const GROUP = "Topics:";
const DECIMAL_STYLES = ["auto", "always"] as const;

/** Id of the bike where nobody says. */
const DEFAULT_BIKE_ID = "000001";

/** The options of every command that shows a bike on its topics. */
export const BIKE_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--bike <id>",
    description:
      `id of the bike in its topics (default: DEVICE_ID, else ${DEFAULT_BIKE_ID})`,
  },
  {
    flags: "--without-object",
    description:
      "leave out smartbike.Bike, the object for ApiGear clients; for several bikes on one broker",
  },
  {
    flags: "--decimal <style>",
    description:
      "always writes a decimal point, which the Flutter app needs; auto where the first programs did (default: auto)",
  },
  {
    flags: "--without-aliases",
    description:
      "leave out the older names bike/ID/speed, fan/status and so on",
  },
  {
    flags: "--legacy-commands",
    description: "take commands on bike/ID/incline, resistance and fan too",
  },
  {
    flags: "--turn-topics",
    description: "tell buttons on Turn/Left and Turn/Right too",
  },
].map((option) => ({ ...option, group: GROUP }));

/**
 * Reads how a bike is shown on its topics.
 *
 * @param options The command's options.
 * @param context Gives the environment.
 * @returns The settings; whether the id can stand in a topic is for the adapter to say.
 * @throws {UsageError} If a value cannot be understood.
 */
export function parseTopicSettings(
  options: OptionValues,
  { io }: CliContext,
): TopicSettings {
  const fallback = io.env("DEVICE_ID")?.trim() || DEFAULT_BIKE_ID;
  return {
    bikeId: options.text("bike") ?? fallback,
    decimal: parseDecimal(options.text("decimal")),
    aliases: !options.flag("without-aliases"),
    legacyCommands: options.flag("legacy-commands"),
    turnTopics: options.flag("turn-topics"),
  };
}

function parseDecimal(text = "auto"): (typeof DECIMAL_STYLES)[number] {
  const style = DECIMAL_STYLES.find((name) => name === text);
  if (style) return style;
  throw new UsageError(
    `Cannot use --decimal "${text}": expected ${DECIMAL_STYLES.join(" or ")}${
      didYouMean(text, DECIMAL_STYLES)
    }`,
    "--decimal",
  );
}
