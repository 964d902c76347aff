/**
 * Virtual controllers and bluetoothd, started and hurt as a test wants.
 *
 * @module
 */
import { INTERFACES, SystemBus } from "./system_bus.ts";

const DAEMON = "/usr/libexec/bluetooth/bluetoothd";

/** Where bluetoothd keeps what it has learnt. */
const STORAGE = "/var/lib/bluetooth";

/** Address of the central's controller. */
const CENTRAL = "00:AA:01:00:00:00";

/** BlueZ on virtual controllers, which all hear each other: the first is the central's. */
export class Bluetooth implements AsyncDisposable {
  /** A connection to BlueZ, for what our backend hides. */
  readonly bus: SystemBus = new SystemBus();
  readonly #addresses: readonly string[];
  #controllers: Deno.ChildProcess | undefined;
  #daemon: Deno.ChildProcess | undefined;

  private constructor(addresses: readonly string[]) {
    this.#addresses = [CENTRAL, ...addresses];
  }

  /**
   * Starts controllers and bluetoothd, and waits until all radios are on.
   *
   * @param addresses Addresses of the peripherals, the first for the second controller.
   * @returns What runs; it is ended when disposed.
   */
  static async start(addresses: readonly string[]): Promise<Bluetooth> {
    const bluetooth = new Bluetooth(addresses);
    bluetooth.plug();
    await bluetooth.startDaemon();
    return bluetooth;
  }

  /**
   * Finds a controller's radio, and waits until bluetoothd has put it on, as it
   * does by itself: until then it would be busy.
   *
   * @param index Which controller, from 0.
   * @returns Path of its object, for example `/org/bluez/hci0`.
   */
  async adapterPath(index: number): Promise<string> {
    return await this.bus.waitFor((objects) =>
      Object.entries(objects.filter(INTERFACES.adapter)).find((
        [, { Address, Powered }],
      ) => Address === this.#addresses[index] && Powered)?.[0]
    );
  }

  /** Plugs all controllers in. */
  plug(): void {
    this.#controllers = new Deno.Command("btvirt", {
      args: [`-l${this.#addresses.length}`],
      env: { BTVIRT_ADDRESSES: this.#addresses.join(",") },
      stdout: "null",
    }).spawn();
  }

  /** Pulls all controllers out. */
  async unplug(): Promise<void> {
    const controllers = this.#controllers;
    this.#controllers = undefined;
    await kill(controllers);
  }

  /** Starts bluetoothd, and waits until it knows all controllers. */
  async startDaemon(): Promise<void> {
    this.#daemon = new Deno.Command(DAEMON, {
      args: ["--nodetach"],
      stderr: "null",
    }).spawn();
    await this.bus.waitForDaemon();
    for (const index of this.#addresses.keys()) {
      await this.adapterPath(index);
    }
  }

  /** Kills bluetoothd as a crash would. */
  async killDaemon(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    await kill(daemon);
  }

  /**
   * Cuts all connections of a controller at once, as one out of reach does.
   *
   * @param index Which controller, from 0.
   */
  async cut(index: number): Promise<void> {
    const radio = (await this.adapterPath(index)).replace(/.*\//, "");
    const links = await run("hcitool", ["-i", radio, "con"]);
    for (const [, digits] of links.matchAll(/\bhandle (\d+)/g)) {
      const handle = Number(digits);
      const bytes = [handle & 0xff, handle >> 8, CONNECTION_TIMEOUT];
      const hex = bytes.map((byte) => `0x${byte.toString(16)}`);
      await run("hcitool", ["-i", radio, "cmd", ...DISCONNECT, ...hex]);
    }
  }

  /** Ends all of it, and forgets what bluetoothd has learnt. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus[Symbol.asyncDispose]();
    await this.killDaemon();
    await this.unplug();
    for await (const { name } of Deno.readDir(STORAGE)) {
      await Deno.remove(`${STORAGE}/${name}`, { recursive: true });
    }
  }
}

/** HCI command Disconnect: group and command (Core Specification 5.4, volume 4, part E, 7.1.6). */
const DISCONNECT = ["0x01", "0x0006"];

/** Reason of a disconnection that nobody asked for (volume 1, part F, 2.8). */
const CONNECTION_TIMEOUT = 0x08;

async function run(program: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout);
}

async function kill(child: Deno.ChildProcess | undefined): Promise<void> {
  if (!child) return;
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It may have ended by itself.
    if (!(error instanceof TypeError)) throw error;
  }
  await child.status;
}
