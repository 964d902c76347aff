/**
 * Notes where a workout stands, to go on after a restart.
 *
 * @module
 */
import type { RunMemory } from "#lib/workout/workout_service.ts";
import { type MemoryFiles, stateFolder } from "./device_memory.ts";

/** The largest note that is read, in bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Notes the workouts of a bike in the state folder.
 *
 * @param files Reads and writes it.
 * @returns The memory; undefined where the environment names no folder.
 */
export function runMemoryOf(
  files: MemoryFiles,
  bikeId: string,
): RunMemory | undefined {
  const folder = stateFolder(files);
  if (folder === undefined) return undefined;
  const path = `${folder}/workout-${bikeId}.json`;
  return {
    async read() {
      try {
        return await files.readShortFile(path, MAX_BYTES);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    // An empty file is as good as none, and the folder need not be changed.
    write: (text) => files.replaceFile(path, text ?? ""),
  };
}
