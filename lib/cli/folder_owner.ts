/**
 * Root's work in folders of others. Whoever owns a folder can put a link in the
 * place of a file or of a folder between two steps of root's, and have root
 * write where the link leads. So root does such work as that user.
 *
 * @module
 */
import process from "node:process";
import { ConfigError } from "#lib/base/errors.ts";

/** The most links that a path may lead through, as for the kernel. */
const MAX_LINKS = 40;

/** The superuser's number. */
const ROOT = 0;

const WRITABLE_BY_OTHERS = 0o002;
const STICKY = 0o1000;

/** A user of the system. */
interface User {
  readonly uid: number;
  readonly gid: number;
}

/** What is under way; two users at once cannot be. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Works on a path; where root does so in a folder of another user, as that
 * user. The whole process is that user meanwhile.
 *
 * @param path What is read, written or removed; it may not be there yet.
 * @returns What the work gives.
 * @throws {ConfigError} If others may replace what is in one of the folders.
 */
export async function asFolderOwner<T>(
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!isRoot()) return await work();
  const turn = last.then(() => asUser(path, work));
  last = turn.catch(() => {});
  return await turn;
}

function isRoot(): boolean {
  return Deno.build.os !== "windows" && process.geteuid?.() === ROOT;
}

async function asUser<T>(path: string, work: () => Promise<T>): Promise<T> {
  const user = await findOwner(path);
  if (!user) return await work();
  const group = process.getegid?.() ?? user.gid;
  process.setegid?.(user.gid);
  try {
    process.seteuid?.(user.uid);
    try {
      return await work();
    } finally {
      process.seteuid?.(ROOT);
    }
  } finally {
    process.setegid?.(group);
  }
}

/**
 * The first owner on the way to a path who is not root; undefined where there
 * is none, so that no other user can change what the path means.
 */
async function findOwner(path: string): Promise<User | undefined> {
  const names = split(path.startsWith("/") ? path : `${Deno.cwd()}/${path}`);
  let folder = "";
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === "..") {
      folder = folder.slice(0, folder.lastIndexOf("/"));
      continue;
    }
    const next = `${folder}/${name}`;
    const info = await look(next);
    if (!info) return undefined;
    const { uid, gid } = info;
    if (uid !== null && gid !== null && uid !== ROOT) return { uid, gid };
    if (info.isSymlink && links++ < MAX_LINKS) {
      const target = await Deno.readLink(next);
      if (target.startsWith("/")) folder = "";
      names.unshift(...split(target));
      continue;
    }
    if (info.isDirectory && names.length > 0) requireSteady(next, info);
    folder = next;
  }
  return undefined;
}

function split(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

async function look(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    // What lies in /dev, /proc and /sys is root's, and Deno does not show it.
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.NotCapable
    ) return undefined;
    throw error;
  }
}

function requireSteady(folder: string, { mode }: Deno.FileInfo): void {
  const bits = (mode ?? 0) & (WRITABLE_BY_OTHERS | STICKY);
  if (bits !== WRITABLE_BY_OTHERS) return;
  throw new ConfigError(
    `Cannot work as root below "${folder}": others may replace what is there, expected a folder of one user`,
    { option: "", value: folder },
  );
}
