/**
 * How module definitions are read from files. The caller supplies it, so that
 * nothing here touches a disk.
 *
 * @module
 */

/** How files are read. */
export interface DefinitionReader {
  /**
   * Reads a file.
   *
   * @param file The file, as given or as found through a directory or solution.
   */
  readFile(file: string): Promise<string>;
  /**
   * Lists a directory. Without this, imports are looked for among the given
   * files only.
   *
   * @returns The names of the files in it.
   */
  listDirectory?(directory: string): Promise<readonly string[]>;
  /**
   * Says why a file or a folder cannot be read.
   *
   * @returns The reason, in a few words.
   * @default the message of the error
   */
  readonly explain?: (cause: unknown) => string;
}
