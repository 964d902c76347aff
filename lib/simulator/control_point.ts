/**
 * Control points: a request is written, its answer is indicated some time
 * later, and there is one at a time.
 *
 * @module
 */
import { FrameError } from "#lib/base/errors.ts";
import { attError } from "./att_error.ts";
import type { SimulatedDevice } from "./simulated_device.ts";

/** What a request comes to. */
export interface Outcome {
  /** What is indicated; nothing at all if left out. */
  readonly response?: Uint8Array;
  /** What happens right behind it. */
  readonly then?: () => void;
}

/** What a control point is. */
interface ControlPointOptions {
  /** Full UUID of its service. */
  readonly service: string;
  /** Full UUID. */
  readonly uuid: string;
  /** How long a request takes, at least and at most, in ms. */
  readonly latencyMs: (request: Uint8Array) => readonly [number, number];
  /** Carries a request out. */
  readonly run: (request: Uint8Array) => Outcome;
}

/**
 * Adds a control point to a device. It refuses requests with the codes that
 * the Core Specification Supplement has for it: while indications are off, and
 * while another request is carried out.
 *
 * @param options What the control point is.
 */
export function addControlPoint(
  device: SimulatedDevice,
  options: ControlPointOptions,
): void {
  const { service, uuid, latencyMs, run } = options;
  const { peripheral, latency } = device;
  let stop: (() => void) | undefined;
  const end = (request: Uint8Array) => {
    stop = undefined;
    const { response, then } = run(request);
    if (response) peripheral.notify(uuid, response);
    then?.();
  };
  device.add(service, uuid, ["write", "indicate"], {
    onWrite(request) {
      const action = `write ${uuid}`;
      const refusal = request.length === 0
        ? "invalidLength"
        : !peripheral.isSubscribed(uuid)
        ? "descriptorNotConfigured"
        : stop && "procedureInProgress";
      if (refusal) throw attError(refusal, peripheral.name, action);
      const delayMs = latency.nextMs(...latencyMs(request));
      stop = device.later(delayMs, () => end(request));
    },
  });
  peripheral.onDisconnected.add(() => {
    stop?.();
    stop = undefined;
  });
}

/**
 * Decodes a request of unknown quality.
 *
 * @returns The request; undefined if a parameter is short or impossible.
 */
export function decodeRequest<T>(
  decode: (bytes: Uint8Array) => T,
  bytes: Uint8Array,
): T | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}
