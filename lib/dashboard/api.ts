/**
 * The dashboard's API: bikes, their events, and commands to them.
 *
 * @module
 */
import {
  PANEL_CONTROLS,
  type PanelCommand,
  WORKOUT_VERBS,
} from "#lib/bike/remote_bike.ts";
import type { CommandDesk, CommandEnd } from "./command_desk.ts";
import { type Encoder, openEventStream } from "./event_stream.ts";
import type { Fleet } from "./fleet.ts";
import { OPEN_API } from "./open_api.ts";
import { readBody } from "./request_body.ts";
import { refuse, respond, respondJson } from "./responses.ts";
import { SAMPLE_FIELDS } from "./sample_history.ts";

/** The most pages that listen at a time. */
const MAX_STREAMS = 100;

/** HTTP statuses of failed commands; all others are conflicts. */
const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ["unknown_bike", 404],
  ["payload", 400],
  ["out_of_range", 422],
  ["out_of_step", 422],
  ["connection", 503],
  ["busy", 503],
  ["timeout", 504],
]);

/** What the API stands on. */
interface ApiContext {
  /** The bikes. */
  readonly fleet: Fleet;
  /** Sends commands. */
  readonly desk: CommandDesk;
  /** Writes bikes. */
  readonly encoder: Encoder;
  /** Ends all streams. */
  readonly signal: AbortSignal;
}

/** Answers requests to the API. */
export class Api {
  readonly #context: ApiContext;
  #streams = 0;

  /**
   * Waits for requests.
   *
   * @param context What it stands on.
   */
  constructor(context: ApiContext) {
    this.#context = context;
  }

  /**
   * Answers a request.
   *
   * @param request The request, from a client that passed the gate.
   * @param path Parts of its path behind `/api`.
   */
  async answer(request: Request, path: readonly string[]): Promise<Response> {
    const { method } = request;
    const [first, bikeId, ...rest] = path;
    const isRead = method === "GET" || method === "HEAD";
    if (path.length === 1 && first === "openapi.json") {
      return isRead ? respondJson(OPEN_API) : notAllowed("GET, HEAD");
    }
    if (path.length === 1 && first === "events") {
      return isRead ? this.#events(request) : notAllowed("GET");
    }
    if (first !== "bikes") return notFound();
    if (bikeId === undefined) {
      return isRead ? this.#list() : notAllowed("GET, HEAD");
    }
    const isBikeRead = rest.length === 0 ||
      (rest.length === 1 && ["events", "history"].includes(rest[0] ?? ""));
    if (isBikeRead) {
      return isRead
        ? this.#bike(request, bikeId, rest[0])
        : notAllowed("GET, HEAD");
    }
    return await this.#command(request, bikeId, rest);
  }

  #list(): Response {
    const { fleet } = this.#context;
    const bikes = fleet.ids.map((id) => fleet.snapshot(id));
    return respondJson({ broker: fleet.broker, nowMs: fleet.nowMs, bikes });
  }

  #bike(request: Request, bikeId: string, what?: string): Response {
    const { fleet } = this.#context;
    if (what === "events") return this.#events(request, bikeId);
    const bike = fleet.bike(bikeId);
    if (!bike) return notFound();
    if (what === undefined) return respondJson(fleet.snapshot(bikeId));
    return respondJson({
      fields: SAMPLE_FIELDS,
      rows: bike.ride.history.after(afterSecond(request)),
    });
  }

  #events(request: Request, bikeId?: string): Response {
    const type = "text/event-stream";
    if (request.method === "HEAD") return respond(null, type);
    if (this.#streams >= MAX_STREAMS) {
      return refuse(503, { code: "busy", message: "Too many pages listen" });
    }
    const { fleet, encoder, signal } = this.#context;
    this.#streams++;
    const body = openEventStream({
      fleet,
      encoder,
      ...(bikeId !== undefined && { bikeId }),
      afterSecond: afterSecond(request),
      signal,
      onEnd: () => this.#streams--,
    });
    return respond(body, type, { headers: { "x-accel-buffering": "no" } });
  }

  async #command(
    request: Request,
    bikeId: string,
    path: readonly string[],
  ): Promise<Response> {
    const name = path.join("/");
    const isKnown = name === "stop" ||
      (["controls", "workout"].includes(path[0] ?? "") && path.length === 2) ||
      (path[0] === "devices" && path.length === 3 &&
        path[2] === "calibration");
    if (!isKnown) return notFound();
    if (request.method !== "POST") return notAllowed("POST");
    const body = await readBody(request);
    if (body instanceof Response) return body;
    const command = readCommand(path, body);
    if (command instanceof Response) return command;
    const steps: string[] = [];
    const end = await this.#context.desk.send(
      bikeId,
      command,
      (step) => steps.push(step),
    );
    return toResponse(end, steps);
  }
}

function readCommand(
  [kind, name = ""]: readonly string[],
  body: Readonly<Record<string, unknown>>,
): PanelCommand | Response {
  if (kind === "stop") return { command: "stop" };
  if (kind === "devices") return { command: "calibrate", device: name };
  if (kind === "workout") {
    const verb = WORKOUT_VERBS.find((one) => one === name);
    return verb ? { command: "workout", verb } : notFound();
  }
  const control = PANEL_CONTROLS.find((one) => one === name);
  if (control === undefined) return notFound();
  const { value } = body;
  if (typeof value === "number" && Number.isFinite(value)) {
    return { command: "set", control, value };
  }
  return refuse(400, {
    code: "payload",
    message: `Cannot set "${control}": expected {"value": a number}`,
  });
}

function toResponse(end: CommandEnd, steps: readonly string[]): Response {
  if (!end.ok) {
    const { code, message } = end;
    return refuse(STATUS_OF.get(code) ?? 409, { code, message });
  }
  const { value } = end;
  return respondJson({
    ...(value !== undefined && { value }),
    ...(steps.length > 0 && { steps }),
  });
}

/** A browser that reconnects says what it had last; the page itself says it in the address. */
function afterSecond(request: Request): number {
  const text = request.headers.get("last-event-id") ??
    new URL(request.url).searchParams.get("after") ?? "0";
  return /^\d{1,12}$/.test(text) ? Number(text) : 0;
}

function notFound(): Response {
  return refuse(404, { code: "not_found", message: "There is no such thing" });
}

function notAllowed(allow: string): Response {
  return refuse(405, {
    code: "method",
    message: `Only ${allow} is answered here`,
  }, { allow });
}
