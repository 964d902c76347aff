/**
 * Layout of the ANT+ FE-C data pages: eight bytes, the first of which is the
 * page number.
 *
 * @module
 */
import { after, octets, uint16, uint32, uint8 } from "./fields.ts";
import { bits, fields, join, unused } from "./groups.ts";
import { operation, OperationTable } from "./operations.ts";
import {
  boolean,
  name,
  number,
  numberOrNull,
  openName,
  type ReservedName,
  type Scale,
} from "./scales.ts";
import type {
  CommandResult,
  FecCommandStatus,
  FecEquipment,
  FecGeneralData,
  FecManufacturer,
  FecPage,
  FecPageRequest,
  FecProduct,
  FecState,
  FecTrackResistance,
  FecTrainerData,
  FecWindResistance,
} from "./tacx_page.ts";

const BYTE_OR_NULL = numberOrNull(0xff);
const HUNDREDTHS_OR_NULL = numberOrNull(0xff, { divisor: 100 });

const EQUIPMENT: Scale<FecEquipment> = openName<
  Exclude<FecEquipment, ReservedName>
>({
  16: "general",
  19: "treadmill",
  20: "elliptical",
  21: "stationaryBike",
  22: "rower",
  23: "climber",
  24: "nordicSkier",
  25: "trainer",
});
const STATE: Scale<FecState> = openName<Exclude<FecState, ReservedName>>({
  1: "off",
  2: "ready",
  3: "inUse",
  4: "finished",
});

function flag(position: number) {
  return { position, width: 1, scale: boolean() };
}

const GENERAL_DATA = join(
  join(
    bits<Pick<FecGeneralData, "equipment">>(8, {
      equipment: { position: 0, width: 5, scale: EQUIPMENT },
    }),
    fields({
      elapsedTimeSeconds: uint8(number({ divisor: 4 })),
      distanceMeters: uint8(),
      speedMetersPerSecond: uint16(numberOrNull(0xffff, { divisor: 1000 })),
      heartRateBpm: uint8(BYTE_OR_NULL),
    }),
  ),
  bits(8, {
    heartRateSourceCode: { position: 0, width: 2, scale: number() },
    distanceEnabled: flag(2),
    virtualSpeed: flag(3),
    state: { position: 4, width: 3, scale: STATE },
    lap: flag(7),
  }),
);

const TARGET_LIMITS = name<FecTrainerData["targetLimits"]>({
  0: "ok",
  1: "speedTooLow",
  2: "speedTooHigh",
  3: "undetermined",
});
const TRAINER_DATA = join(
  fields({
    eventCount: uint8(),
    cadenceRpm: uint8(BYTE_OR_NULL),
    accumulatedPowerWatts: uint16(),
  }),
  bits(24, {
    powerWatts: { position: 0, width: 12, scale: numberOrNull(0xfff) },
    needsPowerCalibration: flag(12),
    needsResistanceCalibration: flag(13),
    needsUserConfiguration: flag(14),
    targetLimits: { position: 16, width: 2, scale: TARGET_LIMITS },
    state: { position: 20, width: 3, scale: STATE },
    lap: flag(23),
  }),
);

const CAPABILITIES = join(
  fields({ maximumResistanceNewtons: after(4, uint16(numberOrNull(0xffff))) }),
  bits(8, {
    supportsBasicResistance: flag(0),
    supportsTargetPower: flag(1),
    supportsSimulation: flag(2),
  }),
);

const USER_CONFIGURATION = join(
  join(
    fields({
      userWeightKilograms: uint16(numberOrNull(0xffff, { divisor: 100 })),
    }),
    unused(1),
  ),
  join(
    bits(16, {
      wheelDiameterOffsetMillimeters: {
        position: 0,
        width: 4,
        scale: numberOrNull(0xf),
      },
      bikeWeightKilograms: {
        position: 4,
        width: 12,
        scale: numberOrNull(0xfff, { divisor: 20 }),
      },
    }),
    fields({
      wheelDiameterMeters: uint8(HUNDREDTHS_OR_NULL),
      gearRatio: uint8(numberOrNull(0, { factor: 3, divisor: 100 })),
    }),
  ),
);

const COMMAND_STATUS = fields<FecCommandStatus>({
  lastCommand: uint8(),
  sequence: uint8(),
  commandStatus: uint8(openName<CommandResult>({
    0: "pass",
    1: "fail",
    2: "notSupported",
    3: "rejected",
    4: "pending",
  })),
  data: octets(4),
});

/** All pages, in both directions; the page number is the op code. */
export const FEC_PAGES: OperationTable<FecPage> = new OperationTable<FecPage>(
  "FE-C page",
  [
    operation(16, "generalData", GENERAL_DATA),
    operation(25, "trainerData", TRAINER_DATA),
    operation(
      48,
      "basicResistance",
      fields({
        resistancePercent: after(
          6,
          uint8(number({ divisor: 2, maximum: 200 })),
        ),
      }),
    ),
    operation(
      49,
      "targetPower",
      fields({ powerWatts: after(5, uint16(number({ divisor: 4 }))) }),
    ),
    operation(
      50,
      "windResistance",
      fields<FecWindResistance>({
        windResistanceKilogramsPerMeter: after(4, uint8(HUNDREDTHS_OR_NULL)),
        windSpeedKph: uint8(numberOrNull(0xff, { zero: 127 })),
        draftingFactor: uint8(HUNDREDTHS_OR_NULL),
      }),
    ),
    operation(
      51,
      "trackResistance",
      fields<FecTrackResistance>({
        gradePercent: after(
          4,
          uint16(
            numberOrNull(0xffff, {
              divisor: 100,
              zero: 20_000,
              maximum: 40_000,
            }),
          ),
        ),
        rollingResistanceCoefficient: uint8(
          numberOrNull(0xff, { divisor: 20_000 }),
        ),
      }),
    ),
    operation(54, "capabilities", CAPABILITIES),
    operation(55, "userConfiguration", USER_CONFIGURATION),
    operation(
      70,
      "pageRequest",
      fields<FecPageRequest>({
        transmissions: after(4, uint8()),
        requestedPage: uint8(),
        commandType: uint8(),
      }),
    ),
    operation(71, "commandStatus", COMMAND_STATUS),
    operation(
      80,
      "manufacturer",
      fields<FecManufacturer>({
        hardwareRevision: after(2, uint8()),
        manufacturerId: uint16(),
        modelNumber: uint16(),
      }),
    ),
    operation(
      81,
      "product",
      fields<FecProduct>({
        softwareSupplemental: after(1, uint8()),
        softwareRevision: uint8(),
        serialNumber: uint32(),
      }),
    ),
  ],
);
