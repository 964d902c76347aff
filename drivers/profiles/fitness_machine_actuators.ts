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
import { HeldPower } from "./held_power.ts";
import { PowerMatch } from "./power_match.ts";
import {
  readResistanceLevels,
  ResistanceCommand,
} from "./resistance_command.ts";
import type { ResistanceLevels } from "./resistance_levels.ts";
import { SoftwareErg } from "./software_erg.ts";

/** What a machine can be set to. */
interface MachineAbilities {
  /** What can be set; all that is known where the machine does not say. */
  readonly targets: readonly FitnessMachineTargetName[];
  /** Its levels; undefined where they cannot be used. */
  readonly levels: ResistanceLevels | undefined;
  readonly power: SupportedRange | undefined;
  readonly inclination: SupportedRange | undefined;
}

/** Reads what a machine can be set to. */
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
 * @param abilities What it can be set to.
 */
export function offerActuators(
  session: BleSession,
  control: FitnessMachineControl,
  abilities: MachineAbilities,
): void {
  const { device, quirks } = session;
  const { targets, levels, power, inclination } = abilities;
  const held = new HeldPower(session);
  const resistance = new ResistanceCommand(session, control, levels);
  if (targets.includes("resistance")) {
    device.actuator("resistancePercent", (percent, options) => {
      held.release();
      return resistance.set(percent, options);
    });
  }
  if (targets.includes("power") && quirks.erg === "auto") {
    offerTargetPower(session, control, { held, range: power });
  } else if (targets.includes("resistance") && levels) {
    offerSoftwareErg(session, resistance, held);
  }
  if (targets.includes("indoorBikeSimulation")) {
    device.actuator("simulation", async (road, options) => {
      held.release();
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

/** What holds a target power. */
interface TargetPower {
  readonly held: HeldPower;
  /** What the machine can hold. */
  readonly range: SupportedRange | undefined;
}

function offerTargetPower(
  { bike, device, ended, quirks }: BleSession,
  control: FitnessMachineControl,
  { held, range }: TargetPower,
): void {
  let share = 0;
  if (range) bike.limits.allowPower(range.maximum);
  device.actuator("targetPowerWatts", async (watts, options) => {
    held.release();
    const targetWatts = within(watts, range ?? USUAL_WATTS);
    const set = async (powerWatts: number, signal = ended) => {
      const allowed = bike.limits.clamp("targetPowerWatts", powerWatts);
      await control.carryOut({
        name: "setTargetPower",
        powerWatts: within(allowed, range),
      }, { signal });
    };
    if (quirks.powerMatch === "off") {
      await set(targetWatts, options.signal);
      return targetWatts;
    }
    const trainer = device.status.device;
    const match = new PowerMatch({ targetWatts, trainer, share, set });
    await set(match.correctedWatts, options.signal);
    held.run({
      async tick(rider) {
        await match.tick(rider);
        share = match.share;
      },
    });
    return targetWatts;
  }, { minIntervalMs: quirks.targetPowerIntervalMs });
}

/** The level that a software ERG begins at, in percent. */
const FIRST_LEVEL = 20;

function offerSoftwareErg(
  { bike, device, ended }: BleSession,
  resistance: ResistanceCommand,
  held: HeldPower,
): void {
  let percent = FIRST_LEVEL;
  device.note("erg", "a target power is held by levels of resistance");
  device.actuator("targetPowerWatts", async (watts, options) => {
    held.release();
    const set = (level: number, signal = ended) =>
      resistance.set(bike.limits.clamp("resistancePercent", level), { signal });
    await set(percent, options.signal);
    const erg = new SoftwareErg(watts, percent, set);
    held.run({
      async tick(rider) {
        await erg.tick(rider);
        percent = erg.percent;
      },
    });
    return watts;
  });
}

/** A target power that a machine without a range is believed to hold, in watts. */
const USUAL_WATTS = { minimum: 0, maximum: 2000 } as const;

/** As near as the machine can, and never further from zero than asked for, whatever nonsense its range is. */
function within(value: number, range: SupportedRange | undefined): number {
  if (!range || range.maximum <= Math.max(0, range.minimum)) return value;
  const { minimum, maximum } = range;
  return Math.max(Math.min(0, minimum), Math.min(maximum, value)) + 0;
}
