/**
 * `deno task audit`: every package of the lock file against the advisories and
 * licences of `audit.json`, and against those that the registry knows, where it
 * can be asked.
 *
 * @module
 */
import list from "./audit.json" with { type: "json" };
import { run } from "./process.ts";

/** Licences of packages that the program may use. */
const ALLOWED = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "MPL-2.0",
  "Python-2.0",
  "Unlicense",
];

/** What `deno audit` prints where it has nothing to say. */
const CLEAN = /No known vulnerabilities/i;

/** What `deno audit` prints where it has found something. */
const FOUND = /vulnerabilit(y|ies) found|Severity:/i;

/** A flaw of a package that somebody has made known. */
interface Advisory {
  /** Its name, as `GHSA-…`. */
  readonly id: string;
  /** The package. */
  readonly package: string;
  /** The first version that has it. */
  readonly from: string;
  /** The first version without it. */
  readonly below: string;
}

/** What is known of packages. */
interface AuditList {
  /** Packages with versions, as `ws@8.23.0`, by licence. */
  readonly licences: Readonly<Record<string, readonly string[]>>;
  /** The flaws. */
  readonly advisories: readonly Advisory[];
}

/**
 * Compares packages with what is known.
 *
 * @param packages Packages with their versions.
 * @param known What is known.
 * @returns What is wrong, one line each.
 */
export function audit(
  packages: readonly string[],
  known: AuditList,
): readonly string[] {
  const licences = new Map(
    Object.entries(known.licences)
      .flatMap(([licence, names]) => names.map((name) => [name, licence])),
  );
  return packages.flatMap((one) => {
    const at = one.lastIndexOf("@");
    const [name, version] = [one.slice(0, at), one.slice(at + 1)];
    const flaws = known.advisories
      .filter((flaw) =>
        flaw.package === name && compare(version, flaw.from) >= 0 &&
        compare(version, flaw.below) < 0
      )
      .map(({ id, below }) => `${one}: ${id}, mended in ${below}`);
    const licence = licences.get(one);
    if (licence === undefined) {
      return [...flaws, `${one}: its licence is not listed in audit.json`];
    }
    const isAllowed = ALLOWED.includes(licence);
    return isAllowed ? flaws : [...flaws, `${one}: licence ${licence}`];
  });
}

/** Compares versions; what stands behind a hyphen comes before the version itself. */
function compare(a: string, b: string): number {
  const [one = "", oneTail] = a.split("-", 2);
  const [other = "", otherTail] = b.split("-", 2);
  const order = one.localeCompare(other, "en", { numeric: true });
  if (order !== 0) return order;
  return Number(oneTail === undefined) - Number(otherTail === undefined);
}

/** The packages of the lock file, without the peers that Deno writes behind them. */
async function lockedPackages(): Promise<readonly string[]> {
  const path = new URL("../deno.lock", import.meta.url);
  const lock: { readonly npm: Readonly<Record<string, unknown>> } = JSON.parse(
    await Deno.readTextFile(path),
  );
  return Object.keys(lock.npm).map((key) =>
    key.replace(/^(@?[^@]+@[^_]+).*$/, "$1")
  );
}

/** What the registry says; nothing where it cannot be asked. */
async function askRegistry(): Promise<readonly string[] | undefined> {
  const { out, error } = await run([Deno.execPath(), "audit"]);
  const text = `${out}${error}`;
  if (CLEAN.test(text)) return [];
  return FOUND.test(text) ? text.trim().split("\n") : undefined;
}

if (import.meta.main) {
  const print = (line: string) =>
    Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
  const packages = await lockedPackages();
  const found = [...audit(packages, list)];
  const advisories = await askRegistry();
  if (advisories === undefined) {
    print("the registry's advisories cannot be had");
  }
  found.push(...advisories ?? []);
  for (const line of found) print(line);
  for (const [licence, names] of Object.entries(list.licences)) {
    print(`${licence}: ${names.length}`);
  }
  print(`${packages.length} packages, ${found.length} findings`);
  Deno.exit(found.length === 0 ? 0 : 1);
}
