/**
 * The program: what it consists of, put together.
 *
 * @module
 */
import { serveBikePanel } from "#adapters/bike_panel/serve.ts";
import { bikeWire } from "#adapters/bike_panel/wire.ts";
import { bikeAccess } from "#adapters/bike_topics/access.ts";
import { bikeDescriptor } from "#adapters/smartbike/api.gen.ts";
import { offlineWill } from "#adapters/bike_topics/availability.ts";
import {
  parseRecordedTopic,
  recordedFilters,
} from "#adapters/bike_topics/ride_topics.ts";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { BikeTopics } from "#adapters/bike_topics/topics.ts";
import { serveHomeAssistant } from "#adapters/home_assistant/serve.ts";
import { helloDescriptor } from "#adapters/io_world/api.gen.ts";
import { demonstrateHello } from "#adapters/io_world/demo.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { demonstrateRide } from "#adapters/smartbike/demo.ts";
import { serveBike } from "#adapters/smartbike/serve.ts";
import { serveGears } from "#adapters/workout_topics/gear_topics.ts";
import { serveWorkouts } from "#adapters/workout_topics/serve.ts";
import { workoutTopics } from "#adapters/workout_topics/workout_topic_names.ts";
import { DRIVERS } from "#drivers/all.ts";
import { describeVersion } from "#lib/cli/build_info.ts";
import { ProcessIo } from "#lib/cli/process_io.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { linuxHardware } from "#lib/hardware/linux/hardware.ts";
import config from "./deno.json" with { type: "json" };

if (import.meta.main) {
  const code = await runCli(Deno.args, {
    version: describeVersion(config.version),
    interfaces: [{
      descriptor: helloDescriptor,
      serve: (service, options) =>
        new HelloServiceAdapter(new Hello(), service, options),
    }],
    usableInterfaces: [bikeDescriptor],
    drivers: DRIVERS,
    hardware: (options) =>
      Deno.build.os === "linux"
        ? linuxHardware(options)
        : absentHardware("this program has no backend for this system"),
    bikeAdapters: {
      names: (bikeId) => new BikeTopics(bikeId),
      workouts: serveWorkouts,
      gears: serveGears,
      workoutNames: workoutTopics,
      recorded: { filters: recordedFilters, parse: parseRecordedTopic },
      will: offlineWill,
      topics: serveBikeTopics,
      panel: serveBikePanel,
      homeAssistant: serveHomeAssistant,
      wire: bikeWire,
      access: bikeAccess,
      descriptor: bikeDescriptor,
      object: serveBike,
    },
    demonstrate: demonstrateHello,
    demonstrateRide,
    io: new ProcessIo(),
  });
  Deno.exit(code);
}
