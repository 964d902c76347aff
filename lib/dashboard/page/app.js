// @ts-check
/// <reference lib="dom" />
/**
 * The page: its frame, its addresses and its keys.
 */
import { BikePage } from "./bike_page.js";
import { askForToken, showKeys, showSettings } from "./dialogs.js";
import { announce, byId, h, setText } from "./dom.js";
import { ListPage } from "./list_page.js";
import { applyTheme, preferences } from "./preferences.js";

/** The frame around what is shown, and what all parts of it share. */
export class Shell {
  constructor() {
    this.main = byId("main");
    this.top = byId("top");
    this.banner = byId("banner");
    this.bannerText = h("span");
    this.bannerCount = h("span", { class: "count", "aria-hidden": "true" });
    this.banner.append(this.bannerText, this.bannerCount);
    /** @type {BikePage | ListPage | null} */
    this.page = null;
    /** @type {number | null} */
    this.lostSinceMs = null;
    /** @type {number | null} */
    this.brokerLostSinceMs = null;
    /** @type {{ release(): Promise<void>, released: boolean } | null} */
    this.wakeLock = null;
    this.top.append(
      h("a", {
        class: "brand",
        href: "/",
        click: (event) => this.#go(event, "/"),
      }, "smartbike"),
      h(
        "nav",
        { "aria-label": "Page" },
        this.#tool("Bikes", "l", () => this.go("/?list")),
        this.#tool("Wall", "w", () => this.toggleWall()),
        this.#tool("Settings", "c", showSettings),
        this.#tool("Keys", "?", showKeys),
      ),
    );
    setInterval(() => this.#count(), 1000);
    addEventListener("popstate", () => this.route());
    addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", (event) => this.#link(event));
  }

  /** Shows what the address says. */
  route() {
    this.page?.close();
    const { pathname, searchParams } = new URL(location.href);
    const isWall = searchParams.get("view") === "wall" ||
      pathname === "/wall";
    document.body.classList.toggle("wall", isWall);
    const [, bikeId] = /^\/bikes\/([\w-]+)$/.exec(pathname) ?? [];
    this.page = bikeId === undefined
      ? new ListPage(this, {
        isWall,
        onOnly: (only) => {
          if (searchParams.has("list")) return;
          history.replaceState(null, "", `/bikes/${only}`);
          this.route();
        },
      })
      : new BikePage(this, bikeId, { isWall });
    document.title = bikeId === undefined ? "Bikes" : `Bike ${bikeId}`;
    this.main.replaceChildren(this.page.element);
  }

  /** @param {string} address */
  go(address) {
    history.pushState(null, "", address);
    this.route();
    this.main.focus();
  }

  /** The same without controls, or with them. */
  toggleWall() {
    const url = new URL(location.href);
    if (url.pathname === "/wall") return this.go("/?list");
    if (url.searchParams.get("view") === "wall") {
      url.searchParams.delete("view");
    } else url.searchParams.set("view", "wall");
    this.go(url.pathname + url.search);
  }

  /** @param {number | null} sinceMs */
  connectionLost(sinceMs) {
    if (sinceMs === null && this.lostSinceMs !== null) {
      const seconds = Math.round((Date.now() - this.lostSinceMs) / 1000);
      announce(`Connected again after ${seconds} s`, "good");
    }
    this.lostSinceMs = sinceMs;
    this.#count();
  }

  /**
   * @param {{ isConnected: boolean, sinceMs: number }} broker
   * @param {number} clockOffsetMs
   */
  brokerState({ isConnected, sinceMs }, clockOffsetMs) {
    if (isConnected && this.brokerLostSinceMs !== null) {
      announce("The broker is back", "good");
    }
    this.brokerLostSinceMs = isConnected ? null : sinceMs - clockOffsetMs;
    this.#count();
  }

  /** @param {boolean} isRiding */
  async keepAwake(isRiding) {
    const isWanted = isRiding && preferences.keepsAwake &&
      document.visibilityState === "visible";
    if (!isWanted) {
      const { wakeLock } = this;
      this.wakeLock = null;
      await wakeLock?.release();
      return;
    }
    if (!("wakeLock" in navigator)) return;
    if (this.wakeLock && !this.wakeLock.released) return;
    this.wakeLock = { release: () => Promise.resolve(), released: false };
    try {
      this.wakeLock = await navigator.wakeLock.request("screen");
    } catch {
      // Low battery: the system says no, and is not asked again until the ride goes on anew.
    }
  }

  #count() {
    const since = this.lostSinceMs ?? this.brokerLostSinceMs;
    this.banner.hidden = since === null;
    if (since === null) return;
    setText(
      this.bannerText,
      this.lostSinceMs === null
        ? "smartbike has lost the broker; it comes back by itself"
        : "Connection to smartbike lost; it comes back by itself",
    );
    const seconds = Math.max(0, Math.round((Date.now() - since) / 1000));
    setText(this.bannerCount, ` ${seconds} s`);
  }

  /**
   * @param {string} text
   * @param {string} key
   * @param {() => void} act
   */
  #tool(text, key, act) {
    return h("button", {
      type: "button",
      title: `${text} (${key})`,
      click: act,
    }, text);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (!preferences.hasShortcuts || ctrlKey || metaKey || altKey) return;
    if (target instanceof HTMLElement && isTyping(target)) return;
    if (document.querySelector("dialog[open]")) return;
    const act = this.#keyAction(key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /**
   * @param {string} key
   * @returns {(() => void) | null}
   */
  #keyAction(key) {
    switch (key) {
      case "?":
        return showKeys;
      case "c":
        return showSettings;
      case "w":
        return () => this.toggleWall();
      case "l":
        return () => this.go("/?list");
      default:
        return this.page?.press(key) ? () => {} : null;
    }
  }

  /**
   * A link of the page itself needs no new page.
   *
   * @param {MouseEvent} event
   */
  #link(event) {
    const { target } = event;
    const link = target instanceof Element ? target.closest("a") : null;
    if (!link || link.hash || link.origin !== location.origin) return;
    this.#go(event, link.pathname + link.search);
  }

  /**
   * @param {Event} event
   * @param {string} address
   */
  #go(event, address) {
    const isPlain = event instanceof MouseEvent && !event.ctrlKey &&
      !event.metaKey && !event.shiftKey && event.button === 0;
    if (!isPlain || event.defaultPrevented) return;
    event.preventDefault();
    this.go(address);
  }
}

/** @param {HTMLElement} element */
function isTyping(element) {
  if (element instanceof HTMLInputElement) return element.type !== "range";
  return element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement;
}

applyTheme();
const session = await fetch("/api/session").then((response) => response.json());
if (!session.isLoggedIn) await askForToken();
new Shell().route();
