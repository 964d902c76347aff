import assert from "node:assert/strict";
import { testWith } from "../../support/requires.ts";
import { EventReader, type ServerEvent } from "./event_reader.ts";
import { BedBike, DashboardBed } from "./dashboard_bed.ts";

const NEEDS = { programs: ["mosquitto"] };

testWith(
  NEEDS,
  "the API lists a bike with its numbers, controls and devices",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    bike.trainer.report({ powerWatts: 210, cadenceRpm: 88 });
    await bed.seen(
      "000001",
      ({ values, hasPanel, devices }) =>
        values.powerWatts.value === 210 && hasPanel && devices.length === 2,
    );
    const response = await bed.ask("/api/bikes");
    const { bikes, broker } = await response.json();
    assert.equal(broker.isConnected, true);
    const [shown] = bikes;
    assert.equal(shown.id, "000001");
    assert.equal(shown.presence, "online");
    assert.equal(shown.values.powerWatts.state, "live");
    assert.deepEqual(shown.values.heartRateBpm, {
      state: "gone",
      value: null,
      timeMs: null,
      reason: "never_reported",
    });
    const [incline] = shown.controls;
    assert.deepEqual(
      { ...incline, value: undefined },
      {
        name: "inclinePercent",
        state: "unknown",
        value: undefined,
        min: -10,
        max: 19,
        step: 0.5,
        isAvailable: true,
        holder: null,
      },
    );
    assert.deepEqual(
      shown.devices.map((
        { id, isOnline, canCalibrate }: Record<string, unknown>,
      ) => [id, isOnline, canCalibrate]),
      [["headwind", true, false], ["kickr", true, true]],
    );
  },
);

testWith(
  NEEDS,
  "a control is set and answered with what the device was set to",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    await bed.seen("000001", ({ hasPanel }) => hasPanel);
    bike.resistance.applied = 24;
    const path = "/api/bikes/000001/controls/resistancePercent";
    assert.deepEqual(await bed.post(path, { value: 24.2 }), [200, {
      value: 24,
    }]);
    const { controls } = await bed.seen(
      "000001",
      ({ controls }) => controls.some(({ value }) => value === 24),
    );
    assert.deepEqual(
      controls.map(({ name, holder }) => [name, holder]),
      [
        ["inclinePercent", null],
        ["resistancePercent", "panel"],
        ["targetPowerWatts", "panel"],
        ["fanPercent", null],
      ],
    );
  },
);

testWith(
  NEEDS,
  "a refusal of the bike comes back with its code and its text",
  async () => {
    await using bed = await DashboardBed.start();
    await using _bike = await BedBike.ride(bed.broker.url);
    await bed.seen("000001", ({ hasPanel }) => hasPanel);
    const path = "/api/bikes/000001/controls/inclinePercent";
    assert.deepEqual(await bed.post(path, { value: 99 }), [422, {
      error: {
        code: "out_of_range",
        message: 'Cannot set "inclinePercent" to 99: it may go from -10 to 19',
      },
    }]);
    assert.deepEqual(await bed.post(path, { value: "6" }), [400, {
      error: {
        code: "payload",
        message: 'Cannot set "inclinePercent": expected {"value": a number}',
      },
    }]);
  },
);

testWith(
  NEEDS,
  "the stop brings everything to rest, whoever holds it, and releases it",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    const game = bike.bike.controller("game", {
      priority: 5,
      isExclusive: true,
    });
    await game.set("targetPowerWatts", 300);
    await game.set("inclinePercent", 12);
    await game.set("fanPercent", 80);
    await bed.seen(
      "000001",
      ({ controls }) => controls.some(({ holder }) => holder === "game"),
    );
    assert.deepEqual(await bed.post("/api/bikes/000001/stop"), [200, {}]);
    assert.deepEqual(
      [
        bike.resistance.values.at(-1),
        bike.incline.values.at(-1),
        bike.fan.values.at(-1),
      ],
      [0, 0, 0],
    );
    const { controls } = await bed.seen(
      "000001",
      ({ controls }) => controls.every(({ holder }) => holder === null),
    );
    assert.equal(controls.length, 4);
  },
);

testWith(
  NEEDS,
  "a calibration is answered with its steps, and a device without one is refused",
  async () => {
    await using bed = await DashboardBed.start();
    await using _bike = await BedBike.ride(bed.broker.url);
    await bed.seen("000001", ({ hasPanel }) => hasPanel);
    assert.deepEqual(
      await bed.post("/api/bikes/000001/devices/kickr/calibration"),
      [200, { steps: ["Stop pedalling"] }],
    );
    const [status, answer] = await bed.post(
      "/api/bikes/000001/devices/headwind/calibration",
    );
    assert.equal(status, 409);
    assert.match(JSON.stringify(answer), /"code":"unavailable"/);
  },
);

testWith(
  NEEDS,
  "a bike without a panel is commanded on its control topics",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url, { hasPanel: false });
    await bed.seen("000001", ({ presence }) => presence === "online");
    const path = "/api/bikes/000001/controls";
    assert.deepEqual(await bed.post(`${path}/fanPercent`, { value: 60 }), [
      200,
      { value: 60 },
    ]);
    assert.deepEqual(bike.fan.values, [60]);
    const [status, answer] = await bed.post(`${path}/inclinePercent`, {
      value: 99,
    });
    assert.equal(status, 422);
    assert.match(JSON.stringify(answer), /"code":"out_of_range"/);
    assert.equal(
      (await bed.post(`${path}/targetPowerWatts`, { value: 9 }))[0],
      409,
    );
  },
);

testWith(
  NEEDS,
  "commands to unknown bikes and while the broker is away are refused at once",
  async () => {
    await using bed = await DashboardBed.start();
    await using _bike = await BedBike.ride(bed.broker.url);
    await bed.seen("000001", ({ hasPanel }) => hasPanel);
    assert.equal((await bed.post("/api/bikes/000002/stop"))[0], 404);
    await bed.broker.kill();
    await bed.seen("000001", () => !bed.fleet.broker.isConnected);
    const [status, answer] = await bed.post("/api/bikes/000001/stop");
    assert.equal(status, 503);
    assert.match(JSON.stringify(answer), /"code":"connection"/);
  },
);

testWith(
  NEEDS,
  "nothing is changed by GET, and each path says what it answers",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    await bed.seen("000001", ({ hasPanel }) => hasPanel);
    for (
      const [path, allow] of [
        ["/api/bikes/000001/stop", "POST"],
        ["/api/bikes/000001/controls/fanPercent", "POST"],
        ["/api/bikes/000001/devices/kickr/calibration", "POST"],
      ] as const
    ) {
      const response = await bed.ask(path);
      await response.body?.cancel();
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), allow);
    }
    const [status] = await bed.post("/api/bikes");
    assert.equal(status, 405);
    assert.deepEqual(bike.fan.values, []);
  },
);

testWith(
  NEEDS,
  "bodies that are no JSON object, of another type or too long are refused",
  async () => {
    await using bed = await DashboardBed.start();
    const send = async (body: string, type = "application/json") => {
      const response = await bed.ask("/api/bikes/000001/stop", {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await send("{}", "text/plain"), 415);
    assert.equal(await send("[]"), 400);
    assert.equal(await send("{"), 400);
    assert.equal(await send(`{"a": "${"x".repeat(5000)}"}`), 413);
    assert.equal(await send("{}"), 404);
  },
);

testWith(
  NEEDS,
  "the API's description names each path that is answered",
  async () => {
    await using bed = await DashboardBed.start();
    const response = await bed.ask("/api/openapi.json");
    const { openapi, paths, components } = await response.json();
    assert.equal(openapi, "3.1.0");
    const text = JSON.stringify(paths);
    for (const [, name] of text.matchAll(/#\/components\/schemas\/(\w+)/g)) {
      assert.ok(name !== undefined && name in components.schemas);
    }
    for (const [path, methods] of Object.entries(paths)) {
      const filled = path.replace("{id}", "none").replace(
        "{control}",
        "fanPercent",
      )
        .replace("{device}", "none")
        .replace("{verb}", "pause");
      const isRead = typeof methods === "object" && methods !== null &&
        "get" in methods;
      const answer = await bed.ask(
        filled,
        isRead ? { method: "HEAD" } : {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"value": 1}',
        },
      );
      await answer.body?.cancel();
      const isThere = path.includes("{id}") && !path.endsWith("events")
        ? 404
        : 200;
      assert.equal(answer.status, isThere, path);
    }
  },
);

testWith(
  NEEDS,
  "a workout is shown, paused and ended from the dashboard, also by the stop",
  async () => {
    await using bed = await DashboardBed.start();
    await using bike = await BedBike.ride(bed.broker.url);
    await bed.seen("000001", ({ hasPanel }) => hasPanel);
    const ride = () =>
      bike.endpoint.publish("bike/000001/workout/control", "ramped");
    await ride();
    const { workout } = await bed.seen(
      "000001",
      ({ workout }) => workout?.state === "running",
    );
    assert.equal(workout?.step, 1);
    await using reader = await EventReader.open(
      new URL("/api/bikes/000001/events", bed.server.url),
    );
    const isDrawn = (count: number) => ({ data }: ServerEvent) =>
      Array.isArray(data) && data.length === count;
    await reader.next("profile", isDrawn(workout?.stepCount ?? NaN));
    const path = "/api/bikes/000001/workout";
    assert.deepEqual(await bed.post(`${path}/pause`), [200, {}]);
    await bed.seen("000001", ({ workout }) => workout?.state === "paused");
    assert.deepEqual(await bed.post(`${path}/resume`), [200, {}]);
    await bed.seen("000001", ({ workout }) => workout?.state === "running");
    assert.deepEqual(await bed.post("/api/bikes/000001/stop"), [200, {}]);
    await bed.seen("000001", ({ workout }) => workout?.state === "idle");
    await reader.next("profile", isDrawn(0));
    assert.equal(bike.resistance.values.at(-1), 0);
    const [status] = await bed.post(`${path}/pause`);
    assert.notEqual(status, 200);
    assert.equal((await bed.post(`${path}/dance`))[0], 404);
  },
);
