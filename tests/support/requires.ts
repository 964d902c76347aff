/**
 * Tests that need a program of the operating system, or a right of it.
 *
 * @module
 */
import { findProgram, isPresent, packageOf } from "./packages.ts";
import { canBeRoot } from "./root.ts";

/** What a test needs besides Deno. */
export interface Requirements {
  /** Programs, by their command names, and packages whose files are needed. */
  readonly programs: readonly string[];
  /**
   * Whether it needs the superuser.
   *
   * @default {false}
   */
  readonly root?: boolean;
}

/** The right that a test of the superuser needs, as it is named where it is missing. */
const ROOT_RIGHT = "root";

/** Names the file that takes a line for each test that waits for something. */
export const WAITING_VARIABLE = "SMARTBIKE_TESTS_WAITING";

/** What the running test has said it needs; tests of a file run one by one. */
let current: Requirements = { programs: [] };

/**
 * Finds an installed program that the test has said it needs.
 *
 * @param name Command name, for example `mosquitto`.
 * @returns Path of the program.
 * @throws {TypeError} If the test has not said so: it would fail where the program is missing.
 * @throws {Deno.errors.NotFound} If it is not installed; the message names the package.
 */
export function requireProgram(name: string): string {
  requireNeed(name);
  const path = findProgram(name);
  if (path === undefined) throw new Deno.errors.NotFound(adviceFor(name));
  return path;
}

/**
 * Makes sure that the test has said what it needs.
 *
 * @param name A program, or a package whose files are needed.
 * @throws {TypeError} If it has not.
 */
export function requireNeed(name: string): void {
  const wanted = packageOf(name);
  if (current.programs.some((one) => packageOf(one) === wanted)) return;
  throw new TypeError(
    `Cannot use "${name}" here: the test does not say that it needs it, expected testWith or needing`,
  );
}

/**
 * Works with programs outside of a test.
 *
 * @param requirements What is needed.
 * @param work The work.
 * @returns What it gives.
 */
export async function usingPrograms<T>(
  requirements: Requirements,
  work: () => T | Promise<T>,
): Promise<T> {
  const before = current;
  current = requirements;
  try {
    return await work();
  } finally {
    current = before;
  }
}

/**
 * Registers a test that needs programs. Where one is missing the test is
 * ignored and the reason printed; under `CI=true` it fails instead, so that
 * the pipeline cannot lose tests unnoticed.
 *
 * @example Usage
 * ```ts ignore
 * testWith({ programs: ["mosquitto"] }, "it talks to a broker", async () => {});
 * ```
 *
 * @param requirements What the test needs.
 * @param name Name of the test.
 * @param fn The test.
 */
export function testWith(
  requirements: Requirements,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = requirements.programs.filter((one) => !isPresent(one));
  if (requirements.root && !canBeRoot) missing.push(ROOT_RIGHT);
  if (missing.length === 0) {
    return Deno.test(name, (t) => usingPrograms(requirements, () => fn(t)));
  }
  const reason = missing.map(adviceFor).join("; ");
  if (Deno.env.get("CI") === "true") {
    return Deno.test(name, () => {
      throw new Deno.errors.NotFound(reason);
    });
  }
  report(name, missing, reason);
  // Ignored, as it needs a program that is missing, which is printed; CI never comes here.
  Deno.test({ name, ignore: true, fn });
}

/**
 * Makes the function that registers tests which need the same programs.
 *
 * @param programs The programs.
 * @returns Registers a test.
 */
export function needing(
  ...programs: readonly string[]
): (
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
) => void {
  return (name, fn) => testWith({ programs }, name, fn);
}

/** Says why a test is not run: in the file for all reasons where there is one, else on the terminal. */
function report(
  name: string,
  missing: readonly string[],
  reason: string,
): void {
  const file = Deno.env.get(WAITING_VARIABLE);
  if (!file) {
    const line = `not run: ${name}: ${reason}\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(line));
    return;
  }
  const lines = missing.map((one) => `${one}\n`).join("");
  Deno.writeTextFileSync(file, lines, { append: true });
}

/**
 * Says what to do about something that is missing.
 *
 * @param name A program, a package or a right.
 * @returns A sentence, without a final period.
 */
export function adviceFor(name: string): string {
  return name === ROOT_RIGHT
    ? "needs root: run it as root, or as a user whose sudo asks nothing"
    : `needs ${name}: install it with apt-get install ${packageOf(name)}`;
}
