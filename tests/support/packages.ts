/**
 * The Debian packages that tests need, and what each is needed for.
 *
 * @module
 */
import list from "../packages.json" with { type: "json" };

/** What tests use of a package; it is installed where all of it is there. */
interface PackageContent {
  /** The only machine that needs it, or has it. */
  readonly machine?: string;
  readonly programs?: readonly string[];
  readonly files?: readonly string[];
  readonly pythonModules?: readonly string[];
}

/** Who needs packages: the tests, or the machine that those of `tests/guest` run in. */
export type PackageUser = keyof typeof list;

const PACKAGES = packagesOf("tests");

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
  return [...pathFolders(), ...DAEMON_FOLDERS]
    .map((folder) => `${folder}/${name}`)
    .find(isFile);
}

/**
 * Checks whether what a test needs is there.
 *
 * @param name A program, or a package whose files are needed.
 * @returns True if it is.
 */
export function isPresent(name: string): boolean {
  const content = PACKAGES.get(name);
  if (!content?.files && !content?.pythonModules) {
    return findProgram(name) !== undefined;
  }
  return isInstalled(content);
}

/**
 * The package that brings something.
 *
 * @param name A program, or a package.
 * @returns Its name.
 */
export function packageOf(name: string): string {
  const found = [...PACKAGES].find(([, { programs }]) =>
    programs?.includes(name)
  );
  return found?.[0] ?? name;
}

/**
 * Lists the packages that are not installed.
 *
 * @param user Who needs them.
 * @returns Their names.
 */
export function missingPackages(user: PackageUser): readonly string[] {
  return [...packagesOf(user)]
    .filter(([, { machine = Deno.build.arch }]) => machine === Deno.build.arch)
    .filter(([, content]) => !isInstalled(content))
    .map(([name]) => name);
}

let found: { readonly python: string | undefined } | undefined;

/**
 * Finds a Python with paho-mqtt: a machine may have several, of which the first
 * need not have the package.
 *
 * @returns Its path; undefined if there is none.
 */
export function pythonWithPaho(): string | undefined {
  found ??= { python: findPython("paho.mqtt.client") };
  return found.python;
}

/**
 * Checks whether there is a file.
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

function packagesOf(user: PackageUser): ReadonlyMap<string, PackageContent> {
  return new Map(Object.entries(list[user]));
}

function isInstalled(
  { programs = [], files = [], pythonModules = [] }: PackageContent,
): boolean {
  return programs.every((name) => findProgram(name) !== undefined) &&
    files.every(isFile) &&
    (pythonModules.length === 0 || pythonWithPaho() !== undefined);
}

function findPython(module: string): string | undefined {
  return pathFolders().map((folder) => `${folder}/python3`).filter(isFile)
    .find((python) =>
      new Deno.Command(python, {
        args: ["-c", `import ${module}`],
        stderr: "null",
      }).outputSync().success
    );
}

function pathFolders(): readonly string[] {
  return (Deno.env.get("PATH") ?? "").split(":").filter(Boolean);
}
