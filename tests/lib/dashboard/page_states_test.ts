import assert from "node:assert/strict";
import { DashboardServer } from "#lib/dashboard/dashboard_server.ts";
import { testWith } from "../../support/requires.ts";
import { keepPicture, PAGE_NEEDS, PageBed, tile } from "./page_bed.ts";

testWith(
  PAGE_NEEDS,
  "the page shows each number live, then old with its age, then gone with its reason",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    await tab.has(`${tile("Power")}[data-state=live]`, "212");
    await tab.has(`${tile("Heart rate")} .zone`, /Z3\s*Moderate/);
    bed.powerWatts = 305;
    await tab.has(`${tile("Power")}[data-state=live][data-zone="7"]`, "305");
    // Nothing comes from the strap any more: the hub says so after 5 s.
    bed.hasPulse = false;
    await tab.has(`${tile("Heart rate")}[data-state=stale] .note`, /\d s ago/);
    await keepPicture(tab, "stale");
    bed.strap.setConnected(false);
    await tab.has(`${tile("Heart rate")}[data-state=gone]`, "–");
    await tab.has(`${tile("Heart rate")} .note`, "The device is gone");
    await tab.has(".toast", "polar-h10 is gone");
    await keepPicture(tab, "gone");
    assert.deepEqual(tab.errors, []);
  },
);

testWith(
  PAGE_NEEDS,
  "the page counts while the broker is away, shows nothing as live, and comes back by itself",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open();
    await tab.has(`${tile("Power")}[data-state=live]`, "212");
    await bed.dashboard.broker.kill();
    await tab.has("#banner:not([hidden])", /lost the broker.* [1-9]\d* s/);
    await tab.has(`${tile("Power")}[data-state=stale] .note`, /s ago/);
    assert.equal(
      await tab.page.locator(".tile[data-state=live] .note:not(:empty)")
        .count(),
      0,
    );
    await keepPicture(tab, "broker-lost");
    await bed.dashboard.broker.restart();
    bed.powerWatts = 222;
    await tab.has(`${tile("Power")}[data-state=live]`, "222");
    await tab.has(".toast", "The broker is back");
    await tab.page.locator("#banner").waitFor({ state: "hidden" });
  },
);

testWith(
  PAGE_NEEDS,
  "the page comes back when the program does, and fills the gap in its chart",
  async () => {
    await using bed = await PageBed.start();
    const { fleet, server } = bed.dashboard;
    await using tab = await bed.open();
    await tab.has(".summary", /00:0[2-9] shown/);
    await server[Symbol.asyncDispose]();
    await tab.has(
      "#banner:not([hidden])",
      /Connection to smartbike lost.* \d+ s/,
    );
    await tab.has(`${tile("Power")}[data-state=stale]`, "212");
    await keepPicture(tab, "connection-lost");
    const missed = fleet.bike("000001")?.ride.history.lastSecond ?? 0;
    while ((fleet.bike("000001")?.ride.history.lastSecond ?? 0) < missed + 3) {
      await fleet.onSample.next();
    }
    await using _again = DashboardServer.listen({
      fleet,
      host: "127.0.0.1",
      port: Number(new URL(server.url).port),
    });
    await tab.has(".toast", /Connected again after \d+ s/);
    await tab.has(`${tile("Power")}[data-state=live]`, "212");
    await tab.page.locator(".table summary").click();
    const shown = await tab.page.locator(".summary").textContent() ?? "";
    const seconds = Number(/^00:(\d\d)/.exec(shown)?.[1]);
    const all = fleet.bike("000001")?.ride.history.after(0).length ?? 0;
    assert.ok(Math.abs(seconds - all) <= 2, `${shown}, of ${all} seconds`);
  },
);

testWith(
  PAGE_NEEDS,
  "the page of a bike that ends says so, and a bike that is alone needs no list",
  async () => {
    await using bed = await PageBed.start();
    await using tab = await bed.open("/");
    await tab.page.waitForURL("**/bikes/000001");
    await tab.has(".state", "live");
    await bed.bike[Symbol.asyncDispose]();
    await tab.has(".state", "offline");
    await tab.has(
      `${tile("Power")}[data-state=gone] .note`,
      "The bike is offline",
    );
    assert.equal(await tab.page.locator(".stop").isDisabled(), true);
    await keepPicture(tab, "offline");
  },
);
