/**
 * The page's files, out of the executable.
 *
 * @module
 */
import { createHash } from "node:crypto";
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import uplotScript from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import appScript from "./page/app.js" with { type: "text" };
import bikePageScript from "./page/bike_page.js" with { type: "text" };
import chartScript from "./page/chart.js" with { type: "text" };
import connectionScript from "./page/connection.js" with { type: "text" };
import controlsScript from "./page/controls.js" with { type: "text" };
import devicesScript from "./page/devices.js" with { type: "text" };
import dialogsScript from "./page/dialogs.js" with { type: "text" };
import domScript from "./page/dom.js" with { type: "text" };
import formatScript from "./page/format.js" with { type: "text" };
import icon from "./page/icon.svg" with { type: "text" };
import indexPage from "./page/index.html" with { type: "text" };
import listPageScript from "./page/list_page.js" with { type: "text" };
import manifest from "./page/manifest.webmanifest" with { type: "text" };
import partsCss from "./page/parts.css" with { type: "text" };
import preferencesScript from "./page/preferences.js" with { type: "text" };
import profileScript from "./page/profile.js" with { type: "text" };
import ridePartScript from "./page/ride_part.js" with { type: "text" };
import styleCss from "./page/style.css" with { type: "text" };
import tilesScript from "./page/tiles.js" with { type: "text" };
import workoutPartScript from "./page/workout_part.js" with { type: "text" };
import zonesScript from "./page/zones.js" with { type: "text" };
import { refuse, respond } from "./responses.ts";

const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const CSS = "text/css; charset=utf-8";

/** A file of the page. */
interface PageFile {
  readonly type: string;
  readonly text: string;
}

const script = (text: string): PageFile => ({ type: SCRIPT, text });

const INDEX: PageFile = { type: HTML, text: indexPage };

/** Each file by its path. */
const FILES: ReadonlyMap<string, PageFile> = new Map([
  ["/assets/style.css", { type: CSS, text: styleCss }],
  ["/assets/parts.css", { type: CSS, text: partsCss }],
  ["/assets/uplot.css", { type: CSS, text: uplotCss }],
  ["/assets/icon.svg", { type: "image/svg+xml", text: icon }],
  ["/assets/manifest.webmanifest", {
    type: "application/manifest+json",
    text: manifest,
  }],
  ["/assets/uplot.js", script(uplotScript)],
  ["/assets/app.js", script(appScript)],
  ["/assets/bike_page.js", script(bikePageScript)],
  ["/assets/chart.js", script(chartScript)],
  ["/assets/connection.js", script(connectionScript)],
  ["/assets/controls.js", script(controlsScript)],
  ["/assets/devices.js", script(devicesScript)],
  ["/assets/dialogs.js", script(dialogsScript)],
  ["/assets/dom.js", script(domScript)],
  ["/assets/format.js", script(formatScript)],
  ["/assets/list_page.js", script(listPageScript)],
  ["/assets/preferences.js", script(preferencesScript)],
  ["/assets/profile.js", script(profileScript)],
  ["/assets/ride_part.js", script(ridePartScript)],
  ["/assets/tiles.js", script(tilesScript)],
  ["/assets/workout_part.js", script(workoutPartScript)],
  ["/assets/zones.js", script(zonesScript)],
]);

/** Addresses that the page itself understands. */
const PAGE_PATHS = /^\/(wall|bikes\/[A-Za-z0-9_-]{1,64})?$/;

interface PackedFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly tag: string;
}

/** Serves the page's files, compressed once. */
export class PageFiles {
  readonly #packed = new Map<string, Promise<PackedFile>>();

  /**
   * Answers a request.
   *
   * @returns The file, or why not.
   */
  async answer(request: Request, pathname: string): Promise<Response> {
    const isPage = PAGE_PATHS.test(pathname);
    const file = isPage ? INDEX : FILES.get(pathname);
    if (!file) {
      return refuse(404, { code: "not_found", message: "There is no page" });
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      const message = "Only GET and HEAD are answered here";
      return refuse(405, { code: "method", message }, { allow: "GET, HEAD" });
    }
    const { type, bytes, packed, tag } = await this.#pack(
      isPage ? "/" : pathname,
      file,
    );
    const headers = {
      etag: tag,
      vary: "accept-encoding",
      "cache-control": "no-cache",
    };
    if (request.headers.get("if-none-match") === tag) {
      return respond(null, type, { status: 304, headers });
    }
    const encodings = request.headers.get("accept-encoding") ?? "";
    const isPacked = /\bgzip\b/.test(encodings);
    const body = isPacked ? packed : bytes;
    return respond(request.method === "HEAD" ? null : body, type, {
      headers: { ...headers, ...(isPacked && { "content-encoding": "gzip" }) },
    });
  }

  #pack(path: string, file: PageFile): Promise<PackedFile> {
    const known = this.#packed.get(path);
    if (known) return known;
    const packing = pack(file);
    this.#packed.set(path, packing);
    return packing;
  }
}

async function pack({ type, text }: PageFile): Promise<PackedFile> {
  const bytes = new TextEncoder().encode(text);
  const stream = new Blob([bytes]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  const digest = createHash("sha256").update(bytes).digest("base64url");
  return { type, bytes, packed, tag: `"${digest.slice(0, 22)}"` };
}

/**
 * What the whole page weighs as it goes over the network.
 *
 * @returns Bytes, compressed.
 */
export async function pageBytes(): Promise<number> {
  const files = await Promise.all([INDEX, ...FILES.values()].map(pack));
  return files.reduce((sum, { packed }) => sum + packed.length, 0);
}
