/**
 * Files that settings and options name.
 *
 * @module
 */
import { ConfigError, SmartbikeError } from "#lib/base/errors.ts";
import { reasonOf } from "#lib/base/reason.ts";

/** Reads files. */
export interface TextFiles {
  /** Reads a file. */
  readTextFile(path: string): Promise<string>;
}

/**
 * Reads a file that an option or a setting names.
 *
 * @throws {ConfigError} If it cannot be read, or is not in UTF-8.
 */
export async function readText(
  files: TextFiles,
  option: string,
  path: string,
): Promise<string> {
  let text: string;
  try {
    text = await files.readTextFile(path);
  } catch (cause) {
    throw new ConfigError(
      `Cannot read ${option} "${path}": ${whyUnusable(cause)}`,
      { option, value: path, file: path },
      { cause },
    );
  }
  // What is no UTF-8 has been read as the replacement character.
  if (!text.includes("\uFFFD")) return text.replace(/^\uFEFF/, "");
  throw new ConfigError(
    `Cannot read ${option} "${path}": it is not in UTF-8, save it as UTF-8`,
    { option, value: path, file: path },
  );
}

/**
 * Reads certificates or a key from a file that an option names.
 *
 * @throws {ConfigError} If it cannot be read, or is not in PEM.
 */
export async function readPem(
  files: TextFiles,
  option: string,
  path: string,
): Promise<string> {
  const text = await readText(files, option, path);
  const label = /\bkey\b/.test(option) ? "PRIVATE KEY" : "CERTIFICATE";
  if (text.includes(`${label}-----`)) return text;
  throw new ConfigError(
    `Cannot use ${option} "${path}": it holds no ${label.toLowerCase()}, expected one in PEM`,
    { option, value: path, file: path },
  );
}

/**
 * Reads a password from a file that an option names.
 *
 * @returns Its first and only line.
 * @throws {ConfigError} If it cannot be read, is empty or has several lines.
 */
export async function readSecret(
  files: TextFiles,
  option: string,
  path: string,
): Promise<string> {
  const secret = (await readText(files, option, path)).replace(/\r?\n$/, "");
  if (secret !== "" && !/[\r\n]/.test(secret)) return secret;
  const state = secret === "" ? "it is empty" : "it has several lines";
  throw new ConfigError(
    `Cannot use ${option} "${path}": ${state}, expected one line, the password`,
    { option, value: path, file: path },
  );
}

/**
 * Writes a file that an option names.
 *
 * @returns What the work gives.
 * @throws {ConfigError} If it cannot be written.
 */
export async function writing<T>(
  option: string,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SmartbikeError) throw cause;
    throw new ConfigError(
      `Cannot write ${option} "${path}": ${whyUnusable(cause)}`,
      { option, value: path, file: path },
      { cause },
    );
  }
}

/**
 * Why a file cannot be read or written.
 *
 * @returns The reason, in a few words.
 */
export function whyUnusable(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) {
    return "there is no such file or folder";
  }
  if (
    cause instanceof Deno.errors.PermissionDenied ||
    cause instanceof Deno.errors.NotCapable
  ) return "access is denied";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  return reasonOf(cause);
}
