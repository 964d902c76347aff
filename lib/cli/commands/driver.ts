/**
 * `smartbike driver`: puts devices on the network until it is told to end.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { attendBike, attendOptionsOf } from "../bike/attend_bike.ts";
import { BIKE_OPTIONS, parseTopicSettings } from "../options/bike_options.ts";
import { BROKER_OPTIONS, resolveBroker } from "../options/broker_options.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import { DRIVER_OPTION, parseDrivers } from "../bike/driver_setups.ts";
import { chooseWorld, WORLD_OPTIONS } from "../bike/driver_world.ts";
import { untilInterrupted } from "../interrupt.ts";
import { METRICS_OPTION } from "../options/metrics_option.ts";
import { POWER_ON_OPTION } from "../options/radio_option.ts";
import { runBike, type RunningBike } from "../bike/run_bike.ts";

/** `smartbike driver`. */
export const driverCommand: CommandDefinition = {
  name: "driver",
  summary: "put devices on the network until interrupted",
  operands: "[simulated|replay FILE] [DRIVER…]",
  operandWords: ["simulated", "replay", "list"],
  options: [
    DRIVER_OPTION,
    POWER_ON_OPTION,
    METRICS_OPTION,
    ...WORLD_OPTIONS,
    ...BIKE_OPTIONS,
    ...BROKER_OPTIONS,
  ],
  details:
    `Runs the named drivers in one process, a name twice for two devices of a kind.
Each looks for its device, keeps to it, and finds it again when it was away.
The bike is shown on the topics bike/ID/…, and as smartbike.Bike to ApiGear
clients. "smartbike driver list" tells the drivers and their options.

"simulated" rides without any device: its peripherals send real frames through
the same drivers, and feel what is set. "replay" plays a file of --capture.`,
  examples: [
    "driver heart-rate trainer climb fan --bike 000001 --broker 127.0.0.1:1883",
    "driver simulated --bike 000001 --broker 127.0.0.1:1883",
    "driver heart-rate --option heart-rate.name-prefix=TICKR --capture ride.jsonl",
    "driver replay ride.jsonl --speed-up 10",
  ],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  if (input.operands[0] === "list") return listDrivers(context);
  await using world = await chooseWorld(input, context, {
    powerOn: input.options.flag("power-on"),
  });
  const drivers = parseDrivers(world, input.options, context);
  if (drivers.length === 0) {
    throw new UsageError(
      `Cannot run no driver: name one or more of ${
        context.drivers.map(({ name }) => name).join(", ")
      }, or simulated`,
      "driver",
    );
  }
  const topics = parseTopicSettings(input.options, context);
  const broker = await resolveBroker(input.options, context);
  const hasObject = !input.options.flag("without-object");
  const settings = { broker, topics, drivers, hasObject };
  const { bikeAdapters: adapters } = context;
  const attended = attendOptionsOf(context, {
    bikeId: topics.bikeId,
    metrics: input.options.text("metrics"),
  });
  await untilInterrupted(context.io, async (interrupted) => {
    const ended = AbortSignal.any([interrupted, world.ended]);
    try {
      await runBike(
        settings,
        {
          ...world,
          adapters,
          attend: (running) => attendBike(running, attended),
        },
        ended,
        (running) => announce(running, topics.bikeId, context),
      );
    } catch (error) {
      if (!world.ended.aborted) throw error;
    }
  });
}

function announce(
  { host, endpoint }: RunningBike,
  bikeId: string,
  { output }: CliContext,
): void {
  const names = host.statuses.map(({ id }) => id).join(", ");
  output.line(
    `Bike ${bikeId} on ${endpoint.brokerUrl} (MQTT ${endpoint.protocolVersion}): ${names}`,
  );
}

function listDrivers({ drivers, output }: CliContext): void {
  for (const { name, summary, transport, options } of drivers) {
    output.line(`${name.padEnd(14)}${transport.padEnd(8)}${summary}`);
    for (const option of options) {
      output.line(`  ${option.name.padEnd(20)}${option.summary}`);
    }
  }
}
