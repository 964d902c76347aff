/**
 * What another process of `deno test --junit-path` has found out.
 *
 * @module
 */

/** What became of a test. */
export interface TestResult {
  /** The file that it stands in. */
  readonly file: string;
  /** Its name. */
  readonly name: string;
  /** What it failed with, also where it was not run; undefined if it passed. */
  readonly failure: string | undefined;
}

/**
 * Reads a report.
 *
 * @param path Its path.
 * @returns The tests of each file and their steps; none where the process ended
 * before it could write them.
 */
export async function readJunit(path: string): Promise<readonly TestResult[]> {
  let xml: string;
  try {
    xml = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const cases = xml.matchAll(
    /<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs,
  );
  return [...cases].map(([, name = "", file = "", body = ""]) => ({
    file: decodeEntities(file).replace(/^\.\//, ""),
    name: decodeEntities(name),
    failure: /<(?:failure|error|skipped)/.test(body)
      ? decodeEntities(body.replaceAll(/<[^>]*>/g, "")).trim() ||
        "It was not run"
      : undefined,
  }));
}

function decodeEntities(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    amp: "&",
  };
  return text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll(
      /&#x([0-9a-f]+);/gi,
      (_, code) => String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replaceAll(/&(\w+);/g, (entity, name) => entities[name] ?? entity);
}
