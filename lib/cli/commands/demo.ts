/**
 * `smartbike demo`: shows what the program does, with a broker of its own.
 *
 * @module
 */
import { orAborted, untilAborted } from "#lib/base/deadline.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import { runBike } from "#lib/app/run_bike.ts";

/** How many times faster than real the ride goes. */
const SPEED_UP = 12;

/** `smartbike demo`. */
export const demoCommand: CommandBody = {
  options: [{
    flags: "--dashboard",
    description:
      "show the ride as a live page on a free port of this machine, at its real speed, until interrupted",
  }],
  details:
    `Starts a broker on a free port of this machine, and ends by itself in seconds.
The ride needs no device: simulated ones send real frames through the real
drivers. It goes ${SPEED_UP} times faster than real.`,
  logLevel: "error",
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { output, demonstrate, io } = context;
  const isShown = input.options.flag("dashboard");
  const say = (line: string) => output.line(line);
  await untilInterrupted(io, async (interrupted) => {
    await using broker = await EmbeddedBroker.listen();
    say(`broker   listens on ${broker.url}`);
    await orAborted(demonstrate(broker.url, say), interrupted);
    say("");
    await using _dashboard = isShown
      ? await showDashboard(broker.url, context, interrupted)
      : undefined;
    await ride(broker.url, context, { interrupted, isShown });
  });
}

async function showDashboard(
  broker: string,
  context: CliContext,
  interrupted: AbortSignal,
): Promise<AsyncDisposable> {
  const { output } = context;
  const { wire } = await context.bikeAdapters();
  const { serveDashboard } = await import("#lib/app/serve_dashboard.ts");
  const { dashboard, connected } = await serveDashboard(
    {
      broker: { broker, connect: {} },
      listen: { host: "127.0.0.1", port: 0 },
    },
    wire,
    interrupted,
  );
  await connected;
  output.line(`page     is on ${dashboard.url}`);
  return dashboard;
}

async function ride(
  broker: string,
  context: CliContext,
  { interrupted, isShown }: {
    readonly interrupted: AbortSignal;
    readonly isShown: boolean;
  },
): Promise<void> {
  const { output, demonstrateRide } = context;
  const [drivers, adapters, hardware] = await Promise.all([
    context.drivers(),
    context.bikeAdapters(),
    context.hardware(),
  ]);
  await using simulated = simulatedRide({ speedUp: isShown ? 1 : SPEED_UP });
  const over = new AbortController();
  const names = ["heart-rate", "trainer", "climb", "fan"];
  await runBike(
    {
      broker: { broker, connect: {} },
      topics: { bikeId: "000001" },
      drivers: names.flatMap((name) =>
        drivers.filter((driver) => driver.name === name)
      ).map((definition) => ({ definition })),
    },
    {
      adapters,
      hardware: { ...hardware, ble: simulated.central },
      clock: simulated.clock,
    },
    AbortSignal.any([interrupted, over.signal]),
    async () => {
      output.line("bike     000001 rides, with simulated devices");
      if (isShown) return await untilAborted(interrupted);
      await orAborted(
        demonstrateRide(broker, (line) => output.line(line)),
        interrupted,
      );
      over.abort();
    },
  );
}
