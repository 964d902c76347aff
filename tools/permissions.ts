/**
 * What an executable may do.
 *
 * @module
 */
import type { BuildTarget } from "./build_target.ts";

/**
 * The permissions of an executable, as flags of Deno: as narrow as they can be
 * while brokers, files and module folders are named on its command line.
 *
 * - `env` is whole, as a package of MQTT.js lists all variables.
 * - `net`, `read` and `write` are whole: any broker, any file may be named.
 * - `sys` is the user's number, which a D-Bus connection begins with, and
 *   becoming another user, as root does in folders of others.
 * - `ffi` is the C library alone: ports, pins and the service manager's socket.
 * - `run` is what `smartbike install` and `status` ask systemd with.
 *
 * Each command gives up what it does not need before it runs.
 *
 * @param target The machine.
 * @returns The flags.
 */
export function permissionFlags(target: BuildTarget): readonly string[] {
  return [
    "--no-prompt",
    "--allow-env",
    "--allow-net",
    "--allow-read",
    "--allow-write",
    "--allow-sys=uid,getegid,seteuid,setegid",
    `--allow-ffi=${target.libc}`,
    "--allow-run=/usr/bin/systemctl,/usr/bin/systemd-sysusers,/bin/sh",
  ];
}
