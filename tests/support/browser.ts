/**
 * Debian's Chromium, driven by playwright.
 *
 * @module
 */
import { type Browser, chromium, type Page } from "playwright-core";
import axe from "axe-core/axe.min.js" with { type: "text" };
import { requireProgram } from "./requires.ts";

export type { Page };

/** A size of a screen, and how it is looked at. */
export interface Looks {
  /** Width and height, in CSS pixels. */
  readonly size?: readonly [width: number, height: number];
  /** What the system prefers. */
  readonly colorScheme?: "dark" | "light";
  /** What the system prefers. */
  readonly contrast?: "more" | "no-preference";
  /** Whether the system allows its own few colours only. */
  readonly forcedColors?: "active" | "none";
  /**
   * What the system prefers.
   *
   * @default {"reduce"}
   */
  readonly reducedMotion?: "reduce" | "no-preference";
}

/** Long enough for a loaded machine; it only ends tests that have failed, in milliseconds. */
const LONGEST_MS = 90_000;

/** A running browser. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts it. */
  static async start(): Promise<TestBrowser> {
    const browser = await chromium.launch({
      executablePath: requireProgram("chromium"),
      args: ["--no-sandbox", "--disable-gpu"],
    });
    return new TestBrowser(browser);
  }

  /**
   * Opens a page in a profile of its own.
   *
   * @param url Its address.
   * @param looks How it is looked at.
   * @returns The page, and what it did that no page should.
   */
  async open(url: string | URL, looks: Looks = {}): Promise<TestPage> {
    const { size = [1366, 768], colorScheme = "dark", ...rest } = looks;
    const [width, height] = size;
    const page = await this.#browser.newPage({
      viewport: { width, height },
      colorScheme,
      reducedMotion: "reduce",
      ...rest,
    });
    const opened = new TestPage(page);
    await page.goto(String(url), { timeout: LONGEST_MS });
    return opened;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** A serious finding about accessibility. */
interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** A page, and what it did that no page should. */
export class TestPage {
  /** The page. */
  readonly page: Page;
  /** Errors of its scripts, and lines of its console that report one. */
  readonly errors: string[] = [];
  /** Addresses that it asked. */
  readonly requests: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(LONGEST_MS);
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (line) => {
      if (line.type() === "error") this.errors.push(line.text());
    });
    page.on("request", (request) => this.requests.push(request.url()));
  }

  /**
   * Waits for an element to have a text.
   *
   * @param selector The element.
   * @param text A part of its text.
   */
  async has(selector: string, text: string | RegExp): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).first()
      .waitFor({ state: "attached", timeout: LONGEST_MS });
  }

  /**
   * Looks for what people with other senses or hands could not use.
   *
   * @returns Serious and critical findings, in short.
   */
  async seriousFindings(): Promise<readonly string[]> {
    await this.page.evaluate(axe);
    const findings: readonly AxeFinding[] = await this.page.evaluate(
      "axe.run().then(({ violations }) => violations)",
    );
    return findings
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  }

  /**
   * Asks what keeps the browser from offering to install the page.
   *
   * @returns Ids of what is missing; that this is a private window is no matter of the page.
   */
  async installabilityErrors(): Promise<readonly string[]> {
    const session = await this.page.context().newCDPSession(this.page);
    const { installabilityErrors } = await session.send(
      "Page.getInstallabilityErrors",
    );
    return installabilityErrors.map(({ errorId }) => errorId)
      .filter((id) => id !== "in-incognito");
  }

  /** Leaves it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}
