/**
 * What the page does with what the system prefers and can.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Looks } from "../../support/browser.ts";
import { testWith } from "../../support/requires.ts";
import { keepPicture, PAGE_NEEDS, PageBed, tile } from "./page_bed.ts";

/** Writes down how many locks are held, beside the browser's own. */
const COUNT_LOCKS = `
  let held = 0;
  const count = (by) => document.documentElement.dataset.locks = held += by;
  const request = WakeLock.prototype.request;
  WakeLock.prototype.request = async function (type) {
    const lock = await request.call(this, type);
    count(1);
    lock.addEventListener("release", () => count(-1));
    return lock;
  };
`;

testWith(
  PAGE_NEEDS,
  "the screen stays on while somebody rides, unless the rider does not want it",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    await tab.page.addInitScript(COUNT_LOCKS);
    await tab.page.reload();
    const held = (count: number) =>
      tab.page.locator(`html[data-locks="${count}"]`).waitFor();
    await held(1);
    await tab.page.getByRole("button", { name: "Settings" }).click();
    const choice = tab.page.getByLabel("Screen stays on");
    await choice.uncheck();
    await held(0);
    await choice.check();
    await held(1);
  },
);

testWith(
  PAGE_NEEDS,
  "the page can be installed, behind a token too",
  async () => {
    for (const token of [undefined, "correct-horse-battery"]) {
      await using bed = await PageBed.start({ ...token && { token } });
      await using tab = await bed.open();
      if (token !== undefined) {
        await tab.page.getByLabel("Token").fill(token);
        await tab.page.keyboard.press("Enter");
      }
      await tab.has(`${tile("Power")}[data-state=live]`, "212");
      assert.deepEqual(await tab.installabilityErrors(), []);
    }
  },
);

/** What the page looks like where colours are the system's own. */
const HARD: readonly (readonly [name: string, looks: Looks])[] = [
  ["contrast-dark", { contrast: "more" }],
  ["contrast-light", { contrast: "more", colorScheme: "light" }],
  ["forced-dark", { forcedColors: "active" }],
  ["forced-light", { forcedColors: "active", colorScheme: "light" }],
];

testWith(
  PAGE_NEEDS,
  "with high contrast and with forced colours each number, zone and bar can be seen",
  async () => {
    await using bed = await PageBed.start();
    await bed.bike.bike.controller("workout").set("targetPowerWatts", 220);
    for (const [name, looks] of HARD) {
      await using tab = await bed.open("/bikes/000001", looks);
      await tab.has(`${tile("Power")}[data-state=live] .target`, "Target 220");
      await tab.has(`${tile("Power")} .zone`, /Z5/);
      await keepPicture(tab, name);
      assert.deepEqual(await tab.seriousFindings(), [], name);
      const painted: Record<string, string> = await tab.page.evaluate(`(() => {
        const back = (selector) =>
          getComputedStyle(document.querySelector(selector)).backgroundColor;
        return { bar: back(".bar .here"), page: back("body") };
      })()`);
      assert.notEqual(painted["bar"], painted["page"], name);
    }
  },
);

testWith(
  PAGE_NEEDS,
  "nothing moves on the page where the system asks for that",
  async () => {
    await using bed = await PageBed.start();
    const count = async (reducedMotion: "reduce" | "no-preference") => {
      await using tab = await bed.open("/bikes/000001", { reducedMotion });
      await tab.has(`${tile("Power")}[data-state=live]`, "212");
      await tab.page.evaluate(`globalThis.moved = 0;
        for (const kind of ["animationstart", "transitionrun"]) {
          document.addEventListener(kind, () => moved++, true);
        }`);
      bed.hasPulse = false;
      bed.strap.setConnected(false);
      await tab.has(".toast", "polar-h10 is gone");
      await tab.page.getByRole("button", { name: "Settings" }).click();
      const moved: number = await tab.page.evaluate("moved");
      bed.hasPulse = true;
      bed.pedal();
      return moved;
    };
    assert.equal(await count("reduce"), 0);
    assert.ok(await count("no-preference") > 0);
  },
);

testWith(
  PAGE_NEEDS,
  "zones are those of the rider that is configured, until another threshold is chosen on the page",
  async () => {
    await using bed = await PageBed.start({
      rider: { ftpWatts: 250, zonesPercent: [50, 70, 80, 90, 100, 120] },
    });
    await using tab = await bed.open();
    // 212 W are 84.8 % of 250 W, and 70.7 % of 300 W.
    await tab.has(`${tile("Power")} .zone`, /Z4\s*Threshold/);
    await tab.page.getByRole("button", { name: "Settings" }).click();
    const field = tab.page.getByLabel("Threshold power");
    assert.equal(await field.inputValue(), "");
    await field.fill("300");
    await field.press("Tab");
    await tab.has(`${tile("Power")} .zone`, /Z3\s*Tempo/);
    await field.fill("");
    await field.press("Tab");
    await tab.has(`${tile("Power")} .zone`, /Z4\s*Threshold/);
  },
);
