/**
 * A folder on the disk, for the tests of the generator.
 *
 * @module
 */
import type { FileStore } from "#lib/codegen/write.ts";

/**
 * Keeps files in a folder.
 *
 * @param folder The folder.
 * @returns The store.
 */
export function folderStore(folder: string): FileStore {
  return {
    async read(path) {
      try {
        return await Deno.readTextFile(`${folder}/${path}`);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    async write(path, text) {
      const file = `${folder}/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), {
        recursive: true,
      });
      await Deno.writeTextFile(file, text);
    },
  };
}
