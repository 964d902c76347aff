/**
 * Buttons on GPIO lines of the kernel, through the program, to the broker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause, systemClock } from "#lib/base/clock.ts";
import { GpioSim } from "../inside/gpio_sim.ts";
import { RunningProgram } from "../inside/program.ts";

/** Lines of the predecessor's wiring. */
const [LEFT, RIGHT] = [18, 17];

/** Longer than a button bounces or a report takes, in milliseconds. */
const SETTLE_MS = 200;

const { signal } = new AbortController();

/** The reports of buttons, as name and state. */
function reportsOf({ heard }: RunningProgram): string[] {
  return heard
    .filter(({ topic }) => topic === "bike/000001/button/report")
    .map(({ text }) => {
      const { button, state } = JSON.parse(text);
      return `${button} ${state}`;
    });
}

Deno.test("buttons", async (t) => {
  await using chip = await GpioSim.make({ label: "header", lines: 28 });
  await using program = await RunningProgram.start([
    "buttons",
    "--option",
    "buttons.chip=header",
  ]);
  await pause(systemClock, SETTLE_MS, signal);

  await t.step("how the buttons stand at the start is reported", () => {
    const reports = reportsOf(program).slice(-3).sort();
    assert.deepEqual(reports, ["BREAK 0", "LEFT 0", "RIGHT 0"]);
  });

  await t.step("a press and a release are reported, each once", async () => {
    const before = reportsOf(program).length;
    await chip.set(LEFT, true);
    await pause(systemClock, SETTLE_MS, signal);
    await chip.set(LEFT, false);
    await pause(systemClock, SETTLE_MS, signal);
    assert.deepEqual(reportsOf(program).slice(before), ["LEFT 1", "LEFT 0"]);
  });

  await t.step("a contact that bounces is pressed once", async () => {
    const before = reportsOf(program).length;
    for (const isHigh of [true, false, true, false, true]) {
      await chip.set(RIGHT, isHigh);
      await pause(systemClock, 1, signal);
    }
    await pause(systemClock, SETTLE_MS, signal);
    for (const isHigh of [false, true, false]) {
      await chip.set(RIGHT, isHigh);
      await pause(systemClock, 1, signal);
    }
    await pause(systemClock, SETTLE_MS, signal);
    assert.deepEqual(reportsOf(program).slice(before), ["RIGHT 1", "RIGHT 0"]);
  });

  await t.step("a spike shorter than the debounce is no press", async () => {
    const before = reportsOf(program).length;
    await chip.set(LEFT, true);
    await pause(systemClock, 2, signal);
    await chip.set(LEFT, false);
    await pause(systemClock, SETTLE_MS, signal);
    assert.deepEqual(reportsOf(program).slice(before), []);
  });
});
