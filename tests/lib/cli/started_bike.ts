/**
 * `smartbike start simulated` in this process, with somebody who follows it.
 *
 * @module
 */
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo, type FakeCliIoOptions } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";
import { BikeFollower } from "../../support/bike_follower.ts";
import { freePort } from "../../support/ports.ts";
import { within } from "../../support/within.ts";

/** Id of the bike. */
export const BIKE = "b7";

/** A bike that was started. */
export class StartedBike implements AsyncDisposable {
  /** Its streams, files and signals. */
  readonly io: FakeCliIo;
  /** Where its embedded broker listens. */
  readonly broker = `127.0.0.1:${freePort()}`;
  /** Reads its topics. */
  readonly follower = new BikeFollower(BIKE);
  #done: Promise<number> | undefined;

  /** Starts nothing yet. */
  constructor(text: string, options: FakeCliIoOptions = {}) {
    const files = { "smartbike.yaml": this.complete(text), ...options.files };
    this.io = new FakeCliIo({ ...options, files });
  }

  /** Starts it, and follows it. */
  async start(args: readonly string[] = []): Promise<this> {
    this.#done = runCli(
      ["start", "simulated", "--speed-up", "10", ...args],
      compose(this.io),
    );
    await within("the bike", this.io.seen(/^Bike .*\n/m));
    await this.follower.connect(this.broker);
    return this;
  }

  /** Changes its file, and asks it to read it again. */
  async reload(text: string, seen: RegExp): Promise<void> {
    this.io.error = "";
    this.io.change("smartbike.yaml", this.complete(text));
    this.io.reload();
    await within(`${seen} in what it says`, this.io.seen(seen));
  }

  /** Asks it to end. */
  async end(): Promise<number | undefined> {
    this.io.interrupt("SIGTERM");
    return this.#done && await within("the end", this.#done);
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.follower.endpoint.close();
    await this.end();
  }

  /** The text of its file, with its id and its broker. */
  complete(text: string): string {
    return `bike: { id: ${BIKE} }\nembeddedBroker: { listen: "${this.broker}" }\n${text}`;
  }
}
