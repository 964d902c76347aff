/**
 * Runs tests in a guest, and reports their results as tests of this process.
 *
 * @module
 */
import { readJunit, type TestResult } from "../support/junit.ts";

/** The repository's folder. */
const ROOT = new URL("../../", import.meta.url);

/** Debian suites of guests, and the BlueZ that each has. */
const BLUEZ = { bookworm: "BlueZ 5.66", trixie: "BlueZ 5.82" } as const;

/** A Debian suite that guests can be made of. */
export type GuestSuite = keyof typeof BLUEZ;

/** How a guest is run. */
export interface GuestOptions {
  /** The suite that its programs come from. */
  readonly suite: GuestSuite;
  /** Name of the file in `scenarios/`, without its ending. */
  readonly scenario: string;
  /**
   * When it is ended, by our clock, in seconds.
   *
   * @default {900}
   */
  readonly limitSeconds?: number;
}

/**
 * Registers a test that runs the tests of one scenario in a guest, each as a
 * step. A guest that cannot be built or started, or that ends early, fails it.
 *
 * @param options How the guest is run.
 */
export function testInGuest(options: GuestOptions): void {
  const { suite, scenario } = options;
  Deno.test(`${BLUEZ[suite]}: ${scenario}`, async (t) => {
    const { code, log, results } = await runGuest(options);
    for (const { name, failure } of results) {
      await t.step(name, () => {
        if (failure !== undefined) throw new TypeError(failure);
      });
    }
    if (results.length === 0 || code !== 0) {
      throw new TypeError(
        `Cannot run ${scenario}.ts in a guest of ${suite}: it ended with ${code}\n${log}`,
      );
    }
  });
}

async function runGuest(
  { suite, scenario, limitSeconds = 900 }: GuestOptions,
): Promise<{ code: number; log: string; results: readonly TestResult[] }> {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-guest-" });
  const [work, out] = [`${folder}/work`, `${folder}/out`];
  try {
    await Deno.mkdir(work);
    await Deno.mkdir(out);
    await bundle("main.ts", `${work}/smartbike.js`);
    await bundle(`tests/guest/scenarios/${scenario}.ts`, `${work}/tests.js`);
    const command =
      "deno test --no-check --no-prompt --allow-all --junit-path=/out/junit.xml tests.js";
    const { code, log } = await run(
      `${new URL(".", import.meta.url).pathname}run.sh`,
      [suite, work, out, command],
      {
        LIMIT: String(limitSeconds),
        TOOLS: Deno.execPath().replace(/\/[^/]*$/, ""),
      },
    );
    return { code, log, results: await readJunit(`${out}/junit.xml`) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The guest has no network: all that runs there goes as one file each. */
async function bundle(entry: string, output: string): Promise<void> {
  const args = ["bundle", "--quiet", "--platform", "deno", "--output", output];
  const { code, log } = await run(Deno.execPath(), [...args, entry]);
  if (code !== 0) throw new TypeError(`Cannot bundle "${entry}": ${log}`);
}

async function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; log: string }> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    env,
    cwd: ROOT,
  }).output();
  const decoder = new TextDecoder();
  return { code, log: decoder.decode(stdout) + decoder.decode(stderr) };
}
