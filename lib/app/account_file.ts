/**
 * Accounts of the embedded broker, as they stand in a file.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { suggest } from "#lib/base/suggest.ts";
import { type Role, ROLES } from "./roles.ts";

/** An account and what it is for. */
export interface RoleAccount {
  /** Account name. */
  readonly username: string;
  /** What it may do. */
  readonly role: Role;
  /** Its password. */
  readonly password: string;
}

/**
 * Reads accounts: a line each, with name, role and password, spaces between
 * them. Empty lines and those that begin with `#` are passed over.
 *
 * @param file Its name, for errors.
 * @throws {ConfigError} If a line is no account; no password is in its message.
 */
export function parseAccounts(
  text: string,
  file: string,
): readonly RoleAccount[] {
  const names = new Set<string>();
  return text.replace(/^\ufeff/, "").split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    const fail = (found: string, expected: string) =>
      new ConfigError(
        `Cannot read accounts "${file}": line ${
          index + 1
        } has ${found}, expected ${expected}`,
        { option: "embeddedBroker.accountsFile", file, line: index + 1 },
      );
    const [, username = "", roleName = "", password = ""] =
      /^(\S+) +(\S+) +(\S.*)$/.exec(line.trimEnd()) ?? [];
    if (password === "") {
      throw fail("fewer than three words", "name, role and password");
    }
    const role = ROLES.find((role) => role === roleName);
    if (!role) throw fail(describeRole(roleName), `one of ${ROLES.join(", ")}`);
    if (names.has(username)) {
      throw fail(`the name "${username}" again`, "one that differs");
    }
    names.add(username);
    return [{ username, role, password }];
  });
}

/** What is no role and near to none may be a password that stands in its place. */
function describeRole(word: string): string {
  const near = suggest(word, ROLES);
  return near === undefined
    ? "a second word that is no role"
    : `the second word "${word}", which is no role (did you mean "${near}"?)`;
}
