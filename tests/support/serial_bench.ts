/**
 * A bike with one driver of a serial device, on a real pty.
 *
 * @module
 */
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import type { SensorReading } from "#lib/bike/sensors.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import type {
  DriverDefinition,
  DriverOptionValue,
} from "#lib/driver/driver.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import { Pty } from "./pty.ts";
import { within } from "./within.ts";

/** What a bench is like. */
export interface SerialBenchOptions {
  /** Options of the driver, besides its port. */
  readonly options?: Readonly<Record<string, DriverOptionValue>>;
  /** How the bike behaves. */
  readonly bike?: BikeOptions;
  /** Gives the bike devices before the driver starts. */
  readonly prepare?: (bike: Bike) => void;
}

/** A bike with one driver; its device is what the test sends. */
export class SerialBench implements AsyncDisposable {
  /** The hub. */
  readonly bike: Bike;
  /** The port. */
  readonly pty: Pty;
  /** Runs the driver. */
  readonly host: DriverHost;
  /** What the driver has reported and nobody has taken yet. */
  readonly readings: SensorReading[] = [];
  readonly #id: string;
  #changed = Promise.withResolvers<void>();

  private constructor(
    definition: DriverDefinition,
    pty: Pty,
    { options = {}, bike, prepare }: SerialBenchOptions,
  ) {
    this.pty = pty;
    this.bike = new Bike(bike);
    prepare?.(this.bike);
    this.bike.onSensorReported.add((reading) => {
      this.readings.push(reading);
      this.#notify();
    });
    this.bike.onDeviceChanged.add(() => this.#notify());
    this.host = new DriverHost({
      bike: this.bike,
      hardware: {
        ...absentHardware("this is a test"),
        serial: new LinuxSerialPorts(),
      },
      backoff: { firstMs: 1, longestMs: 1 },
    });
    this.#id = this.host.start({
      definition,
      options: checkOptions(definition, { port: pty.path, ...options }),
    });
  }

  /**
   * Plugs a device in, and waits until its driver has a connection.
   *
   * @param definition The driver.
   * @param options What the bench is like.
   * @returns The bench.
   */
  static async start(
    definition: DriverDefinition,
    options: SerialBenchOptions = {},
  ): Promise<SerialBench> {
    const bench = new SerialBench(definition, await Pty.start(), options);
    await bench.connected();
    return bench;
  }

  /**
   * Waits until the driver has a connection, or has lost it.
   *
   * @param isConnected Which of both.
   */
  async connected(isConnected = true): Promise<void> {
    await this.#until(
      `connection ${isConnected}`,
      () =>
        this.bike.devices.some((one) =>
          one.device === this.#id && one.isConnected === isConnected
        ),
    );
  }

  /**
   * Takes the next report that nobody has taken yet, without what is the same for all.
   *
   * @returns What was measured.
   */
  async next(): Promise<unknown> {
    await this.#until("a report", () => this.readings.length > 0);
    const { device: _, timeMs: __, ...reading } = this.readings.shift() ?? {
      device: "",
      timeMs: 0,
    };
    return reading;
  }

  /** Ends the driver and pulls the device out. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    this.bike.close();
    await this.pty[Symbol.asyncDispose]();
  }

  async #until(what: string, isTrue: () => boolean): Promise<void> {
    const wait = async () => {
      while (!isTrue()) await this.#changed.promise;
    };
    await within(what, wait());
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
