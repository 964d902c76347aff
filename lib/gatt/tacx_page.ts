/**
 * ANT+ FE-C data pages as Tacx trainers send and take them.
 *
 * @module
 */
import type { Named } from "./operations.ts";
import type { ReservedName } from "./scales.ts";

/** Kinds of fitness equipment. */
export type FecEquipment =
  | "general"
  | "treadmill"
  | "elliptical"
  | "stationaryBike"
  | "rower"
  | "climber"
  | "nordicSkier"
  | "trainer"
  | ReservedName;

/** What the equipment is doing. */
export type FecState = "off" | "ready" | "inUse" | "finished" | ReservedName;

/** Page 16: what all equipment reports. */
export interface FecGeneralData {
  /** The kind of equipment. */
  readonly equipment: FecEquipment;
  /** 0 to 63.75 s, in steps of 0.25; it wraps. */
  readonly elapsedTimeSeconds: number;
  /** 0 to 255 m; it wraps. */
  readonly distanceMeters: number;
  /** 0 to 65.534 m/s, in steps of 0.001. */
  readonly speedMetersPerSecond: number | null;
  /** 0 to 254 beats a minute. */
  readonly heartRateBpm: number | null;
  /** Where the heart rate comes from: 0 nowhere, 1 ANT, 2 electromagnetic, 3 hand contact. */
  readonly heartRateSourceCode: number;
  /** Whether the distance counts. */
  readonly distanceEnabled: boolean;
  /** Whether the speed is worked out and not measured. */
  readonly virtualSpeed: boolean;
  /** What the equipment is doing. */
  readonly state: FecState;
  /** Changes with each lap. */
  readonly lap: boolean;
}

/** Page 25: what a trainer reports. */
export interface FecTrainerData {
  /** Counts updates of this page, 0 to 255; it wraps. */
  readonly eventCount: number;
  /** 0 to 254 turns a minute. */
  readonly cadenceRpm: number | null;
  /** Sum of the powers of all updates, 0 to 65535 W; it wraps. */
  readonly accumulatedPowerWatts: number;
  /** 0 to 4094 W. */
  readonly powerWatts: number | null;
  /** Whether the power needs a calibration. */
  readonly needsPowerCalibration: boolean;
  /** Whether the resistance needs a calibration. */
  readonly needsResistanceCalibration: boolean;
  /** Whether the user's weight and the bike are missing. */
  readonly needsUserConfiguration: boolean;
  /** Whether the target power can be held. */
  readonly targetLimits: "ok" | "speedTooLow" | "speedTooHigh" | "undetermined";
  /** What the equipment is doing. */
  readonly state: FecState;
  /** Changes with each lap. */
  readonly lap: boolean;
}

/** Page 50: wind to simulate; `null` leaves the choice to the trainer. */
export interface FecWindResistance {
  /** 0 to 2.54 kg/m, in steps of 0.01. */
  readonly windResistanceKilogramsPerMeter: number | null;
  /** Head wind, -127 to 127 km/h. */
  readonly windSpeedKph: number | null;
  /** Share of the wind that is felt, 0 to 2.54, in steps of 0.01. */
  readonly draftingFactor: number | null;
}

/** Page 51: road to simulate; `null` leaves the choice to the trainer. */
export interface FecTrackResistance {
  /** -200 to 200 %, in steps of 0.01. */
  readonly gradePercent: number | null;
  /** 0 to 0.0127, in steps of 0.00005. */
  readonly rollingResistanceCoefficient: number | null;
}

/** Page 54: what a trainer can do. */
interface FecCapabilities {
  /** 0 to 65534 N. */
  readonly maximumResistanceNewtons: number | null;
  /** Whether it takes page 48. */
  readonly supportsBasicResistance: boolean;
  /** Whether it takes page 49. */
  readonly supportsTargetPower: boolean;
  /** Whether it takes pages 50 and 51. */
  readonly supportsSimulation: boolean;
}

/** Page 55: rider and bike; `null` leaves the choice to the trainer. */
interface FecUserConfiguration {
  /** 0 to 655.34 kg, in steps of 0.01. */
  readonly userWeightKilograms: number | null;
  /** Added to the wheel's diameter, 0 to 10 mm. */
  readonly wheelDiameterOffsetMillimeters: number | null;
  /** 0 to 50 kg and more, up to 204.7, in steps of 0.05. */
  readonly bikeWeightKilograms: number | null;
  /** 0 to 2.54 m, in steps of 0.01. */
  readonly wheelDiameterMeters: number | null;
  /** Front to back, 0.03 to 7.65, in steps of 0.03. */
  readonly gearRatio: number | null;
}

/** Page 70: asks for another page. */
export interface FecPageRequest {
  /** How often to send it; 128 means until it is acknowledged. */
  readonly transmissions: number;
  /** The page wanted. */
  readonly requestedPage: number;
  /** 1 for a data page. */
  readonly commandType: number;
}

/** What became of a command. */
export type CommandResult =
  | "pass"
  | "fail"
  | "notSupported"
  | "rejected"
  | "pending";

/** Page 71: what became of the last command. */
export interface FecCommandStatus {
  /** Page of the last command, 255 if there was none. */
  readonly lastCommand: number;
  /** Counts commands, 0 to 254; 255 if there was none. */
  readonly sequence: number;
  /** What became of it. */
  readonly commandStatus: CommandResult | ReservedName;
  /** Four bytes of the last command. */
  readonly data: Uint8Array;
}

/** Page 80: who made it. */
export interface FecManufacturer {
  /** 0 to 255. */
  readonly hardwareRevision: number;
  /** ANT+ number of the maker, 0 to 65535. */
  readonly manufacturerId: number;
  /** The maker's number of the model, 0 to 65535. */
  readonly modelNumber: number;
}

/** Page 81: which one it is. */
export interface FecProduct {
  /** Second part of the software's version; 255 if it has none. */
  readonly softwareSupplemental: number;
  /** First part of the software's version. */
  readonly softwareRevision: number;
  /** 0 to 4294967295. */
  readonly serialNumber: number;
}

/** A data page; `opCode` is its number. */
export type FecPage =
  | Named<"generalData", FecGeneralData>
  | Named<"trainerData", FecTrainerData>
  | Named<"basicResistance", { readonly resistancePercent: number }>
  | Named<"targetPower", { readonly powerWatts: number }>
  | Named<"windResistance", FecWindResistance>
  | Named<"trackResistance", FecTrackResistance>
  | Named<"capabilities", FecCapabilities>
  | Named<"userConfiguration", FecUserConfiguration>
  | Named<"pageRequest", FecPageRequest>
  | Named<"commandStatus", FecCommandStatus>
  | Named<"manufacturer", FecManufacturer>
  | Named<"product", FecProduct>;
