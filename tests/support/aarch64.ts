/**
 * Programs for 64-bit ARM, on whatever machine the tests run.
 *
 * @module
 */
import { requireNeed, requireProgram } from "./requires.ts";

/** Deno's binary for it, as the registry publishes it. */
const PACKAGE = "@deno/linux-arm64-glibc";

/** Where Debian's cross packages put the C library of a Pi. */
const LIBRARIES = "/usr/aarch64-linux-gnu/lib";

/**
 * The CPU of a Raspberry Pi 4. The emulator's own default signs return
 * addresses, and takes most of its time for that.
 */
const CPU = "cortex-a72";

/** What a test needs that runs programs for 64-bit ARM here. */
export const AARCH64_NEEDS: readonly string[] = Deno.build.arch === "aarch64"
  ? []
  : ["qemu-aarch64-static", "libc6-arm64-cross", "libgcc-s1-arm64-cross"];

/** What runs programs for 64-bit ARM here; its files are gone when disposed. */
export interface Emulator extends AsyncDisposable {
  /** The words that come before a command; none where this machine is one. */
  readonly command: readonly string[];
}

/**
 * Sets up what runs programs for 64-bit ARM, with a root as they find it on a
 * Pi: libraries stand in a folder named after the machine.
 *
 * @returns The emulator.
 */
export async function startEmulator(): Promise<Emulator> {
  if (Deno.build.arch === "aarch64") {
    return { command: [], [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  for (const name of AARCH64_NEEDS) requireNeed(name);
  const root = await Deno.makeTempDir({ prefix: "smartbike-pi-" });
  await Deno.mkdir(`${root}/lib`);
  for await (const { name } of Deno.readDir(LIBRARIES)) {
    await Deno.symlink(`${LIBRARIES}/${name}`, `${root}/lib/${name}`);
  }
  await Deno.symlink(LIBRARIES, `${root}/lib/aarch64-linux-gnu`);
  return {
    command: [
      requireProgram("qemu-aarch64-static"),
      ...["-cpu", CPU, "-L", root],
    ],
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/**
 * Makes a command that runs Deno as on 64-bit ARM: the running one if it is
 * that, else the same version under an emulator. Deno's own cache keeps what it
 * takes from the registry.
 *
 * @param use Is given the words of the command that come before Deno's arguments.
 * @returns What it gives.
 */
export async function withAarch64Deno<T>(
  use: (command: readonly string[]) => Promise<T>,
): Promise<T> {
  await using emulator = await startEmulator();
  if (emulator.command.length === 0) return await use([Deno.execPath()]);
  const folder = await Deno.makeTempDir({ prefix: "smartbike-aarch64-" });
  try {
    const specifier = `npm:${PACKAGE}@${Deno.version.deno}`;
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify({ imports: { deno: specifier } }),
    );
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["install", "--quiet", "--node-modules-dir=auto"],
        ...["--os=linux", "--arch=arm64"],
      ],
      cwd: folder,
    }).output();
    if (!success) throw new TypeError(new TextDecoder().decode(stderr));
    const deno = await Deno.realPath(`${folder}/node_modules/${PACKAGE}/deno`);
    return await use([...emulator.command, deno]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
