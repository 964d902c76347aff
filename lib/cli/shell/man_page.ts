/**
 * The manual page, written from the same table as the help.
 *
 * @module
 */
import { SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import type {
  CommandDefinition,
  OptionDefinition,
  ProgramDefinition,
} from "../command.ts";
import { COMMON_OPTIONS, HELP_OPTION, VERSION_OPTION } from "../program.ts";

/** Longest line of a paragraph, in characters. */
const MAX_LINE = 78;

/** Exit codes and their meanings. */
const EXIT_STATUS = [
  ["0", "All went well, or a signal ended what runs until one does."],
  ["1", "What was asked could not be done."],
  ["2", "The command line or a setting is wrong."],
] as const;

/** Files that the program uses by itself, and what for. */
const FILES = [
  ["/etc/smartbike/smartbike.yaml", "Settings of the service."],
  [
    "/etc/systemd/system/smartbike.service",
    "The service, as smartbike install writes it.",
  ],
  [
    "~/.cache/smartbike",
    "What a self-extracting executable has unpacked; it may be removed. SMARTBIKE_CACHE names another folder.",
  ],
] as const;

/** Variables of settings, and of the program itself. */
const VARIABLES: readonly (readonly [names: string, purpose: string])[] = [
  ...placedSettings(SCHEMA).flatMap(({ path, setting }) =>
    setting.variables
      ? [
        [
          setting.variables.join(", "),
          `The setting ${path}: ${setting.summary}.`,
        ] as const,
      ]
      : []
  ),
  ["MQTT_PORT", "The port of the broker, where its address has none."],
  ["SMARTBIKE_CONFIG", "The configuration, unless --config names it."],
  [
    "SMARTBIKE_CACHE, CACHE_DIRECTORY, XDG_CACHE_HOME",
    "Where a self-extracting executable unpacks itself: the first two themselves, else smartbike in the last, or in ~/.cache.",
  ],
  [
    "PGPASSWORD",
    "The password of a PostgreSQL database, which no setting holds.",
  ],
  [
    "STATE_DIRECTORY, XDG_STATE_HOME, HOME",
    "Where rides and remembered devices are kept: the first itself, smartbike in the second, .local/state/smartbike in the last.",
  ],
  [
    "XDG_CONFIG_HOME",
    "Where smartbike/smartbike.yaml is looked for, instead of ~/.config.",
  ],
  ["DBUS_SYSTEM_BUS_ADDRESS", "The bus that BlueZ is on."],
  [
    "NO_COLOR, TERM",
    "With any text, or the value dumb, nothing is printed in colour.",
  ],
  ["OTEL_DENO", "With the value true, traces and metrics go to OpenTelemetry."],
  [
    "OTEL_DENO_CONSOLE",
    "With the value replace, and OTEL_DENO, the log goes there too.",
  ],
  [
    "NOTIFY_SOCKET, WATCHDOG_PID, WATCHDOG_USEC",
    "How systemd is notified; it sets them.",
  ],
];

/** What the page shows of a program. */
interface ManPageParts {
  /** Its commands. */
  readonly commands: readonly CommandDefinition[];
  /** Its drivers. */
  readonly drivers: readonly DriverDefinition[];
}

/**
 * Writes the page in the macros of man(7).
 *
 * @param parts What it consists of.
 * @returns The page, for section 1.
 */
export function toManPage(
  { name, version, summary }: ProgramDefinition,
  { commands, drivers }: ManPageParts,
): string {
  const release = version.replace(/ .*/, "");
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${release}" "User Commands"`,
    ".SH NAME",
    `${name} \\- ${escape(lowerFirst(summary))}`,
    ".SH SYNOPSIS",
    `.B ${name}`,
    ".RI [ options ]",
    ".I command",
    ".RI [ arguments ]",
    ".SH DESCRIPTION",
    text(summary),
    "One program; its first argument selects the command.",
    `.B ${name} help`,
    ".I command",
    "shows the same as this page, for one command.",
    ".SH OPTIONS",
    "Every command has these.",
    ...[...COMMON_OPTIONS, HELP_OPTION, VERSION_OPTION].flatMap(toOption),
    ".SH COMMANDS",
    ...commands.flatMap((command) => toCommand(name, command)),
    ".SH EXIT STATUS",
    ...EXIT_STATUS.flatMap(toEntry),
    ".SH ENVIRONMENT",
    ...[...VARIABLES, ...variablesOf(drivers)].flatMap(toEntry),
    ".SH FILES",
    ...FILES.flatMap(toEntry),
    "",
  ].join("\n");
}

/** Variables that set options of drivers, several of them where they share one. */
function variablesOf(
  drivers: readonly DriverDefinition[],
): readonly (readonly [name: string, purpose: string])[] {
  const users = new Map<string, string[]>();
  for (const { name, options } of drivers) {
    for (const { name: option, variable } of options) {
      if (variable === undefined) continue;
      const known = users.get(variable) ?? [];
      users.set(variable, [...known, `${name}.${option}`]);
    }
  }
  return [...users].map(([variable, options]) => [
    variable,
    `The same as --option ${options.join(" and ")}.`,
  ]);
}

function toCommand(
  program: string,
  command: CommandDefinition,
): readonly string[] {
  const { name, summary, operands, options, details, examples } = command;
  return [
    `.SS ${escape([name, operands].filter(Boolean).join(" "))}`,
    text(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`),
    ...options.flatMap(toOption),
    ...details === undefined ? [] : [".PP", verbatim(details)],
    ".PP",
    `Example${examples.length > 1 ? "s" : ""}:`,
    ".PP",
    verbatim(examples.map((line) => `  $ ${program} ${line}`).join("\n")),
  ];
}

function toOption({ flags, description }: OptionDefinition): readonly string[] {
  const [names = "", value] = flags.split(/ (?=<)/);
  const bold = `\\fB${escape(names)}\\fR`;
  const italic = value && ` \\fI${escape(value.slice(1, -1))}\\fR`;
  return [".TP", `${bold}${italic ?? ""}`, text(description)];
}

function toEntry(
  [term, description]: readonly [string, string],
): readonly string[] {
  return [".TP", `\\fB${escape(term)}\\fR`, text(description)];
}

/** Lines that stay as they are. */
function verbatim(lines: string): string {
  return `.nf\n${
    lines.split("\n").map((line) => guard(escape(line))).join("\n")
  }\n.fi`;
}

/** A paragraph in lines of a length that people can edit. */
function text(paragraph: string): string {
  const lines = [""];
  for (const word of escape(paragraph).split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= MAX_LINE) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines.map(guard).join("\n");
}

/** A line that does not begin like a macro. */
function guard(line: string): string {
  return /^['.]/.test(line) ? `\\&${line}` : line;
}

function escape(line: string): string {
  return line.replaceAll("\\", "\\e").replaceAll("-", "\\-")
    .replaceAll("…", "...");
}

function lowerFirst(line: string): string {
  return line.replace(/\.$/, "").replace(
    /^[A-Z](?=[a-z])/,
    (letter) => letter.toLowerCase(),
  );
}
