import assert from "node:assert/strict";
import { driver } from "#drivers/buttons.ts";
import { Bike } from "#lib/bike/bike.ts";
import type { ButtonState } from "#lib/bike/buttons.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { LinuxGpio } from "#lib/hardware/linux/gpio.ts";
import { DriverHost, type DriverStatus } from "#lib/driver/driver_host.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import { FakeGpioChip } from "../fakes/fake_gpio_chip.ts";
import { within } from "../support/within.ts";

const PULL_UP = 1n << 8n;
const PULL_DOWN = 1n << 9n;
const ACTIVE_LOW = 1n << 1n;

/** A bike with buttons on a chip without pins. */
class Handlebar implements AsyncDisposable {
  readonly chip: FakeGpioChip;
  readonly bike = new Bike();
  readonly host: DriverHost;
  readonly states: string[] = [];
  readonly statuses: DriverStatus[] = [];
  #changed = Promise.withResolvers<void>();

  private constructor(chip: FakeGpioChip) {
    this.chip = chip;
    this.bike.onButton.add((state) => this.#keep(state));
    this.bike.onDeviceChanged.add(() => this.#notify());
    this.host = new DriverHost({
      bike: this.bike,
      hardware: {
        ...absentHardware("this is a test"),
        gpio: new LinuxGpio(chip),
      },
      backoff: { firstMs: 1, longestMs: 1 },
    });
    this.host.onStatusChanged.add((status) => {
      this.statuses.push(status);
      this.#notify();
    });
  }

  static async make(): Promise<Handlebar> {
    return new Handlebar(await FakeGpioChip.make());
  }

  start(options: Readonly<Record<string, unknown>> = {}): void {
    const checked = checkOptions(driver, options);
    this.host.start({ definition: driver, options: checked });
  }

  /** Waits for so many changes of buttons, all in all. */
  async changes(count: number): Promise<readonly string[]> {
    await this.until(`change ${count}`, () => this.states.length >= count);
    return this.states;
  }

  async until(what: string, isTrue: () => boolean): Promise<void> {
    const wait = async () => {
      while (!isTrue()) await this.#changed.promise;
    };
    await within(what, wait());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    this.bike.close();
    await this.chip[Symbol.asyncDispose]();
  }

  #keep({ button, isPressed }: ButtonState): void {
    this.states.push(`${button} ${isPressed}`);
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** What was asked of the kernel. */
function requestOf({ chip }: Handlebar) {
  const bytes = chip.requests.at(-1) ?? new Uint8Array(592);
  const view = new DataView(bytes.buffer);
  const count = view.getUint32(560, true);
  return {
    lines: Array.from(
      { length: count },
      (_, index) => view.getUint32(4 * index, true),
    ),
    consumer: new TextDecoder().decode(bytes.subarray(256, 288))
      .replaceAll("\0", ""),
    flags: view.getBigUint64(288, true),
    debounceMicroseconds: view.getUint32(328, true),
  };
}

const INITIAL = ["LEFT false", "RIGHT false", "BREAK false"];

Deno.test("buttons are taken as the predecessor wired them: left 18, right 17, brake 22, pulled down, debounced", async () => {
  await using bar = await Handlebar.make();
  bar.start();
  await bar.changes(3);
  const { lines, consumer, flags, debounceMicroseconds } = requestOf(bar);
  assert.deepEqual(lines, [18, 17, 22]);
  assert.equal(consumer, "smartbike buttons");
  assert.equal(flags & (PULL_UP | PULL_DOWN | ACTIVE_LOW), PULL_DOWN);
  assert.equal(debounceMicroseconds, 15_000);
});

Deno.test("how buttons stand at the start is reported", async () => {
  await using bar = await Handlebar.make();
  bar.chip.levels = [false, true, false];
  bar.start();
  assert.deepEqual(await bar.changes(3), [
    "LEFT false",
    "RIGHT true",
    "BREAK false",
  ]);
});

Deno.test("each press and each release is reported, short ones too", async () => {
  await using bar = await Handlebar.make();
  bar.start();
  await bar.changes(3);
  bar.chip.fireEdges([18, true, 1n], [18, false, 2n], [17, true, 3n]);
  bar.chip.fireEdges([22, true, 4n], [17, false, 5n], [22, false, 6n]);
  assert.deepEqual(await bar.changes(9), [
    ...INITIAL,
    "LEFT true",
    "LEFT false",
    "RIGHT true",
    "BREAK true",
    "RIGHT false",
    "BREAK false",
  ]);
});

Deno.test("an edge that was reported before the levels were read changes nothing twice", async () => {
  await using bar = await Handlebar.make();
  bar.chip.levels = [true, false, false];
  bar.start();
  await bar.changes(3);
  bar.chip.fireEdges([18, true, 1n], [18, false, 2n]);
  assert.deepEqual(await bar.changes(4), [
    "LEFT true",
    "RIGHT false",
    "BREAK false",
    "LEFT false",
  ]);
});

Deno.test("buttons may be elsewhere: places on the header, fewer of them, pulled up and active low", async () => {
  await using bar = await Handlebar.make();
  bar.start({
    numbering: "board",
    left: 40,
    brake: "-1",
    pull: "up",
    "active-low": true,
    "debounce-ms": 0.5,
  });
  await bar.changes(2);
  const { lines, flags, debounceMicroseconds } = requestOf(bar);
  assert.deepEqual(lines, [21, 17]);
  assert.equal(
    flags & (PULL_UP | PULL_DOWN | ACTIVE_LOW),
    PULL_UP | ACTIVE_LOW,
  );
  assert.equal(debounceMicroseconds, 500);
});

Deno.test("the same pins are named by places on the header and by BCM numbers", async () => {
  const asked: unknown[] = [];
  for (
    const options of [
      { numbering: "board", left: 12, right: 11, brake: 15 },
      { numbering: "bcm", left: 18, right: 17, brake: 22 },
    ]
  ) {
    await using bar = await Handlebar.make();
    bar.start(options);
    await bar.changes(3);
    asked.push(requestOf(bar));
  }
  assert.deepEqual(asked[0], asked[1]);
});

Deno.test("a place of the header that is no pin is refused", async () => {
  await using bar = await Handlebar.make();
  bar.start({ numbering: "board", left: 1 });
  await bar.until(
    "the refusal",
    () => bar.statuses.some(({ error }) => error instanceof ConfigError),
  );
  assert.equal(bar.chip.requests.length, 0);
});

Deno.test("the driver's end releases the pins, and the buttons", async () => {
  await using bar = await Handlebar.make();
  bar.start();
  await bar.changes(3);
  bar.chip.fireEdges([18, true, 1n]);
  await bar.changes(4);
  await bar.host[Symbol.asyncDispose]();
  assert.equal(bar.states.at(-1), "LEFT false");
  assert.equal(bar.chip.open.size, 0);
});

Deno.test("a chip that goes away and comes back is taken again", async () => {
  await using bar = await Handlebar.make();
  bar.start();
  await bar.changes(3);
  bar.chip.fireEdges([17, true, 1n]);
  await bar.changes(4);
  await bar.chip.unplug();
  await bar.changes(5);
  await bar.until(
    "the buttons",
    () => bar.bike.devices.some(({ isConnected }) => isConnected),
  );
  bar.chip.fireEdges([17, true, 2n]);
  assert.deepEqual((await bar.changes(6)).slice(3), [
    "RIGHT true",
    "RIGHT false",
    "RIGHT true",
  ]);
});
