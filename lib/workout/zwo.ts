/**
 * Workouts of Zwift and of all who write its files.
 *
 * @module
 */
import { isFtpWatts } from "#lib/bike/ftp.ts";
import { readXml, type XmlElement } from "#lib/base/xml_reader.ts";
import { fileError } from "#lib/base/text_file.ts";
import { StepCollector } from "./steps.ts";
import type { Workout } from "./workout.ts";
import { addZwoElement } from "./zwo_steps.ts";

/** The most elements that are read: more than a workout may have steps and texts. */
const MAX_ELEMENTS = 50_000;

/**
 * Reads a ZWO file.
 *
 * @param file Its name, for errors, and for the workout where that has none.
 * @throws {FileError} If it cannot be read, with the line and the reason.
 */
export function parseZwo(text: string, file: string): Workout {
  const { root, hasBareAmpersand } = readXml(text, {
    file,
    maxElements: MAX_ELEMENTS,
  });
  if (root.name !== "workout_file") {
    throw fileError(
      file,
      root.line,
      `its outermost element is "${root.name}", expected workout_file`,
    );
  }
  const collector = new StepCollector(file);
  if (hasBareAmpersand) {
    collector.note("bare_ampersand", 'An "&" alone was read as itself');
  }
  const workout = root.children.find(({ name }) => name === "workout");
  if (!workout) {
    throw fileError(file, root.line, "it holds no workout, expected one");
  }
  for (const element of workout.children) addZwoElement(element, collector);
  if (collector.steps.length === 0) {
    collector.fail(workout.line, "its workout has no steps, expected some");
  }
  const sport = textOf(root, "sporttype");
  if (sport !== undefined && sport.toLowerCase() !== "bike") {
    collector.note("sport", `It is made for "${sport}", not for a bike`);
  }
  const ftp = ftpOverrideOf(root, collector);
  const description = textOf(root, "description");
  const author = textOf(root, "author");
  return {
    format: "zwo",
    name: textOf(root, "name") || file,
    ...(description && { description }),
    ...(author && { author }),
    ...(sport && { sport }),
    ...(ftp > 0 && { ftpOverrideWatts: ftp }),
    unit: "fraction of FTP",
    steps: collector.steps,
    texts: collector.texts,
    lapsSeconds: [],
    notices: collector.notices,
  };
}

/** An FTP of 0, or an empty one, is none. */
function ftpOverrideOf(root: XmlElement, collector: StepCollector): number {
  const text = textOf(root, "ftpoverride")?.trim() ?? "";
  const watts = Number(text);
  if (isFtpWatts(watts)) return watts;
  return collector.fail(
    root.line,
    `ftpOverride is ${
      JSON.stringify(text.slice(0, 40))
    }, expected a number of watts`,
  );
}

/** The text of a child on one line. */
function textOf({ children }: XmlElement, name: string): string | undefined {
  return children.find((child) => child.name === name)?.text
    .replace(/\s+/g, " ");
}
