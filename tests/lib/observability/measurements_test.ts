import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { identified, measurementsOf } from "#lib/observability/measurements.ts";
import { reportHealth } from "#lib/observability/health.ts";
import { MetricsServer } from "#lib/observability/prometheus.ts";
import { driverOf, watchBike } from "./setup.ts";

/** What Prometheus reads, without comments. */
async function scrape(
  watched: ReturnType<typeof watchBike>,
): Promise<readonly string[]> {
  await using server = MetricsServer.listen(
    { host: "127.0.0.1", port: 0 },
    measurementsOf(watched),
  );
  const text = await (await fetch(server.url)).text();
  return text.split("\n").filter((line) => /^[^#]/.test(line));
}

/** Asks with a header `Host` of one's own, which `fetch` does not let choose. */
async function statusFor(url: string, host: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const request =
    `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return answer.slice(0, answer.indexOf("\r\n"));
}

Deno.test("a server of this machine answers under its own names only, and any bad name with a refusal", async () => {
  await using server = MetricsServer.listen(
    { host: "127.0.0.1", port: 0 },
    [],
  );
  for (const host of ["localhost", "127.0.0.1:1", "[::1]"]) {
    assert.match(await statusFor(server.url, host), / 200 /, host);
  }
  for (const host of ["evil.example", "a:b:c", "", "[", "x@y", "constructor"]) {
    assert.match(await statusFor(server.url, host), / 40[03] /, host);
  }
});

Deno.test("every sample names its bike, and one the program", async () => {
  await using keep = new AsyncDisposableStack();
  const measurements = measurementsOf(watchBike(keep));
  const program = { bike: "000042", version: "1.2.3" };
  const [info, ...others] = identified(measurements, program);
  assert.equal(info?.name, "smartbike_build_info");
  assert.deepEqual(info?.read(), [{
    labels: { bike: "000042", version: "1.2.3", deno: Deno.version.deno },
    value: 1,
  }]);
  assert.equal(others.length, measurements.length);
  for (const { labels, read } of others) {
    assert.equal(labels[0], "bike");
    for (const { labels } of read()) assert.equal(labels["bike"], "000042");
  }
});

Deno.test("values are shown while they are live, and their states always", async () => {
  await using keep = new AsyncDisposableStack();
  const watched = watchBike(keep);
  const device = watched.bike.source("kickr");
  device.report({
    powerWatts: 220.5,
    heartRate: { rateBpm: 140, rrIntervalsMs: [] },
  });
  const live = await scrape(watched);
  assert.ok(live.includes('smartbike_value{name="powerWatts"} 220.5'));
  assert.ok(live.includes('smartbike_value{name="heartRate"} 140'));
  assert.ok(
    live.includes('smartbike_value_state{name="powerWatts",state="live"} 1'),
  );
  device.setConnected(false);
  const lost = await scrape(watched);
  assert.deepEqual(
    lost.filter((line) => line.startsWith("smartbike_value{")),
    [],
  );
  assert.ok(
    lost.includes('smartbike_value_state{name="powerWatts",state="live"} 0'),
  );
  assert.ok(
    lost.includes(
      'smartbike_value_state{name="powerWatts",state="disconnected"} 1',
    ),
  );
  assert.ok(lost.includes('smartbike_device_connected{device="kickr"} 0'));
});

Deno.test("commands are counted by what they drive and how they end", async () => {
  await using keep = new AsyncDisposableStack();
  const watched = watchBike(keep);
  const app = watched.bike.controller("app");
  const device = watched.bike.source("fan");
  let isBroken = false;
  device.actuator(
    "fanPercent",
    () =>
      isBroken
        ? Promise.reject(new DeviceError("Cannot turn: no", "fan", "refused"))
        : Promise.resolve(),
  );
  await app.set("fanPercent", 20);
  await assert.rejects(app.set("fanPercent", 200));
  await assert.rejects(app.set("inclinePercent", 1));
  isBroken = true;
  const failing = app.set("fanPercent", 30);
  watched.clock.advance(1000);
  await assert.rejects(failing);
  const lines = await scrape(watched);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("smartbike_commands_total")),
    [
      'smartbike_commands_total{actuator="fanPercent",outcome="ok"} 1',
      'smartbike_commands_total{actuator="fanPercent",outcome="out_of_range"} 1',
      'smartbike_commands_total{actuator="inclinePercent",outcome="unavailable"} 1',
      'smartbike_commands_total{actuator="fanPercent",outcome="device"} 1',
    ],
  );
});

Deno.test("dropped frames, restarts, the last report and the last error of a device are reported", async () => {
  await using keep = new AsyncDisposableStack();
  const watched = watchBike(keep);
  const { bike, host, clock } = watched;
  const failed = Promise.withResolvers<void>();
  let runs = 0;
  host.onStatusChanged.add(({ state }) => {
    if (state === "waiting") failed.resolve();
  });
  const definition = driverOf("strap", async ({ device, signal }) => {
    device.report({ powerWatts: 1 });
    device.reportDroppedFrame();
    if (++runs === 1) {
      throw new DeviceError("Cannot read: it is gone", "strap", "disconnected");
    }
    await untilAborted(signal);
  });
  host.start({ definition });
  await failed.promise;
  const { devices: [health] } = reportHealth(watched, "1.2.3");
  assert.deepEqual(health, {
    id: "strap",
    driver: "strap",
    state: "waiting",
    isConnected: false,
    lastSeen: clock.now() / 1000,
    restarts: 1,
    droppedFrames: 1,
    flawedFrames: 0,
    notes: [],
    error: "Cannot read: it is gone",
  });
  const lines = await scrape(watched);
  for (
    const line of [
      'smartbike_dropped_frames_total{device="strap"} 1',
      'smartbike_driver_restarts_total{device="strap"} 1',
      `smartbike_device_last_seen_seconds{device="strap"} ${
        clock.now() / 1000
      }`,
      'smartbike_mqtt_connected{connection="topics"} 0',
      'smartbike_mqtt_reconnects_total{connection="topics"} 0',
    ]
  ) assert.ok(lines.includes(line), line);
  assert.deepEqual(bike.devices.map(({ device }) => device), ["strap"]);
  await host.stop("strap");
  assert.deepEqual(reportHealth(watched, "1.2.3").devices, []);
  assert.equal(watched.tally.device("strap").restarts, 0);
});

Deno.test("the server answers GET of /metrics only", async () => {
  await using keep = new AsyncDisposableStack();
  await using server = MetricsServer.listen(
    { host: "127.0.0.1", port: 0 },
    measurementsOf(watchBike(keep)),
  );
  for (
    const [path, method, status] of [
      ["/metrics", "GET", 200],
      ["/metrics?x=1", "GET", 200],
      ["/metrics", "POST", 405],
      ["/", "GET", 404],
      ["/metrics/x", "GET", 404],
    ] as const
  ) {
    const response = await fetch(new URL(path, server.url), { method });
    await response.body?.cancel();
    assert.equal(response.status, status, `${method} ${path}`);
  }
});
