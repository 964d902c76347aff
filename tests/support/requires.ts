/**
 * Tests that need a program of the operating system.
 *
 * @module
 */

/** What a test needs besides Deno. */
export interface Requirements {
  /** Programs that must be installed, by their command names. */
  readonly programs: readonly string[];
}

/** Debian packages of programs that are not named after them. */
const PACKAGES: Readonly<Record<string, string>> = {
  "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
  bluetoothctl: "bluez",
  "dbus-daemon": "dbus",
  gcc: "gcc libc6-dev",
  groff: "groff-base",
  initdb: "postgresql",
  "mosquitto_passwd": "mosquitto",
  "mosquitto_pub": "mosquitto-clients",
  "mosquitto_sub": "mosquitto-clients",
  "qemu-aarch64-static": "qemu-user-static",
  "systemd-analyze": "systemd",
};

/** Daemons stand here, which is not on everybody's PATH. */
const DAEMON_FOLDERS = [
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
  "/usr/lib/postgresql/17/bin",
  "/usr/lib/postgresql/15/bin",
];

/**
 * Finds an installed program, on PATH and where daemons stand.
 *
 * @param name Command name, for example `mosquitto`.
 * @returns Path of the program; undefined if it is not installed.
 */
export function findProgram(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter(Boolean);
  return [...folders, ...DAEMON_FOLDERS]
    .map((folder) => `${folder}/${name}`)
    .find(isFile);
}

/**
 * Finds an installed program, or fails.
 *
 * @param name Command name, for example `mosquitto`.
 * @returns Path of the program.
 * @throws {Deno.errors.NotFound} If it is not installed; the message names the package.
 */
export function requireProgram(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Deno.errors.NotFound(adviceFor(name));
  return path;
}

/**
 * Registers a test that needs programs. Where one is missing the test is
 * ignored and the reason printed; under `CI=true` it fails instead, so that
 * the pipeline cannot lose tests unnoticed.
 *
 * @example Usage
 * ```ts ignore
 * testWith({ programs: ["mosquitto"] }, "it talks to a broker", async () => {});
 * ```
 *
 * @param requirements What the test needs.
 * @param name Name of the test.
 * @param fn The test.
 */
export function testWith(
  requirements: Requirements,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = requirements.programs.filter((program) =>
    findProgram(program) === undefined
  );
  if (missing.length === 0) return Deno.test(name, fn);
  const reason = missing.map(adviceFor).join("; ");
  if (Deno.env.get("CI") === "true") {
    return Deno.test(name, () => {
      throw new Deno.errors.NotFound(reason);
    });
  }
  Deno.stderr.writeSync(
    new TextEncoder().encode(`ignored: ${name}: ${reason}\n`),
  );
  // The reason is the line above: a program is missing, and this is not CI.
  Deno.test({ name, ignore: true, fn });
}

function adviceFor(program: string): string {
  const name = PACKAGES[program] ?? program;
  return `Cannot find program "${program}": install it with apt-get install ${name}`;
}

/**
 * Tells whether there is a file.
 *
 * @param path Its path.
 * @returns True for a file that this process may see.
 */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.PermissionDenied
    ) return false;
    throw error;
  }
}
