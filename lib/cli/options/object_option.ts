/**
 * The option that names one object of an interface.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { requireObjectId } from "#lib/objectapi/object_topics.ts";
import type { OptionDefinition, OptionValues } from "../command.ts";

/** Names one object of an interface. */
export const OBJECT_OPTION: OptionDefinition = {
  flags: "--object <id>",
  description: "identity of the object, such as bike/000001, where it has one",
};

/**
 * Reads the option.
 *
 * @param options What the command line holds.
 * @returns The identity; undefined where none was given.
 * @throws {UsageError} If it cannot stand in front of a topic.
 */
export function readObjectId(options: OptionValues): string | undefined {
  const object = options.text("object");
  try {
    return object === undefined ? undefined : requireObjectId(object);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(cause.message, "--object", { cause });
  }
}
