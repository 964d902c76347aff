/**
 * Installs Debian packages, where this user may.
 *
 * @module
 */
import { findProgram } from "./packages.ts";
import { canBeRoot, toRootCommand } from "./root.ts";

/**
 * Reports why packages cannot be installed.
 *
 * @returns The reason; undefined if they can.
 */
export function whyNotInstallable(): string | undefined {
  if (findProgram("apt-get") === undefined) return "this system has no apt-get";
  return canBeRoot
    ? undefined
    : "this user is neither root nor may use sudo without a password";
}

/**
 * Installs packages.
 *
 * @param names Their names.
 * @param say Called with what is done.
 * @returns Why it failed; undefined if it has not.
 */
export async function installPackages(
  names: readonly string[],
  say: (line: string) => void,
): Promise<string | undefined> {
  const environment = ["env", "DEBIAN_FRONTEND=noninteractive"];
  for (
    const words of [
      ["update", "-qq"],
      ["install", "-y", "-qq", "--no-install-recommends", ...names],
    ]
  ) {
    const command = toRootCommand([...environment, "apt-get", ...words]);
    say(`$ ${command.join(" ")}`);
    const [program = "", ...args] = command;
    const { success, code } = await new Deno.Command(program, { args })
      .spawn().status;
    if (!success) return `apt-get ${words[0]} ends with ${code}`;
  }
  return undefined;
}
