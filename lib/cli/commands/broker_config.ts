/**
 * `smartbike broker-config`: what another broker needs to know about this
 * program's accounts.
 *
 * @module
 */
import {
  MOSQUITTO_CONF,
  mosquittoAcl,
  mosquittoUsers,
  type NamedRights,
} from "#lib/app/mosquitto_config.ts";
import { rightsOf, type Role, ROLE_SUMMARIES, ROLES } from "#lib/app/roles.ts";
import { UsageError } from "#lib/base/errors.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { missingOperand } from "../options/missing_operand.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";

const BROKERS = ["mosquitto"] as const;

const PARTS = ["conf", "acl", "users"] as const;

const ROLE_LINES = ROLES
  .map((role) => `  ${role.padEnd(9)}  ${ROLE_SUMMARIES[role]}`)
  .join("\n");

/** `smartbike broker-config`. */
export const brokerConfigCommand: CommandBody = {
  operands: BROKERS.join("|"),
  operandWords: BROKERS,
  options: [
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.bike.members.id),
    {
      flags: "--role <role[=username]>",
      description:
        "an account of this role, named after it by default; several may be given (default: all roles)",
      isRepeatable: true,
    },
    {
      flags: "--object <module.Interface>",
      description:
        "an object that is served and called besides the bike; several may be given (default: those that the program knows)",
      isRepeatable: true,
    },
    {
      flags: "--all-bikes",
      description: "give rights for all bikes rather than for one",
    },
    {
      flags: "--part <part>",
      description:
        "print mosquitto.conf, the access control list, or commands that make the accounts (default: all)",
      choices: PARTS,
    },
  ],
  details: `Each role has the rights that its programs need and no others:
${ROLE_LINES}

Nothing is written and no password is asked for; the commands that are printed
ask for them.`,
  permissions: [],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  requireBroker(input.operands);
  const accounts = await accountsOf(input, context);
  const texts = {
    conf: MOSQUITTO_CONF,
    acl: mosquittoAcl(accounts),
    users: mosquittoUsers(accounts),
  };
  const part = input.options.text("part");
  const chosen = PARTS.filter((name) => part === undefined || name === part);
  const printed = chosen.map((name) =>
    part === undefined ? `# ---- ${name} ----\n${texts[name]}` : texts[name]
  );
  context.output.text(printed.join("\n"));
}

function requireBroker([name, ...rest]: readonly string[]): void {
  if (BROKERS.some((broker) => broker === name) && rest.length === 0) return;
  if (name === undefined) {
    const missing = { operand: "BROKER", expected: BROKERS };
    throw missingOperand("configure", missing);
  }
  const given = [name, ...rest].join(" ");
  throw new UsageError(
    `Cannot configure "${given}": expected one of ${BROKERS.join(", ")}`,
    given,
  );
}

async function accountsOf(
  input: CommandInput,
  context: CliContext,
): Promise<readonly NamedRights[]> {
  const { options } = input;
  const loaded = await loadConfig(input, context);
  const { config } = requireSound(loaded, context);
  const objects = options.texts("object").map(parseObject);
  const interfaces = await context.interfaces();
  const topics = {
    bikeId: options.flag("all-bikes") ? "+" : config.bike.id,
    adapters: await context.bikeAdapters(),
    interfaces: objects.length > 0
      ? objects
      : interfaces.map(({ descriptor }) => descriptor),
  };
  const roles = options.texts("role");
  const named = (roles.length > 0 ? roles : ROLES).map(parseRole);
  const twice = named.find(({ username }, index) =>
    named.findIndex((other) => other.username === username) !== index
  );
  if (twice) {
    throw new UsageError(
      `Cannot use --role "${twice.role}=${twice.username}": another role has the same user name, expected one for each`,
      "--role",
    );
  }
  return named.map(({ role, username }) => ({
    username,
    rights: rightsOf(role, topics),
  }));
}

function parseRole(text: string): { role: Role; username: string } {
  const [name = "", username = name, ...rest] = text.split("=");
  const role = ROLES.find((role) => role === name);
  if (role && rest.length === 0 && /^[\w.@-]{1,64}$/.test(username)) {
    return { role, username };
  }
  throw new UsageError(
    `Cannot use --role "${text}": expected ${
      ROLES.join(", ")
    }, with =name behind it if the account has another name`,
    "--role",
  );
}

function parseObject(text: string): { module: string; name: string } {
  const at = text.lastIndexOf(".");
  const isName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(text);
  if (isName) return { module: text.slice(0, at), name: text.slice(at + 1) };
  throw new UsageError(
    `Cannot use --object "${text}": expected a module and an interface, for example io.world.Hello`,
    "--object",
  );
}
