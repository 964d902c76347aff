/**
 * The D-Bus daemon, as a child process that lets everybody do everything.
 *
 * @module
 */
import { requireProgram } from "./requires.ts";

/** How a daemon is set up. */
export interface DbusDaemonOptions {
  /** A service that nobody may call, as a system bus denies it to those outside of a group. */
  readonly deniedService?: string;
}

/** A system bus as Debian's is set up, but that nothing else is denied. */
function configOf(
  socket: string,
  { deniedService }: DbusDaemonOptions,
): string {
  const denial = deniedService === undefined
    ? ""
    : `<deny send_destination="${deniedService}"/>`;
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    ${denial}
  </policy>
</busconfig>
`;
}

/**
 * A running dbus-daemon. Its socket stands in a temporary folder that goes
 * with it.
 *
 * @example Usage
 * ```ts ignore
 * await using bus = await DbusDaemon.start();
 * await using central = new BluezCentral({ busAddress: bus.address });
 * ```
 */
export class DbusDaemon implements AsyncDisposable {
  /** Its address, for `DBUS_SYSTEM_BUS_ADDRESS`; the same after a restart. */
  readonly address: string;
  /** Path of its socket. */
  readonly socketPath: string;
  readonly #folder: string;
  #child: Deno.ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.socketPath = `${folder}/bus`;
    this.address = `unix:path=${this.socketPath}`;
  }

  /**
   * Starts a daemon and waits until it listens.
   *
   * @param options How it is set up.
   * @returns The running daemon.
   */
  static async start(options: DbusDaemonOptions = {}): Promise<DbusDaemon> {
    const folder = await Deno.makeTempDir({ prefix: "smartbike-dbus-" });
    const daemon = new DbusDaemon(folder);
    try {
      const config = configOf(daemon.socketPath, options);
      await Deno.writeTextFile(`${folder}/bus.conf`, config);
      await daemon.restart();
      return daemon;
    } catch (error) {
      await daemon[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Kills it where it runs, and starts it at the same address. */
  async restart(): Promise<void> {
    await this.kill();
    await Deno.remove(this.socketPath).catch(() => {});
    const child = new Deno.Command(requireProgram("dbus-daemon"), {
      args: [
        `--config-file=${this.#folder}/bus.conf`,
        "--nofork",
        "--nopidfile",
        "--nosyslog",
        "--print-address",
      ],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#child = child;
    // It prints its address as soon as it listens.
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    if (!value) throw new TypeError("Cannot start dbus-daemon: it ended");
  }

  /** Ends it as a crash would; does nothing where it does not run. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    try {
      child.kill("SIGKILL");
    } catch (error) {
      // It may have ended by itself, for example over a wrong configuration.
      if (!(error instanceof TypeError)) throw error;
    }
    await child.status;
  }

  /** Stops it and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
