import assert from "node:assert/strict";
import { Bike as BikeHub, type BikeOptions } from "#lib/bike/bike.ts";
import type { ControllerOptions } from "#lib/bike/controller.ts";
import { DeviceError, RemoteError } from "#lib/base/errors.ts";
import {
  CalibrationKind,
  Channel,
  type Measurement,
  SkinContact,
  ValueState,
} from "#adapters/smartbike/api.gen.ts";
import { BikeClientAdapter } from "#adapters/smartbike/client_adapter.gen.ts";
import { serveBike } from "#adapters/smartbike/serve.ts";
import { FakeActuator } from "../fakes/fake_actuator.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { within } from "../support/within.ts";
import { type AdapterContext, contract } from "./contract.ts";

const ROAD = {
  gradePercent: 3,
  windSpeedMetersPerSecond: 0,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
};

/** A hub with a trainer, served, and a client of it. */
async function ride(
  context: AdapterContext,
  options: BikeOptions = {},
  taken: ControllerOptions = {},
) {
  const clock = new FakeClock();
  const hub = new BikeHub({
    clock,
    pace: { incline: { minIntervalMs: 0 } },
    ...options,
  });
  const trainer = hub.source("kickr");
  const incline = new FakeActuator<number>();
  const resistance = new FakeActuator<number>();
  trainer.actuator("inclinePercent", incline.carryOut);
  trainer.actuator("resistancePercent", resistance.carryOut);
  trainer.actuator("simulation", new FakeActuator<typeof ROAD>().carryOut);
  const service = context.newService();
  const served = context.keep(serveBike(hub, service, taken));
  await context.connect(service);
  await served.ready;
  const bike = await follow(context);
  return { bike, clock, hub, incline, resistance, service, trainer };
}

async function follow(context: AdapterContext): Promise<BikeClientAdapter> {
  const client = context.newClient();
  const bike = context.keep(new BikeClientAdapter(client));
  await context.connect(client);
  await within("the bike", bike.ready);
  return bike;
}

function failsWith(code: string) {
  return (error: unknown) =>
    error instanceof RemoteError && error.remoteCode === code;
}

contract(
  "a client sees what a driver reports, with state, time and device",
  async (context) => {
    const { bike, clock, trainer } = await ride(context);
    const changed = bike.onPowerWattsChanged.next();
    trainer.report({ powerWatts: 220 });
    const expected: Measurement = {
      value: 220,
      state: ValueState.Live,
      timeMs: clock.now(),
      device: "kickr",
    };
    assert.deepEqual(await within("the power", changed), [expected]);
    assert.deepEqual(bike.getPowerWatts(), expected);
    assert.equal(bike.getCadenceRpm().state, ValueState.Unknown);
  },
);

contract("a client that comes late sees the present state", async (context) => {
  const { trainer } = await ride(context);
  trainer.report({ speedMetersPerSecond: 9.5, cadenceRpm: 80 });
  trainer.reportDevice({ batteryPercent: 71 });
  trainer.reportButton("LEFT", true);
  const late = await follow(context);
  while (late.getCadenceRpm().state !== ValueState.Live) {
    await within("the cadence", late.onCadenceRpmChanged.next());
  }
  while (late.getButtons().length === 0) {
    await within("the buttons", late.onButtonsChanged.next());
  }
  while (late.getDevices()[0]?.batteryPercent.value !== 71) {
    await within("the devices", late.onDevicesChanged.next());
  }
  assert.equal(late.getSpeedMetersPerSecond().value, 9.5);
  assert.equal(late.getCadenceRpm().value, 80);
  assert.equal(late.getButtons()[0]?.name, "LEFT");
});

contract(
  "a client sees a value get stale and its device go",
  async (context) => {
    const { bike, clock, trainer } = await ride(context);
    const states: ValueState[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    bike.onPowerWattsChanged.add(({ state }) => {
      if (states.push(state) === 3) resolve();
    });
    trainer.report({ powerWatts: 220 });
    await clock.advance(3000);
    trainer.setConnected(false);
    await within("three states", promise);
    const { Live, Stale, Disconnected } = ValueState;
    assert.deepEqual(states, [Live, Stale, Disconnected]);
  },
);

contract(
  "a client receives each heart rate report with its RR intervals and contact",
  async (context) => {
    const { bike, hub } = await ride(context);
    const strap = hub.source("tickr", { priority: 10 });
    const seen: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    bike.onHeartRateReported.add(({ rateBpm, rrIntervalsMs, contact }) => {
      if (seen.push([rateBpm, rrIntervalsMs, contact]) === 2) resolve();
    });
    const heartRate = { rateBpm: 75, rrIntervalsMs: [800, 790], contact: true };
    strap.report({ heartRate });
    strap.report({ heartRate });
    await within("two reports", promise);
    const expected = [75, [800, 790], SkinContact.Detected];
    assert.deepEqual(seen, [expected, expected]);
  },
);

contract(
  "a command is answered with what the device was really set to",
  async (context) => {
    const { bike, hub, resistance } = await ride(context);
    resistance.applied = 24;
    assert.equal(await bike.setResistance(24.2, "app"), 24);
    assert.deepEqual(resistance.values, [24.2]);
    assert.equal(hub.read("resistancePercent").value, 24);
    assert.deepEqual(await bike.setIncline(-10, "app"), -10);
  },
);

contract("a road is set and read as one", async (context) => {
  const { bike } = await ride(context);
  const changed = bike.onSimulationChanged.next();
  assert.deepEqual(await bike.setSimulation(ROAD, "app"), ROAD);
  const [state] = await within("the road", changed);
  assert.deepEqual(state.road, ROAD);
});

contract(
  "a command that is not allowed fails with the hub's code, and the device hears nothing",
  async (context) => {
    const { bike, incline } = await ride(context);
    await assert.rejects(bike.setIncline(2.3, ""), failsWith("out_of_step"));
    await assert.rejects(bike.setIncline(20, ""), failsWith("out_of_range"));
    await assert.rejects(bike.setFan(50, ""), failsWith("unavailable"));
    assert.deepEqual(incline.values, []);
  },
);

contract(
  "a command that the device refuses fails with code device, and its result code is reported",
  async (context) => {
    const { bike, clock, incline } = await ride(context);
    incline.refusal = new DeviceError(
      "Cannot set it: busy",
      "kickr",
      "refused",
      {
        resultCode: 5,
      },
    );
    const ended = bike.onCommandEnded.next();
    await assert.rejects(bike.setIncline(3, "app"), failsWith("device"));
    assert.deepEqual(await within("the end", ended), [{
      controller: "app",
      actuator: "inclinePercent",
      isCarriedOut: false,
      code: "device",
      message: "Cannot set it: busy",
      device: "kickr",
      resultCode: 5,
      timeMs: clock.now(),
    }]);
  },
);

contract(
  "a device that stays away fails commands with code device, after five seconds",
  async (context) => {
    const { bike, clock, hub, trainer } = await ride(context);
    trainer.setConnected(false);
    const taken = hub.onHolderChanged.next();
    const failed = assert.rejects(
      bike.setIncline(3, "app"),
      failsWith("device"),
    );
    await within("the command", taken);
    await clock.advance(5000);
    await failed;
  },
);

contract(
  "a command for a device that is away is answered once that is back",
  async (context) => {
    const { bike, hub, trainer } = await ride(context);
    trainer.setConnected(false);
    const taken = hub.onHolderChanged.next();
    const set = bike.setIncline(3, "app");
    await within("the command", taken);
    trainer.setConnected(true);
    assert.equal(await within("the answer", set), 3);
  },
);

contract("clients are arbitrated by the names they give", async (context) => {
  const { bike } = await ride(context, {}, { isExclusive: true });
  const other = await follow(context);
  const changed = bike.onHoldersChanged.next();
  await bike.setIncline(3, "app");
  const [holders] = await within("the holder", changed);
  assert.deepEqual(holders, [{ channel: Channel.Incline, controller: "app" }]);
  await assert.rejects(other.setIncline(4, "game"), failsWith("held"));
  assert.ok(await bike.release("app"));
  assert.ok(!await bike.release("app"));
  assert.equal(await within("the answer", other.setIncline(5, "game")), 5);
});

contract(
  "limits are shown, and a narrower one is reported",
  async (context) => {
    const { bike, hub } = await ride(context);
    const changed = bike.onLimitsChanged.next();
    hub.limits.set("inclinePercent", { max: 5 });
    const [limits] = await within("the limits", changed);
    const expected = { name: "inclinePercent", min: -10, max: 5, step: 0.5 };
    assert.deepEqual(limits[0], expected);
    await assert.rejects(bike.setIncline(6, ""), failsWith("out_of_range"));
  },
);

contract(
  "what clients held goes to its safe value when the service loses its connection",
  async (context) => {
    const failSafe = { values: { inclinePercent: 0 } };
    const { bike, clock, incline, service } = await ride(context, { failSafe });
    await bike.setIncline(8, "app");
    await service.disconnect();
    await clock.advance(5000);
    assert.deepEqual(incline.values, [8, 0]);
  },
);

contract(
  "what a client held goes to its safe value when it falls silent, unless it says it is there",
  async (context) => {
    const failSafe = { values: { inclinePercent: 0 } };
    const silence = { silenceMs: 10_000 };
    const { bike, clock, incline } = await ride(context, { failSafe }, silence);
    assert.ok(!await bike.keepAlive("app"));
    await bike.setIncline(8, "app");
    await clock.advance(9999);
    assert.ok(await bike.keepAlive("app"));
    await clock.advance(14_999);
    assert.deepEqual(incline.values, [8]);
    await clock.advance(1);
    assert.deepEqual(incline.values, [8, 0]);
  },
);

contract(
  "a client hears each report of a sensor, in parts",
  async (context) => {
    const { bike, clock, trainer } = await ride(context);
    const reported = bike.onSensorReported.next();
    trainer.reportSensor({
      sensor: "gas",
      fields: { O2: 21, CO2: null, state: "warm", ok: true },
    });
    const [sensor] = await within("the report", reported);
    const part = { isAvailable: true, number: 0, text: "", unit: "" };
    assert.deepEqual(sensor, {
      name: "gas",
      device: "kickr",
      timeMs: clock.now(),
      parts: [
        { ...part, name: "O2", number: 21 },
        { ...part, name: "CO2", isAvailable: false },
        { ...part, name: "state", text: "warm" },
        { ...part, name: "ok", number: 1 },
      ],
    });
  },
);

contract(
  "a client calibrates a device, hears what the rider is to do, and how it ended",
  async (context) => {
    const { bike, trainer } = await ride(context);
    trainer.calibration((instruct) => {
      instruct("keep the cranks still");
      return Promise.resolve({ kind: "zero_offset", offsetRaw: -12 });
    });
    const step = bike.onCalibrationStep.next();
    assert.deepEqual(await bike.calibrate("kickr"), {
      kind: CalibrationKind.ZeroOffset,
      hasOffset: true,
      offsetRaw: -12,
    });
    assert.deepEqual(await within("the step", step), [
      "kickr",
      "keep the cranks still",
    ]);
  },
);

contract(
  "a client that calibrates what cannot be calibrated gets the reason",
  async (context) => {
    const { bike, trainer } = await ride(context);
    await assert.rejects(bike.calibrate("fan"), failsWith("unavailable"));
    await assert.rejects(bike.calibrate("kickr"), failsWith("unavailable"));
    trainer.calibration(() =>
      Promise.reject(new DeviceError("moved", "kickr", "refused"))
    );
    await assert.rejects(bike.calibrate("kickr"), failsWith("device"));
  },
);
