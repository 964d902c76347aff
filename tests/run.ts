/**
 * `deno task test`: sets up what the tests need, where this user may, runs them,
 * and says which were not run and why.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { missingPackages } from "./support/packages.ts";
import { adviceFor, WAITING_VARIABLE } from "./support/requires.ts";
import { installPackages, whyNotInstallable } from "./support/setup.ts";

const NO_INSTALL = "--no-install";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const missing = missingPackages("tests");
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
    const code = await runTests(
      args.filter((word) => word !== NO_INSTALL),
      waiting,
    );
    for (const line of summarize(await Deno.readTextFile(waiting))) print(line);
    return code;
  } finally {
    await Deno.remove(waiting);
  }
}

async function runTests(
  args: readonly string[],
  waiting: string,
): Promise<number> {
  const [, ...words] = config.tasks["test:run"].split(" ");
  // An interrupt reaches deno test as well, which ends then.
  Deno.addSignalListener("SIGINT", () => {});
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
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
