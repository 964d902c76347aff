import assert from "node:assert/strict";
import { pageBytes } from "#lib/dashboard/page_files.ts";
import type { TestPage } from "../../support/browser.ts";
import { testWith } from "../../support/requires.ts";
import { BedBike } from "./dashboard_bed.ts";
import { keepPicture, PAGE_NEEDS, PageBed, tile } from "./page_bed.ts";

/** The most that all files of the page may weigh together, compressed. */
const MAX_PAGE_BYTES = 100 * 1024;

/** A number of the page itself, in CSS pixels. */
function pixels(tab: TestPage, script: string): Promise<number> {
  return tab.page.evaluate(script);
}

const NUMBER_SIZE =
  "parseFloat(getComputedStyle(document.querySelector('.large .number')).fontSize)";
const OVERFLOW =
  "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** Where the page is looked at, and how large its numbers are there at least. */
const SCREENS = [
  { name: "phone", size: [360, 740], path: "/bikes/000001", least: 40 },
  { name: "laptop", size: [1366, 768], path: "/bikes/000001", least: 64 },
  {
    name: "wall",
    size: [1920, 1080],
    path: "/bikes/000001?view=wall",
    least: 216,
  },
  {
    name: "4k",
    size: [3840, 2160],
    path: "/bikes/000001?view=wall",
    least: 432,
  },
] as const;

for (const colorScheme of ["dark", "light"] as const) {
  testWith(
    PAGE_NEEDS,
    `the page fits a phone, a laptop, a wall and 4K, ${colorScheme}, with large numbers and without serious findings`,
    async () => {
      await using bed = await PageBed.start();
      await bed.bike.bike.controller("workout").set("targetPowerWatts", 220);
      for (const { name, size, path, least } of SCREENS) {
        await using tab = await bed.open(path, { size, colorScheme });
        await tab.has(
          `${tile("Power")}[data-state=live] .target`,
          "Target 220",
        );
        await tab.has(tile("Time"), /\d\d:\d\d/);
        assert.ok(await pixels(tab, NUMBER_SIZE) >= least, name);
        assert.equal(await pixels(tab, OVERFLOW), 0, name);
        assert.deepEqual(await tab.seriousFindings(), [], name);
        await keepPicture(tab, `${name}-${colorScheme}`);
        assert.deepEqual(tab.errors, [], name);
      }
    },
  );
}

testWith(
  PAGE_NEEDS,
  "numbers do not move when their digits change",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    const place = async (watts: number) => {
      bed.powerWatts = watts;
      bed.pedal();
      await tab.has(`${tile("Power")} .digits`, new RegExp(`^${watts}$`));
      const box = await tab.page.locator(`${tile("Power")} .digits`)
        .boundingBox();
      const label = await tab.page.locator(`${tile("Power")} h2`).boundingBox();
      return [box?.x, box?.width, label?.x, label?.width];
    };
    const wide = await place(888);
    assert.deepEqual(await place(111), wide);
    assert.deepEqual(await place(7), wide);
  },
);

testWith(
  PAGE_NEEDS,
  "the list and the wall show many bikes, sorted as was chosen",
  async () => {
    await using bed = await PageBed.start();
    const { url } = bed.dashboard.broker;
    await using strong = await BedBike.ride(url, { bikeId: "000002" });
    const push = () => strong.trainer.report({ powerWatts: 320 });
    const pushing = setInterval(push, 400);
    await using tab = await bed.open("/wall", { size: [1920, 1080] });
    await tab.has(".bikes td[data-zone='7']", "320");
    await tab.page.getByLabel("sorted by").selectOption("power");
    await tab.has(".bikes tbody tr:first-child th", "000002");
    assert.deepEqual(await tab.seriousFindings(), []);
    await keepPicture(tab, "wall-of-many");
    await using list = await bed.open("/?list");
    await list.page.getByRole("link", { name: "000002" }).click();
    await list.page.waitForURL("**/bikes/000002");
    await list.has(`${tile("Power")}`, "320");
    clearInterval(pushing);
  },
);

testWith(
  PAGE_NEEDS,
  "the page asks nobody but its own server, and a device's name stays text",
  async () => {
    await using bed = await PageBed.start();
    const name = `<img src=x onerror="document.title='owned'">`;
    const evil = bed.bike.bike.source(name);
    evil.reportDevice({ batteryPercent: 50 });
    await using tab = await bed.open();
    await tab.has(".device b", name);
    assert.equal(await tab.page.locator(".device img").count(), 0);
    assert.equal(await tab.page.title(), "Bike 000001");
    const { origin } = new URL(bed.dashboard.server.url);
    assert.deepEqual(tab.requests.filter((url) => !url.startsWith(origin)), []);
    assert.deepEqual(tab.errors, []);
  },
);

testWith(
  PAGE_NEEDS,
  "the page asks for the token, and then shows the bike",
  async () => {
    const token = "correct-horse-battery";
    await using bed = await PageBed.start({ token });
    await using tab = await bed.open();
    await tab.has(".login", "Token");
    await keepPicture(tab, "token");
    await tab.page.getByLabel("Token").fill("wrong-horse-battery");
    await tab.page.keyboard.press("Enter");
    await tab.has(".login .answer", "This is not the token");
    await tab.page.getByLabel("Token").fill(token);
    await tab.page.keyboard.press("Enter");
    await tab.has(`${tile("Power")}[data-state=live]`, "212");
    assert.ok(tab.requests.every((url) => !url.includes(token)));
  },
);

Deno.test("all files of the page weigh at most 100 KB together", async () => {
  const bytes = await pageBytes();
  assert.ok(bytes <= MAX_PAGE_BYTES, `${bytes} bytes`);
});
