/**
 * Fitness Machine Service 1.0 of a trainer: values, and what can be set.
 *
 * @module
 */
import { EventHook } from "#lib/base/event_hook.ts";
import {
  decodeFitnessMachineFeature,
  FITNESS_MACHINE_TARGETS,
  type FitnessMachineTargetName,
} from "#lib/gatt/fitness_machine_feature.ts";
import {
  decodeFitnessMachineStatus,
  type FitnessMachineStatus,
} from "#lib/gatt/fitness_machine_status.ts";
import {
  decodeIndoorBikeData,
  type IndoorBikeData,
} from "#lib/gatt/indoor_bike_data.ts";
import { StopDetector } from "#lib/gatt/stop_detector.ts";
import {
  decodeSupportedInclinationRange,
  decodeSupportedPowerRange,
  decodeSupportedResistanceLevelRange,
  type SupportedRange,
} from "#lib/gatt/supported_ranges.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { type BleSession, hasCharacteristic } from "#lib/driver/ble_session.ts";
import { FitnessMachineControl } from "./fitness_machine_control.ts";
import { offerSpinDown } from "./spin_down.ts";
import type { Profile } from "./profile.ts";
import { ResistanceScale } from "./resistance_scale.ts";

/** Speed, cadence, power and heart rate; resistance, target power, simulation and inclination. */
export const fitnessMachine: Profile = {
  name: "Fitness Machine",
  characteristic: CHARACTERISTICS.indoorBikeData,
  async start(session) {
    const { fitnessMachineControlPoint } = CHARACTERISTICS;
    const isControllable = hasCharacteristic(
      session.peripheral,
      fitnessMachineControlPoint,
    );
    const control = isControllable
      ? await session.attempt("control", () => offerControl(session))
      : undefined;
    const stop = new StopDetector();
    await session.onFrame(
      CHARACTERISTICS.indoorBikeData,
      decodeIndoorBikeData,
      (data) => report(session, stop, data),
    );
    session.device.setConnected(true);
    await control?.start();
  },
};

/** Records may be split: what a notification lacks is left out, and the bike keeps it. */
function report(
  session: BleSession,
  stop: StopDetector,
  data: IndoorBikeData,
): void {
  const { speedKph, cadenceRpm, powerWatts, heartRateBpm } = data;
  const hasStopped = session.quirks.stopDetection === "on" &&
    stop.hasStopped(data, session.clock.monotonicMs());
  session.report({
    ...(speedKph !== undefined && { speedMetersPerSecond: speedKph / 3.6 }),
    ...(cadenceRpm !== undefined &&
      { cadenceRpm: hasStopped ? 0 : cadenceRpm }),
    ...(powerWatts !== undefined &&
      { powerWatts: hasStopped ? 0 : powerWatts }),
    ...(heartRateBpm !== undefined &&
      { heartRate: { rateBpm: heartRateBpm, rrIntervalsMs: [] } }),
  });
}

/** Before any value is reported, so that no command goes to a connection of before. */
async function offerControl(
  session: BleSession,
): Promise<FitnessMachineControl> {
  const ranges = await readRanges(session);
  const control = await FitnessMachineControl.open(session);
  const onStatus = await watchStatus(session);
  onStatus.add(({ name }) => {
    if (name === "controlPermissionLost" || name === "reset") {
      control.loseControl();
    }
  });
  offerActuators(session, control, ranges);
  if (ranges.targets.includes("spinDown")) {
    offerSpinDown(session, control, onStatus);
  }
  return control;
}

async function watchStatus(
  session: BleSession,
): Promise<EventHook<[status: FitnessMachineStatus]>> {
  const onStatus = new EventHook<[status: FitnessMachineStatus]>(
    "fitness machine status",
  );
  const { fitnessMachineStatus } = CHARACTERISTICS;
  if (hasCharacteristic(session.peripheral, fitnessMachineStatus)) {
    await session.attempt("news of its status", () =>
      session.onFrame(
        fitnessMachineStatus,
        decodeFitnessMachineStatus,
        (status) => {
          if (status.name !== "unknown") onStatus.fire(status);
        },
      ));
  }
  return onStatus;
}

interface Ranges {
  /** What can be set; all that is known where the machine does not tell. */
  readonly targets: readonly FitnessMachineTargetName[];
  readonly resistance: ResistanceScale;
  readonly power: SupportedRange | undefined;
  readonly inclination: SupportedRange | undefined;
}

async function readRanges(session: BleSession): Promise<Ranges> {
  const feature = await session.readOptional(
    CHARACTERISTICS.fitnessMachineFeature,
    decodeFitnessMachineFeature,
  );
  const resistance = await session.readOptional(
    CHARACTERISTICS.supportedResistanceLevelRange,
    (bytes) => decodeSupportedResistanceLevelRange(bytes),
  );
  return {
    targets: feature?.targets ?? FITNESS_MACHINE_TARGETS,
    resistance: new ResistanceScale(resistance),
    power: await session.readOptional(
      CHARACTERISTICS.supportedPowerRange,
      decodeSupportedPowerRange,
    ),
    inclination: await session.readOptional(
      CHARACTERISTICS.supportedInclinationRange,
      decodeSupportedInclinationRange,
    ),
  };
}

function offerActuators(
  session: BleSession,
  control: FitnessMachineControl,
  { targets, resistance, power, inclination }: Ranges,
): void {
  const { device, quirks } = session;
  if (targets.includes("resistance")) {
    device.actuator("resistancePercent", async (percent, options) => {
      const resistanceLevel = resistance.toLevel(percent);
      await control.carryOut({
        name: "setTargetResistance",
        resistanceLevel,
        ...(quirks.resistanceWidth === 2 && { widthBytes: 2 }),
      }, options);
      return resistance.toPercent(resistanceLevel);
    });
  }
  if (targets.includes("power")) {
    device.actuator("targetPowerWatts", async (watts, options) => {
      const powerWatts = within(watts, power);
      await control.carryOut({ name: "setTargetPower", powerWatts }, options);
      return powerWatts;
    }, { minIntervalMs: quirks.targetPowerIntervalMs });
  }
  if (targets.includes("indoorBikeSimulation")) {
    device.actuator("simulation", async (road, options) => {
      const { windResistanceKgPerMeter, ...others } = road;
      await control.carryOut({
        name: "setSimulation",
        ...others,
        windResistanceKilogramsPerMeter: windResistanceKgPerMeter,
      }, options);
    });
  }
  if (targets.includes("inclination") && inclination) {
    device.actuator("inclinePercent", async (percent, options) => {
      const inclinationPercent = within(percent, inclination);
      await control.carryOut(
        { name: "setTargetInclination", inclinationPercent },
        options,
      );
      return inclinationPercent;
    });
  }
}

/** As near as the machine can, and never further from zero than asked for, whatever nonsense its range is. */
function within(value: number, range: SupportedRange | undefined): number {
  if (!range || range.maximum <= Math.max(0, range.minimum)) return value;
  const { minimum, maximum } = range;
  return Math.max(Math.min(0, minimum), Math.min(maximum, value)) + 0;
}
