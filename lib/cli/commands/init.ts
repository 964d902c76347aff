/**
 * `smartbike init`: writes a configuration.
 *
 * @module
 */
import { splitLines } from "#lib/base/byte_lines.ts";
import { configure } from "#lib/config/configuration.ts";
import { formatMistake } from "#lib/config/source.ts";
import { writeTemplate } from "#lib/config/template.ts";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { SettingValue } from "#lib/base/value_rule.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import { CONFIG_FILE } from "../options/config_options.ts";
import type { CliIo } from "../io.ts";
import { writing } from "#lib/app/named_files.ts";

/** The longest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 4096;

/** Devices of a new file where nobody says. */
const USUAL_DEVICES = ["heart-rate", "trainer", "climb", "fan"];

/** What is asked, with the setting that the answer becomes. */
interface Question {
  readonly option: string;
  readonly text: string;
  readonly path: string;
  readonly fallback: string;
}

const QUESTIONS: readonly Question[] = [
  {
    option: "bike",
    text: "Id of the bike, as in bike/ID/speed",
    path: "bike.id",
    fallback: "000001",
  },
  {
    option: "broker",
    text: "Address of the MQTT broker; empty to run one in this program",
    path: "broker.address",
    fallback: "",
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
];

/** `smartbike init`. */
export const initCommand: CommandDefinition = {
  name: "init",
  summary: "write a configuration with comments",
  options: [
    {
      flags: "--out <file>",
      description: `where to write it (default: ${CONFIG_FILE})`,
    },
    { flags: "--yes", description: "ask nothing, take the defaults" },
    { flags: "--force", description: "write over a file that is there" },
    { flags: "--bike <id>", description: "id of the bike (default: 000001)" },
    {
      flags: "--broker <address>",
      description:
        "the broker (default: one in this program, for this machine only)",
    },
    { flags: "--username <name>", description: "account name at the broker" },
    {
      flags: "--password-file <file>",
      description: "file that holds the account's password",
    },
    {
      flags: "--device <driver>",
      description: `a device (default: ${USUAL_DEVICES.join(", ")})`,
      isRepeatable: true,
    },
  ],
  details:
    `Asks a few questions, unless they are answered by options or --yes is given.
What is written passes "smartbike config check", and "smartbike start" runs it.`,
  examples: [
    "init",
    "init --yes --bike 000001 --device heart-rate --device trainer",
    "init --yes --broker mqtts://broker.example --username bike --password-file secret.txt",
  ],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { io, output, drivers } = context;
  const { options } = input;
  const file = options.text("out") ?? CONFIG_FILE;
  if (!options.flag("force")) await requireAbsent(file, io);
  const ask = options.flag("yes") ? undefined : new Questioner(io);
  const values = await chooseValues(input, ask);
  const devices = await chooseDevices(input, ask, drivers);
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
  try {
    await io.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
  }
  throw new ConfigError(
    `Cannot write "${file}": it is there already, name another one with --out or give --force`,
    { option: "--out", value: file, file },
  );
}

async function chooseValues(
  { options }: CommandInput,
  ask: Questioner | undefined,
): Promise<Map<string, SettingValue>> {
  const values = new Map<string, SettingValue>();
  for (const { option, text, path, fallback } of QUESTIONS) {
    const isOfAccount = path !== "broker.address" && path.startsWith("broker.");
    const isMoot = isOfAccount && !values.has("broker.address") ||
      option === "password-file" && !values.has("broker.username");
    const given = options.text(option);
    const answer = given ??
      (isMoot ? "" : await ask?.ask(text, fallback) ?? fallback);
    if (answer !== "") values.set(path, answer);
  }
  if (!values.has("broker.address")) {
    values.set("embeddedBroker.listen", "127.0.0.1:1883");
  }
  return values;
}

async function chooseDevices(
  { options }: CommandInput,
  ask: Questioner | undefined,
  drivers: readonly DriverDefinition[],
): Promise<readonly { readonly driver: string; readonly summary: string }[]> {
  const known = drivers.map(({ name }) => name);
  const usual = USUAL_DEVICES.filter((name) => known.includes(name));
  const given = options.texts("device");
  const names = given.length > 0 ? given : (await ask?.ask(
    `Devices, of ${known.join(", ")}`,
    usual.join(", "),
  ))?.split(/[\s,]+/).filter(Boolean) ?? usual;
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
