/**
 * What can be set on a fitness machine.
 *
 * @module
 */
import {
  decodeFitnessMachineFeature,
  FITNESS_MACHINE_TARGETS,
  type FitnessMachineTargetName,
} from "#lib/gatt/fitness_machine_feature.ts";
import {
  decodeSupportedInclinationRange,
  decodeSupportedPowerRange,
  type SupportedRange,
} from "#lib/gatt/supported_ranges.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import type { FitnessMachineControl } from "./fitness_machine_control.ts";
import {
  readResistanceLevels,
  ResistanceCommand,
} from "./resistance_command.ts";
import type { ResistanceLevels } from "./resistance_levels.ts";

/** What a machine can be set to. */
export interface MachineAbilities {
  /** What can be set; all that is known where the machine does not say. */
  readonly targets: readonly FitnessMachineTargetName[];
  /** Its levels; undefined where they cannot be used. */
  readonly levels: ResistanceLevels | undefined;
  readonly power: SupportedRange | undefined;
  readonly inclination: SupportedRange | undefined;
}

/**
 * Reads what a machine can be set to.
 *
 * @param session The connection.
 * @returns Its abilities.
 */
export async function readAbilities(
  session: BleSession,
): Promise<MachineAbilities> {
  const feature = await session.readOptional(
    CHARACTERISTICS.fitnessMachineFeature,
    decodeFitnessMachineFeature,
  );
  const targets = feature?.targets ?? FITNESS_MACHINE_TARGETS;
  return {
    targets,
    levels: targets.includes("resistance")
      ? await readResistanceLevels(session)
      : undefined,
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

/**
 * Gives the bike what can be set on a machine.
 *
 * @param session The connection.
 * @param control Commands the machine.
 * @param abilities What it can be set to.
 */
export function offerActuators(
  session: BleSession,
  control: FitnessMachineControl,
  { targets, levels, power, inclination }: MachineAbilities,
): void {
  const { device, quirks } = session;
  if (targets.includes("resistance")) {
    const resistance = new ResistanceCommand(session, control, levels);
    device.actuator(
      "resistancePercent",
      (percent, options) => resistance.set(percent, options),
    );
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
