/**
 * `deno task test`: sets up what the tests need, where this user may, runs them,
 * and says which were not run and why.
 *
 * @module
 */
import { relative } from "node:path";
import config from "../deno.json" with { type: "json" };
import { missingPackages } from "./support/packages.ts";
import { adviceFor, WAITING_VARIABLE } from "./support/requires.ts";
import { installPackages, whyNotInstallable } from "./support/setup.ts";

const NO_INSTALL = "--no-install";

/** What a change needs at once: no process, broker, radio, browser or compiler is started. */
const FAST = "--fast";

/** Folders of fast tests. */
const FAST_FOLDERS = [
  "tests/drivers",
  "tests/lib/base",
  "tests/lib/bike",
  "tests/lib/config",
  "tests/lib/driver",
  "tests/lib/gatt",
  "tests/lib/objectapi",
  "tests/lib/simulator",
  "tests/lint",
];

/** Slow ones among them, and those that start a broker or a process. */
const SLOW_FILES: readonly string[] = [
  "tests/drivers/properties_test.ts",
  "tests/drivers/remote_test.ts",
  "tests/drivers/ride_test.ts",
  "tests/drivers/serial_lines_test.ts",
  "tests/drivers/serial_sensors_test.ts",
  "tests/lib/config/config_file_test.ts",
  "tests/lib/driver/serial_driver_test.ts",
  "tests/lib/objectapi/availability_test.ts",
  "tests/lib/objectapi/deadline_test.ts",
  "tests/lib/objectapi/hostile_messages_test.ts",
  "tests/lib/objectapi/object_identity_test.ts",
  "tests/lib/objectapi/operation_invoker_test.ts",
  "tests/lib/objectapi/readiness_test.ts",
  "tests/lib/objectapi/remote_object_received_test.ts",
  "tests/lib/objectapi/service_discovery_test.ts",
];

/** Tests that drive a browser, which Deno's permissions cannot describe. */
export const BROWSER_FILES: readonly string[] = [
  "tests/lib/dashboard/page_controls_test.ts",
  "tests/lib/dashboard/page_looks_test.ts",
  "tests/lib/dashboard/page_states_test.ts",
  "tests/lib/dashboard/page_system_test.ts",
  "tests/tools/pack_test.ts",
];

/** Options of the task, which deno test does not know. */
const OWN_OPTIONS = [NO_INSTALL, FAST];

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const isFast = args.includes(FAST);
  const missing = isFast ? [] : missingPackages("tests");
  if (missing.length > 0) {
    print(`The tests need packages that are missing: ${missing.join(" ")}`);
    const obstacle = args.includes(NO_INSTALL)
      ? `${NO_INSTALL} says so`
      : whyNotInstallable() ?? await installPackages(missing, print);
    if (obstacle !== undefined) {
      print(
        `They are not installed, as ${obstacle}; what needs them is not run`,
      );
    }
  }
  const waiting = await Deno.makeTempFile({ prefix: "smartbike-tests-" });
  try {
    const words = args.filter((word) => !OWN_OPTIONS.includes(word));
    const code = await runTests(words, { isFast, waiting });
    for (const line of summarize(await Deno.readTextFile(waiting))) print(line);
    return code;
  } finally {
    await Deno.remove(waiting);
  }
}

/** How tests are run. */
interface RunOptions {
  readonly isFast: boolean;
  /** The file that takes what is missing. */
  readonly waiting: string;
}

async function runTests(
  args: readonly string[],
  { isFast, waiting }: RunOptions,
): Promise<number> {
  // An interrupt reaches deno test as well, which ends then.
  Deno.addSignalListener("SIGINT", () => {});
  const named = args
    .filter((word) => !word.startsWith("-"))
    .map((place) => relative(".", place));
  const browser = BROWSER_FILES.filter((file) =>
    named.length === 0
      ? !isFast
      : named.some((place) => file === place || file.startsWith(`${place}/`))
  );
  const codes: number[] = [];
  if (!named.length || !named.every((file) => BROWSER_FILES.includes(file))) {
    codes.push(await runDeno(mainWords(args, isFast), waiting));
  }
  if (browser.length > 0) {
    codes.push(await runDeno(browserWords(args, browser), waiting));
  }
  return Math.max(...codes);
}

function mainWords(args: readonly string[], isFast: boolean) {
  const [, ...flags] = config.tasks["test:run"].split(" ");
  const others = args.filter((word) =>
    word.startsWith("-") || !BROWSER_FILES.includes(relative(".", word))
  );
  // Whoever names files means those.
  const isWhole = args.every((word) => word.startsWith("-"));
  return [
    ...isFast
      ? [...flags.filter((word) => word !== "--doc"), "--no-check"]
      : flags,
    ...others,
    `--ignore=${BROWSER_FILES.join()}`,
    ...isFast && isWhole ? fastFiles() : [],
  ];
}

/** The fast tests, each by its name: of many folders Deno 2.9.5 runs what it is told to ignore, too. */
export function fastFiles(): readonly string[] {
  const filesIn = (folder: string): readonly string[] =>
    [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
      isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
    );
  const files = FAST_FOLDERS.flatMap(filesIn)
    .filter((file) => file.endsWith("_test.ts") && !SLOW_FILES.includes(file));
  return ["tests/architecture_test.ts", ...files.toSorted()];
}

/** The same options, with a report of its own beside the other one. */
function browserWords(args: readonly string[], files: readonly string[]) {
  const [, ...flags] = config.tasks["test:browser"].split(" ");
  const options = args.filter((word) => word.startsWith("-")).map((word) =>
    word.replace(/^(--junit-path=.*?)(\.xml)?$/, "$1-browser.xml")
  );
  return [...flags, ...options, ...files];
}

async function runDeno(
  args: readonly string[],
  waiting: string,
): Promise<number> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { [WAITING_VARIABLE]: waiting },
  }).spawn().status;
  return code;
}

/** One line for each thing that is missing, with the number of tests that waited for it. */
function summarize(text: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of text.split("\n").filter(Boolean)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].toSorted().map(([name, count]) =>
    `not run: ${count} ${count === 1 ? "test" : "tests"}: ${adviceFor(name)}`
  );
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
