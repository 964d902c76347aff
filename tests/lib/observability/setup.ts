/**
 * A watched bike without a broker.
 *
 * @module
 */
import { Bike } from "#lib/bike/bike.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { BikeTally } from "#lib/observability/bike_tally.ts";
import type { WatchedBike } from "#lib/observability/watched_bike.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A driver that runs what the test says. */
export function driverOf(
  name: string,
  run: DriverDefinition["run"],
): DriverDefinition {
  return { name, summary: name, transport: "ble", options: [], run };
}

/** A bike that is watched, on a clock that stands still. */
export function watchBike(
  keep: AsyncDisposableStack,
): WatchedBike & { readonly clock: FakeClock } {
  const clock = new FakeClock();
  const bike = keep.use(new Bike({ clock }));
  const hardware = absentHardware("tests have none");
  const host = keep.use(new DriverHost({ bike, hardware, clock }));
  const tally = keep.use(new BikeTally(bike, host));
  const endpoints = { topics: new MqttJsEndpoint() };
  return { bike, host, tally, endpoints, clock };
}
