/**
 * `smartbike record`: records the rides of bikes on a broker.
 *
 * @module
 */
import { orAborted, untilAborted } from "#lib/base/deadline.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Recorder } from "#lib/ride/recorder.ts";
import { clientId } from "#lib/app/client_id.ts";
import { untilRefused } from "#lib/app/refusal.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireBroker,
  requireSound,
} from "../options/config_options.ts";
import { recordTopics } from "../ride/record_topics.ts";
import {
  RIDE_END_OPTION,
  runRideEndCommand,
} from "../ride/ride_end_command.ts";
import { openStoreOf } from "../ride/store_option.ts";

/** `smartbike record`. */
export const recordCommand: CommandBody = {
  options: [
    {
      flags: "--bike <id>",
      description: "record this bike only (default: all bikes on the broker)",
    },
    RIDE_END_OPTION,
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.rides.members.db, SETTINGS.broker),
  ],
  details:
    `A ride begins with the first turn and ends after two minutes without one. It is
stored once a second, so that a program that is killed loses no more than that;
the next one goes on with the same ride. Several recorders may use one store:
nothing is stored twice. While the store cannot be used what comes is kept in
memory. "smartbike rides" lists and exports what was recorded.`,
  logLevel: "info",
  permissions: ["net", "write", "sys", "run"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { io, output } = context;
  const { recorded: topics } = await context.bikeAdapters();
  const { options } = input;
  const loaded = await loadConfig(input, context);
  const { config } = requireSound(loaded, context);
  const { broker, connect } = await requireBroker(loaded, context);
  const command = options.text("on-ride-end");
  const running = new Set<Promise<void>>();
  await using store = await openStoreOf(config, context);
  {
    await using recorder = new Recorder(store);
    recorder.onTroubleChanged.add((trouble) =>
      trouble && output.warn(trouble.message)
    );
    if (command !== undefined) {
      recorder.onRideEnded.add((ride) => {
        const run = runRideEndCommand(io, command, ride);
        running.add(run);
        void run.finally(() => running.delete(run));
      });
    }
    await untilInterrupted(io, async (interrupted) => {
      const { signal, watch, connected, throwIfRefused } = untilRefused(
        interrupted,
      );
      await using endpoint = new MqttJsEndpoint({
        clientId: clientId("record"),
      });
      watch(endpoint.onError);
      const ready = recordTopics(endpoint, {
        topics,
        bikeId: options.text("bike"),
        add: (sample) => recorder.add(sample),
      });
      ready.catch(() => {});
      await endpoint.connect(broker, { ...connect, signal });
      await orAborted(ready, signal);
      connected();
      const whose = options.text("bike") ?? "all bikes";
      output.line(
        `Recording ${whose} on ${endpoint.brokerUrl} to ${store.place}`,
      );
      await untilAborted(signal);
      throwIfRefused();
    });
  }
  await Promise.all(running);
}
