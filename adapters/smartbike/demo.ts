/**
 * A demonstration: a client follows a ride and changes the road.
 *
 * @module
 */
import { RemoteError, TimeoutError } from "#lib/base/errors.ts";
import { Client } from "#lib/objectapi/mod.ts";
import { type Measurement, ValueState } from "./api.gen.ts";
import { BikeClientAdapter } from "./client_adapter.gen.ts";

/** How often a line is printed, in milliseconds. */
const LINE_MS = 300;

/** What the client does, by the line it does it before. */
const COMMANDS: Readonly<
  Record<number, readonly [text: string, (bike: BikeClientAdapter) => unknown]>
> = {
  4: ["setIncline(6)", (bike) => bike.setIncline(6, "demo")],
  9: ["setFan(60)", (bike) => bike.setFan(60, "demo")],
  13: ["setTargetPower(250)", (bike) => bike.setTargetPower(250, "demo")],
  17: ["setIncline(99)", (bike) => bike.setIncline(99, "demo")],
};

/** How many lines are printed. */
const LINES = 20;

/** How long the bike may take to be there, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Shows a ride that a bike on this broker is on. */
export async function demonstrateRide(
  broker: string,
  say: (line: string) => void,
): Promise<void> {
  await using client = new Client("smartbike-demo-rider");
  const bike = new BikeClientAdapter(client);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await client.connect(broker, undefined, { signal });
  await bike.ready;
  await moving(bike, signal);
  say("  km/h   rpm  watts   bpm  incline   fan");
  for (let line = 0; line < LINES; line++) {
    const command = COMMANDS[line];
    if (command) await carryOut(bike, command, say);
    say(describe(bike));
    await new Promise((resolve) => setTimeout(resolve, LINE_MS));
  }
}

/** Waits until the trainer reports a speed. */
async function moving(
  bike: BikeClientAdapter,
  signal: AbortSignal,
): Promise<void> {
  while (bike.getSpeedMetersPerSecond().state !== ValueState.Live) {
    await bike.onSpeedMetersPerSecondChanged.next({ signal });
  }
}

async function carryOut(
  bike: BikeClientAdapter,
  [text, run]: readonly [text: string, (bike: BikeClientAdapter) => unknown],
  say: (line: string) => void,
): Promise<void> {
  try {
    say(`client  ${text}  →  ${await run(bike)}`);
  } catch (error) {
    const isExplained = error instanceof RemoteError ||
      error instanceof TimeoutError;
    if (!isExplained) throw error;
    say(`client  ${text}  →  refused: ${error.message}`);
  }
}

function describe(bike: BikeClientAdapter): string {
  const heartRate = bike.getHeartRate();
  const speed = bike.getSpeedMetersPerSecond();
  return [
    column({ ...speed, value: speed.value * 3.6 }, 6, 1),
    column(bike.getCadenceRpm(), 6),
    column(bike.getPowerWatts(), 7),
    column({ ...heartRate, value: heartRate.rateBpm }, 6),
    column(bike.getInclinePercent(), 9, 1),
    column(bike.getFanPercent(), 6),
  ].join("");
}

/** A number in its column; nothing but a dash where it is not current. */
function column(
  { state, value }: Pick<Measurement, "state" | "value">,
  width: number,
  digits = 0,
): string {
  const text = state === ValueState.Live ? value.toFixed(digits) : "–";
  return text.padStart(width);
}
