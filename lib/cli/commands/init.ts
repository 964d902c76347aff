/**
 * `smartbike init`: writes a configuration.
 *
 * @module
 */
import { splitLines } from "#lib/base/byte_lines.ts";
import { configure } from "#lib/config/configuration.ts";
import { formatMistake } from "#lib/config/source.ts";
import { type ChosenDevice, writeTemplate } from "#lib/config/template.ts";
import { ConfigError, SmartbikeError, UsageError } from "#lib/base/errors.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { SettingValue } from "#lib/base/value_rule.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { findDevices } from "../found_devices.ts";
import { CONFIG_FILE } from "../options/config_options.ts";
import { parseDuration } from "../options/duration.ts";
import type { CliIo } from "../io.ts";
import { readPem, readSecret, writing } from "#lib/app/named_files.ts";

/** The longest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 4096;

/** Devices of a new file by default. */
const USUAL_DEVICES = ["heart-rate", "trainer", "climb", "fan"];

/** Where brokers listen, and a broker of this program if that is taken. */
const [USUAL_BROKER, OTHER_BROKER] = ["127.0.0.1:1883", "127.0.0.1:1884"];

/** How long devices are looked for, unless the answer says otherwise. */
const SCAN_TIME = "10s";

/** Drivers that fit any device. */
const CATCH_ALL = ["generic"];

/** The answer that stands for a broker of this program. */
const OWN_BROKER = "own";

/** What is asked, with the setting that the answer becomes. */
interface Question {
  readonly option: string;
  readonly text: string;
  readonly path: string;
  readonly fallback: string;
}

function questionsFor(broker: string): readonly Question[] {
  return [
    {
      option: "bike",
      text: "Id of the bike, as in bike/ID/speed",
      path: "bike.id",
      fallback: "000001",
    },
    {
      option: "broker",
      text:
        `Address of the MQTT broker, or "${OWN_BROKER}" to run one in this program`,
      path: "broker.address",
      fallback: broker,
    },
    {
      option: "username",
      text: "Account name at the broker; empty for none",
      path: "broker.username",
      fallback: "",
    },
    {
      option: "password-file",
      text: "File that holds the account's password",
      path: "broker.passwordFile",
      fallback: "",
    },
    {
      option: "ca",
      text: "File of certificates to trust, in PEM; empty for the system's",
      path: "broker.tls.ca",
      fallback: "",
    },
  ];
}

/** `smartbike init`. */
export const initCommand: CommandBody = {
  options: [
    {
      flags: "--out <file>",
      description: `where to write it (default: ${CONFIG_FILE})`,
    },
    { flags: "--yes", description: "ask nothing, take the defaults" },
    { flags: "--force", description: "overwrite an existing file" },
    { flags: "--bike <id>", description: "id of the bike (default: 000001)" },
    {
      flags: "--broker <address>",
      description:
        `the broker, or ${OWN_BROKER} for one in this program (default: the one that listens on ${USUAL_BROKER}, else ${OWN_BROKER})`,
    },
    { flags: "--username <name>", description: "account name at the broker" },
    {
      flags: "--password-file <file>",
      description: "file that holds the account's password",
    },
    {
      flags: "--ca <file>",
      description: "file of certificates to trust instead of the system's",
    },
    {
      flags: "--device <driver>",
      description: `a device (default: ${USUAL_DEVICES.join(", ")})`,
      isRepeatable: true,
    },
  ],
  details:
    `Asks a few questions, unless they are answered by options or --yes is given. A
broker that already listens on this machine is used. The answer "scan" to the
question for devices looks for them. The file passes "smartbike config check",
and "smartbike start" runs it.`,
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { io, output } = context;
  const drivers = await context.drivers();
  const { options } = input;
  const file = options.text("out") ?? CONFIG_FILE;
  if (!options.flag("force")) await requireAbsent(file, io);
  const ask = options.flag("yes") ? undefined : new Questioner(io);
  const isTaken = await io.isListening(USUAL_BROKER);
  if (isTaken && options.text("broker") === undefined) {
    output.note(`found a broker on ${USUAL_BROKER}`);
  }
  const values = await chooseValues(input, { ask, isTaken, context });
  const devices = await chooseDevices(input, ask, context);
  await ask?.end();
  const text = writeTemplate({ values, devices });
  const { mistakes: [mistake] } = configure({
    source: { file, text },
    drivers,
  });
  if (mistake) {
    throw new ConfigError(
      `Cannot write "${file}": ${
        formatMistake(mistake).replace(/^[^ ]* Cannot use /, "")
      }`,
      { option: mistake.path },
    );
  }
  await writing("--out", file, () => io.writeTextFile(file, text));
  output.line(`Wrote ${file}; run it with: smartbike start --config ${file}`);
}

async function requireAbsent(file: string, io: CliIo): Promise<void> {
  if (!await writing("--out", file, () => isReadable(file, io))) return;
  throw new ConfigError(
    `Cannot write "${file}": it is there already, name another one with --out or give --force`,
    { option: "--out", value: file, file },
  );
}

async function isReadable(file: string, io: CliIo): Promise<boolean> {
  try {
    await io.readTextFile(file);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** How settings are chosen. */
interface Choosing {
  /** Asks; undefined for no questions. */
  readonly ask: Questioner | undefined;
  /** Whether a broker listens at the usual place. */
  readonly isTaken: boolean;
  readonly context: CliContext;
}

async function chooseValues(
  { options }: CommandInput,
  { ask, isTaken, context }: Choosing,
): Promise<Map<string, SettingValue>> {
  const values = new Map<string, SettingValue>();
  for (const question of questionsFor(isTaken ? USUAL_BROKER : OWN_BROKER)) {
    const { option, path, fallback } = question;
    const isOfAccount = path !== "broker.address" && path.startsWith("broker.");
    const isMoot = isOfAccount && !values.has("broker.address") ||
      option === "password-file" && !values.has("broker.username") ||
      option === "ca" && !/^(mqtts|wss):/i.test(addressIn(values));
    const given = options.text(option);
    if (given !== undefined) {
      await checkFile(question, given, context);
      setAnswer(values, path, given);
    } else if (ask && !isMoot) await askFor(question, values, ask, context);
    else if (!isMoot) setAnswer(values, path, fallback);
  }
  if (!values.has("broker.address")) {
    const listen = isTaken ? OTHER_BROKER : USUAL_BROKER;
    values.set("embeddedBroker.listen", listen);
  }
  return values;
}

function addressIn(values: ReadonlyMap<string, SettingValue>): string {
  return String(values.get("broker.address") ?? "");
}

function setAnswer(
  values: Map<string, SettingValue>,
  path: string,
  answer: string,
): void {
  const isOwn = path === "broker.address" && answer === OWN_BROKER;
  if (answer === "" || isOwn) values.delete(path);
  else values.set(path, answer);
}

/** Asks until the answer can be used. */
async function askFor(
  question: Question,
  values: Map<string, SettingValue>,
  ask: Questioner,
  context: CliContext,
): Promise<void> {
  const { text, path, fallback } = question;
  const { drivers, output } = context;
  for (;;) {
    const answer = await ask.ask(text, fallback);
    setAnswer(values, path, answer);
    const source = { file: "", text: writeTemplate({ values, devices: [] }) };
    const { mistakes } = configure({ source, drivers: await drivers() });
    const mistake = mistakes.find((one) => one.path === path);
    if (mistake && answer !== fallback) {
      output.note(`${mistake.found}, expected ${mistake.expected}`);
      continue;
    }
    try {
      return await checkFile(question, answer, context);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      output.note(error.message);
    }
  }
}

/** Makes sure that a file that an answer names can be used; it may be made later. */
async function checkFile(
  { option, path }: Pick<Question, "option" | "path">,
  answer: string,
  { io, output }: CliContext,
): Promise<void> {
  const isFile = path === "broker.tls.ca" || path === "broker.passwordFile";
  if (answer === "" || !isFile) return;
  try {
    const read = path === "broker.tls.ca" ? readPem : readSecret;
    await read(io, `--${option}`, answer);
  } catch (error) {
    const isMissing = error instanceof ConfigError &&
      error.cause instanceof Deno.errors.NotFound;
    if (!isMissing) throw error;
    output.note(`"${answer}" is not there yet`);
  }
}

async function chooseDevices(
  { options }: CommandInput,
  ask: Questioner | undefined,
  context: CliContext,
): Promise<readonly ChosenDevice[]> {
  const { output } = context;
  const drivers = await context.drivers();
  const known = drivers.map(({ name }) => name);
  const usual = USUAL_DEVICES.filter((name) => known.includes(name));
  const given = options.texts("device");
  if (given.length > 0 || !ask) {
    return chosenDevices(given.length > 0 ? given : usual, drivers);
  }
  let fallback = usual.join(", ");
  for (;;) {
    const text = `Devices, of ${known.join(", ")}; "scan" looks for them`;
    const answer = await ask.ask(text, fallback);
    try {
      const duration = /^scan(?:\s+(\S+))?$/.exec(answer);
      if (!duration) {
        return chosenDevices(answer.split(/[\s,]+/).filter(Boolean), drivers);
      }
      const [, limit = SCAN_TIME] = duration;
      const found = await lookAround(parseDuration(limit, "scan"), context);
      if (found.length > 0) fallback = found.join(", ");
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      output.note(error.message);
    }
  }
}

/** Finds the drivers that fit the devices around, and prints which is which. */
async function lookAround(
  timeoutMs: number,
  context: CliContext,
): Promise<readonly string[]> {
  const { output } = context;
  output.note(`scanning for ${timeoutMs / 1000} s, wake the devices`);
  const drivers = (await context.drivers())
    .filter(({ name }) => !CATCH_ALL.includes(name));
  const { ble } = await context.hardware();
  const signal = AbortSignal.timeout(timeoutMs);
  const devices = await findDevices(ble, drivers, { filter: {}, signal });
  const fitting = devices.filter((one) => one.drivers.length > 0);
  for (const { seen, drivers } of fitting) {
    output.note(`found ${seen.name || seen.address}: ${drivers.join(", ")}`);
  }
  if (fitting.length === 0) output.note("no device was found that fits");
  return [...new Set(fitting.flatMap(({ drivers }) => drivers))];
}

function chosenDevices(
  names: readonly string[],
  drivers: readonly DriverDefinition[],
): readonly ChosenDevice[] {
  const known = drivers.map(({ name }) => name);
  return names.map((name) => {
    const driver = drivers.find((one) => one.name === name);
    if (driver) return { driver: name, summary: driver.summary };
    throw new UsageError(
      `Cannot use device "${name}": there is no such driver, expected ${
        known.join(", ")
      }${didYouMean(name, known)}`,
      name,
    );
  });
}

/** Asks a person, on standard error and standard input. */
class Questioner {
  readonly #io: CliIo;
  readonly #answers: AsyncIterator<Uint8Array>;

  constructor(io: CliIo) {
    this.#io = io;
    this.#answers = splitLines(io.readInput(), MAX_ANSWER_BYTES)
      [Symbol.asyncIterator]();
  }

  /** Nothing, or the end of the input, stands for the answer in brackets. */
  async ask(text: string, fallback: string): Promise<string> {
    this.#io.writeError(`${text} [${fallback}]: `);
    const { value, done } = await this.#answers.next();
    if (done) {
      this.#io.writeError("\n");
      return fallback;
    }
    return new TextDecoder().decode(value).trim() || fallback;
  }

  /** Lets go of standard input. */
  async end(): Promise<void> {
    await this.#answers.return?.();
  }
}
