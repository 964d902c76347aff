/**
 * A ride on a page in a real browser.
 *
 * @module
 */
import type { PanelRider } from "#lib/bike/remote_bike.ts";
import type { BikeDevice } from "#lib/bike/device.ts";
import {
  type Looks,
  TestBrowser,
  type TestPage,
} from "../../support/browser.ts";
import { ROOT } from "../../support/source_files.ts";
import { BedBike, DashboardBed } from "./dashboard_bed.ts";

/** What a test of the page needs. */
export const PAGE_NEEDS = { programs: ["mosquitto", "chromium"] };

/** Where pictures of the page are kept, to be looked at. */
const PICTURES = new URL("build/screenshots/", ROOT);

/** Time between two reports of the devices, in milliseconds. */
const REPORT_MS = 400;

/** A bike that rides, a dashboard and a browser. */
export class PageBed implements AsyncDisposable {
  /** The dashboard. */
  readonly dashboard: DashboardBed;
  /** The bike. */
  readonly bike: BedBike;
  /** Its strap. */
  readonly strap: BikeDevice;
  /** What the rider pushes, in watts. */
  powerWatts = 212;
  /** Whether the strap reports. */
  hasPulse = true;
  readonly #browser: TestBrowser;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    dashboard: DashboardBed,
    parts: { readonly bike: BedBike; readonly browser: TestBrowser },
    stack: AsyncDisposableStack,
  ) {
    this.dashboard = dashboard;
    this.bike = parts.bike;
    this.#browser = parts.browser;
    this.#stack = stack;
    this.strap = this.bike.bike.source("polar-h10");
    this.strap.reportDevice({ batteryPercent: 15, signalDbm: -61 });
    const pedalling = setInterval(() => this.pedal(), REPORT_MS);
    stack.defer(() => clearInterval(pedalling));
    this.pedal();
  }

  /**
   * Starts all of it.
   *
   * @param options The dashboard's, and what is configured of the rider.
   * @returns The bed.
   */
  static async start(
    options: Parameters<typeof DashboardBed.start>[0] & {
      readonly rider?: PanelRider;
    } = {},
  ): Promise<PageBed> {
    await using stack = new AsyncDisposableStack();
    const dashboard = stack.use(await DashboardBed.start(options));
    const { rider } = options;
    const bike = stack.use(
      await BedBike.ride(dashboard.broker.url, { rider }),
    );
    const browser = stack.use(await TestBrowser.start());
    return new PageBed(dashboard, { bike, browser }, stack.move());
  }

  /** Reports what the rider does; happens by itself, too. */
  pedal(): void {
    const { powerWatts } = this;
    this.bike.trainer.report({
      powerWatts,
      cadenceRpm: 88,
      speedMetersPerSecond: 10,
    });
    if (!this.hasPulse) return;
    this.strap.report({ heartRate: { rateBpm: 151, rrIntervalsMs: [] } });
  }

  /**
   * Opens the page.
   *
   * @param path Its path.
   * @param looks How it is looked at.
   * @returns The page.
   */
  async open(path = "/bikes/000001", looks: Looks = {}): Promise<TestPage> {
    return await this.#browser.open(
      new URL(path, this.dashboard.server.url),
      looks,
    );
  }

  /** Ends all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/**
 * Keeps a picture of a page.
 *
 * @param tab The page.
 * @param name Name of the picture.
 */
export async function keepPicture(
  { page }: TestPage,
  name: string,
): Promise<void> {
  const path = new URL(`${name}.png`, PICTURES).pathname;
  await Deno.mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path, fullPage: true });
}

/** The tile of a number. */
export function tile(label: string): string {
  return `.tile:has(h2:text("${label}"))`;
}
