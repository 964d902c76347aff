/**
 * Programs for 64-bit ARM, on whatever machine the tests run.
 *
 * @module
 */
import { requireProgram } from "./requires.ts";

/** Deno's binary for it, as the registry publishes it. */
const PACKAGE = "@deno/linux-arm64-glibc";

/** Where Debian's cross compiler keeps the C library. */
const LIBRARIES = "/usr/aarch64-linux-gnu";

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
  if (Deno.build.arch === "aarch64") return await use([Deno.execPath()]);
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
    return await use([
      requireProgram("qemu-aarch64-static"),
      "-L",
      LIBRARIES,
      await Deno.realPath(`${folder}/node_modules/${PACKAGE}/deno`),
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
