/**
 * What commands cost as processes, in time to their end and in memory, beside a
 * bare Deno in the same run: an empty file, or the package that a command needs
 * and nothing else.
 *
 * @module
 */
import {
  builtExecutable,
  type Executable,
  OWN_MACHINE,
} from "../support/executable.ts";
import { ProgramProcess } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { readUsage } from "./process_usage.ts";

/** How often each process is started; the medians count. */
const ROUNDS = 9;

/** How long a process runs before its memory is read, in milliseconds. */
const SETTLE_MS = 20_000;

/** What the service's unit sets. */
const V8_FLAGS = "--max-semi-space-size=1";

type Command = readonly string[];
type Row = readonly string[];

/** What a process is compared with. */
interface Comparison {
  readonly name: string;
  readonly bare: Command;
  readonly own: Command;
}

/** How long a process took, in milliseconds. */
interface Cost {
  readonly elapsed: number;
  readonly processor: number;
}

/**
 * Measures starts and memory.
 *
 * @returns Rows of a table.
 */
export async function measureStart(): Promise<readonly Row[]> {
  await using broker = await Mosquitto.start();
  await using bed = await Bed.make(broker.url);
  const rows: Row[] = [["", "bare", "smartbike", "ratio", "processor time"]];
  for (const one of bed.starts()) rows.push(await compareStarts(one));
  for (const flags of ["", V8_FLAGS]) {
    for (const one of bed.stays()) rows.push(await compareMemory(one, flags));
  }
  return rows;
}

/** The executable, the bare programs and a service to ask. */
class Bed implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #folder: string;
  readonly #own: Command;
  readonly #deno: Command;
  readonly #broker: string;

  private constructor(
    stack: AsyncDisposableStack,
    folder: string,
    executable: Executable,
    broker: string,
  ) {
    this.#stack = stack;
    this.#folder = folder;
    this.#broker = broker;
    this.#own = [`SMARTBIKE_CACHE=${executable.cache}`, executable.path];
    const flags = ["--quiet", "--no-config", "--no-lock", "--no-remote"];
    this.#deno = [
      `DENO_DIR=${folder}/deno`,
      ...[Deno.execPath(), "run", ...flags, "--no-npm"],
      ...["--allow-env", "--allow-net=127.0.0.1", "--allow-read"],
    ];
  }

  static async make(broker: string): Promise<Bed> {
    await using stack = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "smartbike-start-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const executable = await builtExecutable(OWN_MACHINE);
    await Deno.writeTextFile(`${folder}/empty.mjs`, "");
    await bundle("bare_commands.ts", `${folder}/commands.mjs`);
    await bundle("bare_mqtt.ts", `${folder}/mqtt.mjs`);
    const bed = new Bed(stack.move(), folder, executable, broker);
    const service = bed.#stack.use(
      new ProgramProcess(
        ["env", ...bed.#own, "service", "--broker", broker],
        {},
      ),
    );
    await service.seen(/^Serving/);
    return bed;
  }

  starts(): readonly Comparison[] {
    const broker = ["--broker", this.#broker];
    const empty = [...this.#deno, `${this.#folder}/empty.mjs`];
    const mqtt = [...this.#deno, `${this.#folder}/mqtt.mjs`, this.#broker];
    const bare = [...mqtt, "get"];
    const commands = [...this.#deno, `${this.#folder}/commands.mjs`];
    const decode = ["decode", "2a37", "0048"];
    const own = (...args: Command) => [...this.#own, ...args];
    const get = own("client", ...broker, "io.world.Hello", "get", "last");
    const status = own("status", ...broker, "--bike", "nobody");
    return [
      { name: "--version", bare: empty, own: own("--version") },
      { name: "help", bare: empty, own: own("help") },
      {
        name: "help, beside commander",
        bare: [...commands, "help"],
        own: own("help"),
      },
      { name: "decode", bare: empty, own: own(...decode) },
      {
        name: "decode, beside commander",
        bare: [...commands, ...decode],
        own: own(...decode),
      },
      { name: "client … get, beside MQTT.js", bare, own: get },
      { name: "status, no bike, beside MQTT.js", bare, own: status },
    ];
  }

  stays(): readonly Comparison[] {
    const broker = ["--broker", this.#broker];
    const mqtt = [...this.#deno, `${this.#folder}/mqtt.mjs`, this.#broker];
    const bare = [...mqtt, "stay"];
    const ride = ["driver", "simulated", "--bike", "1", ...broker];
    return [
      { name: "memory, idle", bare, own: [...this.#own, "service", ...broker] },
      { name: "memory, riding", bare, own: [...this.#own, ...ride] },
    ];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** Starts both in turn; the first round fills caches and is not counted. */
async function compareStarts({ name, bare, own }: Comparison): Promise<Row> {
  const costs: { readonly bare: Cost; readonly own: Cost }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const cost = { bare: await time(bare), own: await time(own) };
    if (round > 0) costs.push(cost);
  }
  const ratios = (what: keyof Cost) =>
    costs.map(({ bare, own }) => own[what] / bare[what]);
  const elapsed = (whose: "bare" | "own") =>
    `${median(costs.map((cost) => cost[whose].elapsed)).toFixed(0)} ms`;
  return [
    name,
    elapsed("bare"),
    elapsed("own"),
    spread(ratios("elapsed")),
    spread(ratios("processor")),
  ];
}

/** Lets a shell run a process to its end, and say what processor time it took. */
async function time(command: Command): Promise<Cost> {
  const start = performance.now();
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", 'env "$@" >/dev/null 2>&1; times', "sh", ...command],
    stdin: "null",
  }).output();
  const elapsed = performance.now() - start;
  const [, children = ""] = new TextDecoder().decode(stdout).split("\n");
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
  return {
    elapsed,
    processor: parts.reduce((sum, part) => sum + part, 0) * 1000,
  };
}

async function compareMemory(
  { name, bare, own }: Comparison,
  flags: string,
): Promise<Row> {
  const variable = flags === "" ? [] : [`DENO_V8_FLAGS=${flags}`];
  await using one = new ProgramProcess(["env", ...variable, ...bare], {});
  await using other = new ProgramProcess(["env", ...variable, ...own], {});
  await other.seen(/^(Serving|Bike)/);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const [before, after] = await Promise.all(
    [one, other].map(({ pid }) => readUsage(pid)),
  );
  const bytes = [before?.residentBytes ?? NaN, after?.residentBytes ?? NaN];
  const [least = NaN, most = NaN] = bytes;
  return [
    [name, flags].filter(Boolean).join(", "),
    ...bytes.map((one) => `${(one / 1e6).toFixed(0)} MB`),
    (most / least).toFixed(2),
    "",
  ];
}

async function bundle(name: string, out: string): Promise<void> {
  const source = new URL(name, import.meta.url).pathname;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=deno", "--output", out, source],
  }).output();
  if (!success) throw new TypeError(`Cannot bundle ${name}`);
}

/** The median, and how far the values lie apart. */
function spread(values: readonly number[]): string {
  const [least = NaN, most = NaN] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(2)} (${least.toFixed(2)}–${
    most.toFixed(2)
  })`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
