import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { testWith } from "../../support/requires.ts";
import type { TestPage } from "../../support/browser.ts";
import { keepPicture, PAGE_NEEDS, PageBed } from "./page_bed.ts";

/** The control of a name. */
function control(label: string): string {
  return `.control:has(label:text-is("${label}"))`;
}

/** Waits for a toast, which an older one may look like. */
async function said(tab: TestPage, text: string | RegExp): Promise<void> {
  await tab.has(".toast", text);
}

testWith(
  PAGE_NEEDS,
  "every control works by keyboard, and shows what the device was set to",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    const { keyboard } = tab.page;
    await tab.has(`${control("Incline")}[data-usable]`, "−10");
    await keyboard.press("]");
    await said(tab, "Incline: 0.5 % set");
    assert.deepEqual(bed.bike.incline.values, [0.5]);
    await keyboard.press("[");
    await said(tab, "Incline: 0.0 % set");
    await keyboard.press(".");
    await said(tab, "Resistance: 1 % set");
    await keyboard.press("0");
    await said(tab, "Fan: 10 % set");
    await keyboard.press("+");
    await said(tab, "Target power: 5 W set");
    await tab.has(`${control("Target power")} .holder`, "Held from this page");
    await tab.page.getByLabel("Incline", { exact: true }).focus();
    await keyboard.press("ArrowRight");
    await tab.has(`${control("Incline")} .answer`, "0.5 % set");
    await keyboard.press("s");
    await said(tab, "Stopped: everything is at rest and released");
    assert.deepEqual(
      [
        bed.bike.incline.values.at(-1),
        bed.bike.resistance.values.at(-1),
        bed.bike.fan.values.at(-1),
      ],
      [0, 0, 0],
    );
    await tab.has(`${control("Target power")} .holder`, "Free");
    assert.deepEqual(tab.errors, []);
  },
);

testWith(
  PAGE_NEEDS,
  "a refusal is shown in the bike's own words, and who holds a control is named",
  async () => {
    await using bed = await PageBed.start();
    const game = bed.bike.bike.controller("game", { isExclusive: true });
    await game.set("inclinePercent", 3);
    await using tab = await bed.open();
    await tab.has(`${control("Incline")} .holder`, "Held by game");
    await tab.page.keyboard.press("]");
    await tab.has(
      `${control("Incline")} .answer[data-kind=bad]`,
      /refused: .*"game" holds the incline/,
    );
    bed.bike.fan.refusal = new DeviceError(
      'Cannot set the fan "headwind": it is too hot, wait',
      "headwind",
      "refused",
    );
    await tab.page.keyboard.press("0");
    await tab.has(
      `${control("Fan")} .answer[data-kind=bad]`,
      /refused: .*too hot/,
    );
    await keepPicture(tab, "refused");
  },
);

testWith(
  PAGE_NEEDS,
  "a number beyond a limit of the bike cannot be reached by a slider",
  async () => {
    await using bed = await PageBed.start();
    bed.bike.bike.limits.set("inclinePercent", { min: -2, max: 5 });
    await using tab = await bed.open();
    await tab.has(`${control("Incline")} .ends`, /−2\s*5 %/);
    await tab.page.getByLabel("Incline", { exact: true }).focus();
    await tab.page.keyboard.press("End");
    await tab.has(`${control("Incline")} .answer`, "5.0 % set");
    for (let press = 0; press < 3; press++) await tab.page.keyboard.press("]");
    await tab.has(`${control("Incline")} .set`, "5.0 %");
    assert.equal(Math.max(...bed.bike.incline.values), 5);
  },
);

testWith(PAGE_NEEDS, "a device is calibrated from the page", async () => {
  await using bed = await PageBed.start();
  await using tab = await bed.open();
  await tab.has(".device", "kickr");
  await tab.page.locator(".device:has-text('kickr') button").press("Enter");
  await said(tab, /kickr is calibrated · Stop pedalling/);
  await tab.has(".device:has-text('polar-h10') [data-low]", "battery 15 %");
});

testWith(
  PAGE_NEEDS,
  "keys are shown by ?, can be turned off, and what was chosen is kept",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    const { page } = tab;
    await tab.has(".control[data-usable]", "Incline");
    await page.keyboard.press("?");
    await tab.has("dialog[open]", /Incline less, more/);
    await keepPicture(tab, "keys");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("c");
    await page.getByLabel("Move Heart rate up").press("Enter");
    await page.getByLabel("Threshold power (FTP), W").fill("300");
    await page.getByLabel("Colours").selectOption("light");
    await page.getByLabel("Keys", { exact: true }).uncheck();
    await keepPicture(tab, "settings");
    await page.getByLabel("Close").click();
    await page.reload();
    await tab.has(".tile h2", "Power");
    const headings = await page.locator(".large h2").allTextContents();
    assert.deepEqual(headings.map((text) => text.split(" ")[0]), [
      "Power",
      "Heart",
      "Cadence",
      "Speed",
    ]);
    await tab.has(".tile[data-zone='2'] .zone", "Endurance");
    assert.equal(await page.locator("html[data-theme=light]").count(), 1);
    await page.keyboard.press("?");
    assert.equal(await page.locator("dialog").count(), 0);
  },
);

testWith(
  PAGE_NEEDS,
  "a workout shows its step and what is left, and is paused and ended by keys",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    await bed.bike.endpoint.publish("bike/000001/workout/control", "ramped");
    await tab.has(".workout .step-number", /Step 1 of \d+/);
    await tab.has(".workout .left", /\d\d:\d\d left/);
    await tab.has(".workout .next", /^$/);
    assert.equal(await tab.page.locator(".profile").isHidden(), true);
    assert.deepEqual(await tab.seriousFindings(), []);
    await keepPicture(tab, "workout");
    await tab.page.keyboard.press("p");
    await tab.has(".workout .left", "paused");
    await tab.page.locator(".verbs button", { hasText: "End" }).press("Enter");
    await tab.page.locator(".workout").waitFor({ state: "hidden" });
  },
);

const ZWO = `<workout_file><name>Mine</name><workout>
<SteadyState Duration="600" Power="0.5" Cadence="95"><textevent timeoffset="1" message="Spin up"/></SteadyState>
<SteadyState Duration="300" Power="0.3"/>
</workout></workout_file>`;

testWith(
  PAGE_NEEDS,
  "a workout of a file shows its name, cadence and texts, and is made harder, skipped and gone back in by buttons",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    await bed.bike.endpoint.publish(
      "bike/000001/workout/control",
      JSON.stringify({
        ...{ command: "run", file: "mine.zwo", ftp: 200 },
        content: new TextEncoder().encode(ZWO).toBase64(),
      }),
    );
    const press = (text: string) =>
      tab.page.locator(".workout .verbs button", { hasText: text }).click();
    await tab.has(".workout .step-number", "Step 1 of 2");
    await tab.has(".workout .left", /\d\d:\d\d left · 95 rpm/);
    await tab.has(".workout .message", "Spin up");
    await tab.has(".workout .next", "Next: 60 W for 5 min");
    assert.equal(await tab.page.locator(".profile [data-zone]").count(), 2);
    await keepPicture(tab, "workout-profile");
    await press("+5 %");
    await tab.has("#workout-title", "Mine · +5 %");
    await tab.has(".workout .next", "Next: 63 W for 5 min");
    await press("−5 %");
    await tab.has("#workout-title", "Mine");
    await press("Skip");
    await tab.has(".workout .step-number", "Step 2 of 2");
    await press("Back");
    await tab.has(".workout .step-number", "Step 1 of 2");
    await press("Pause");
    await tab.has(".workout .left", "paused");
    await press("Resume");
    await tab.has(".workout .left", /left · 95 rpm/);
  },
);
