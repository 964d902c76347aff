/**
 * Generated code in a temporary folder, and what Deno's own tools say of it.
 *
 * @module
 */
import { generateLoaded } from "#lib/codegen/generate.ts";
import { writeFiles } from "#lib/codegen/write.ts";
import type { CheckResult } from "#lib/idl/check.ts";
import { folderStore } from "./folder_store.ts";

/** The runtime, as the project's own adapters import it. */
export const RUNTIME = "#lib/objectapi/mod.ts";

/** What stands for the extern of the test-bed modules. */
const VECTOR = `/** A point in space. */
export class Vector {
  /** First coordinate. */
  readonly x: number;
  /** Second coordinate. */
  readonly y: number;
  /** Third coordinate. */
  readonly z: number;

  /** Keeps three coordinates. */
  constructor(x: number, y: number, z: number) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
}
`;

/** A temporary folder that goes with its test. */
export class GeneratedFolder implements AsyncDisposable {
  /** Its path. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes an empty folder. */
  static async create(): Promise<GeneratedFolder> {
    return new GeneratedFolder(
      await Deno.makeTempDir({ prefix: "smartbike-codegen-" }),
    );
  }

  /**
   * Generates code into a folder of its own.
   *
   * @param loaded The modules.
   * @param name Name of the folder.
   * @param runtime What the code imports.
   */
  async add(
    loaded: Pick<CheckResult, "modules" | "positions">,
    name = "generated",
    runtime = RUNTIME,
  ): Promise<void> {
    const files = generateLoaded(loaded, { runtime });
    await writeFiles(files, folderStore(`${this.path}/${name}`));
    if (loaded.modules.some((module) => module.name === "extern_types")) {
      await Deno.writeTextFile(
        `${this.path}/${name}/extern_types/vector.ts`,
        VECTOR,
      );
    }
  }

  /**
   * Lets a tool of Deno look at everything in the folder.
   *
   * @param command The tool and its options.
   * @returns What it complains about; empty if it does not.
   */
  async complaints(...command: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: [...command, "--config", "deno.json", this.path],
        env: { NO_COLOR: "1" },
      },
    ).output();
    if (success) return "";
    const [out, error] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    );
    return `${out}${error}`;
  }

  /** Removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
