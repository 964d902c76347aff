import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import type { GpioEdge, GpioLines } from "#lib/hardware/gpio.ts";
import { LinuxGpio } from "#lib/hardware/linux/gpio.ts";
import { FakeGpioChip } from "../../../fakes/fake_gpio_chip.ts";
import { within } from "../../../support/within.ts";

const EPERM = 1;
const EBUSY = 16;
const ENOTTY = 25;

function gpioOf({ libc, dev }: FakeGpioChip): LinuxGpio {
  return new LinuxGpio({ libc, dev });
}

/** The first edges. */
async function take(lines: GpioLines, count: number): Promise<GpioEdge[]> {
  const edges: GpioEdge[] = [];
  const reading = (async () => {
    for await (const edge of lines.edges) {
      if (edges.push(edge) === count) return;
    }
  })();
  await within("edges", reading);
  return edges;
}

Deno.test("edges come in their order with the kernel's time, those that come at once and those that come later", async () => {
  await using chip = await FakeGpioChip.make();
  await using lines = await gpioOf(chip).openInputs({ lines: [17, 18] });
  chip.fireEdges([17, true, 5n], [18, true, 6n], [17, false, 1n << 40n]);
  assert.deepEqual(await take(lines, 3), [
    { line: 17, isActive: true, timestampNs: 5n },
    { line: 18, isActive: true, timestampNs: 6n },
    { line: 17, isActive: false, timestampNs: 1n << 40n },
  ]);
  const later = take(lines, 1);
  chip.fireEdges([18, false, 9n]);
  assert.deepEqual(await later, [
    { line: 18, isActive: false, timestampNs: 9n },
  ]);
});

Deno.test("more edges than one call reads are all given", async () => {
  await using chip = await FakeGpioChip.make();
  await using lines = await gpioOf(chip).openInputs({ lines: [4] });
  const count = 200;
  for (let i = 0; i < count; i++) chip.fireEdges([4, i % 2 === 0, BigInt(i)]);
  const edges = await take(lines, count);
  assert.deepEqual(
    edges.map(({ timestampNs }) => timestampNs),
    Array.from({ length: count }, (_, i) => BigInt(i)),
  );
});

Deno.test("levels are read in the order in which pins were asked for", async () => {
  await using chip = await FakeGpioChip.make();
  await using lines = await gpioOf(chip).openInputs({ lines: [22, 17, 18] });
  chip.levels = [true, false, true];
  assert.deepEqual(lines.values(), [true, false, true]);
});

Deno.test("releasing pins ends whoever waits for edges, and leaves nothing open", async () => {
  await using chip = await FakeGpioChip.make();
  const lines = await gpioOf(chip).openInputs({ lines: [17] });
  assert.equal(chip.open.size, 1, "the chip is not held, its line is");
  const reading = Array.fromAsync(lines.edges);
  await lines[Symbol.asyncDispose]();
  assert.deepEqual(await within("the reader", reading), []);
  assert.equal(chip.open.size, 0);
  assert.throws(() => lines.values(), DeviceError);
});

Deno.test("a chip that goes away ends whoever waits for edges with an error", async () => {
  await using chip = await FakeGpioChip.make();
  await using lines = await gpioOf(chip).openInputs({ lines: [17] });
  const reading = assert.rejects(Array.fromAsync(lines.edges), {
    name: "DeviceError",
    reason: "disconnected",
  });
  await chip.unplug();
  await within("the reader", reading);
});

for (const chip of ["pinctrl-rp1", "gpiochip0", "/dev/gpiochip0", undefined]) {
  Deno.test(`a chip is found by ${chip ?? "being the header's"}`, async () => {
    await using fake = await FakeGpioChip.make({ label: "pinctrl-rp1" });
    await using lines = await gpioOf(fake).openInputs({
      lines: [17],
      ...(chip !== undefined && { chip }),
    });
    assert.equal(fake.requests.length, 1);
    assert(lines);
  });
}

Deno.test("a chip that is not there is refused with the labels of those that are", async () => {
  await using chip = await FakeGpioChip.make({ label: "gpio-sim.0" });
  const gpio = gpioOf(chip);
  for (const wanted of [{}, { chip: "gpiochip1" }, { chip: "pinctrl-rp1" }]) {
    await assert.rejects(
      gpio.openInputs({ lines: [1], ...wanted }),
      (error) => {
        assert(error instanceof Error);
        assert.match(error.message, /has gpio-sim\.0,/);
        assert("reason" in error && error.reason === "absent");
        return true;
      },
    );
  }
  assert.equal(chip.open.size, 0);
});

Deno.test("a machine without pins is distinguished from one with others", async () => {
  await using chip = await FakeGpioChip.make();
  await Deno.remove(`${chip.dev}/gpiochip0`);
  await assert.rejects(gpioOf(chip).openInputs({ lines: [17] }), {
    message:
      'Cannot find GPIO chip "the header of a Raspberry Pi": this machine has none, run on one with pins',
  });
});

Deno.test("a pin that the chip lacks is refused", async () => {
  await using chip = await FakeGpioChip.make({ lineCount: 8 });
  const opening = gpioOf(chip).openInputs({ lines: [7, 8] });
  await assert.rejects(opening, { reason: "absent" });
  assert.equal(chip.open.size, 0);
});

Deno.test("a pin that is in use is refused with the name of its user", async () => {
  await using chip = await FakeGpioChip.make();
  chip.refusal = EBUSY;
  chip.users.set(18, "rgb-lamp");
  await assert.rejects(gpioOf(chip).openInputs({ lines: [17, 18] }), {
    reason: "denied",
    message:
      'Cannot take pins 17, 18 of "pinctrl-bcm2711": "rgb-lamp" uses 18, end that first',
  });
  assert.equal(chip.open.size, 0);
});

Deno.test("a chip is found by its label, its name, or as that of the header, and let go", async () => {
  await using chip = await FakeGpioChip.make();
  const gpio = gpioOf(chip);
  for (const name of [undefined, "pinctrl-bcm2711", "gpiochip0"]) {
    assert.equal(await gpio.findChip(name), "pinctrl-bcm2711");
  }
  await assert.rejects(gpio.findChip("gpiochip7"), { reason: "absent" });
  assert.equal(chip.open.size, 0);
  assert.equal(chip.requests.length, 0);
});

Deno.test("a kernel without this interface, and a chip that may not be opened, are distinguished", async () => {
  await using chip = await FakeGpioChip.make();
  chip.refusal = ENOTTY;
  const gpio = gpioOf(chip);
  await assert.rejects(gpio.openInputs({ lines: [17] }), { reason: "absent" });
  chip.openRefusal = EPERM;
  await assert.rejects(gpio.openInputs({ lines: [17] }), { reason: "denied" });
  await assert.rejects(gpio.findChip(), { reason: "denied" });
});

const NO_PINS = [
  [],
  [-1],
  [1.5],
  [3, 3],
  Array.from({ length: 65 }, (_, line) => line),
];

for (const lines of NO_PINS) {
  Deno.test(`pins ${JSON.stringify(lines).slice(0, 12)} are refused before anything is opened`, async () => {
    await using chip = await FakeGpioChip.make();
    const opening = gpioOf(chip).openInputs({ lines });
    await assert.rejects(opening, { name: "ConfigError" });
    assert.equal(chip.requests.length, 0);
  });
}

Deno.test("a debounce that no structure can hold is refused", async () => {
  await using chip = await FakeGpioChip.make();
  for (const debounceMicroseconds of [-1, NaN, 2 ** 32]) {
    const opening = gpioOf(chip)
      .openInputs({ lines: [17], debounceMicroseconds });
    await assert.rejects(opening, { name: "ConfigError" });
  }
});
