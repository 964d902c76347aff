/**
 * Settings of riders and of what is kept of their rides.
 *
 * @module
 */
import { choice, flag, group, groupOf, number, text } from "./setting.ts";

/** Reports that are kept while the broker is away. */
export const history = group({
  maxBytes: number({
    summary:
      "how many bytes of reports are kept while the broker is away; 0 keeps none",
    min: 0,
    max: 1e12,
    isInteger: true,
    default: 64 * 1024 * 1024,
  }),
});

/** Upper ends of the first six of seven power zones (Coggan's classic levels), in percent of FTP. */
const ZONE_ENDS = { z1: 55, z2: 75, z3: 90, z4: 105, z5: 120, z6: 150 };

const ZONES = ["z1", "z2", "z3", "z4", "z5", "z6"] as const;

/** Who rides. */
export const rider = group({
  ftpWatts: number({
    summary: "the rider's functional threshold power, in watts",
    fallback: "it is not known",
    min: 50,
    max: 600,
    option: "--ftp <watts>",
  }),
  intensityPercent: number({
    summary: "how hard workouts are ridden, in percent of what they say",
    min: 50,
    max: 150,
    default: 100,
    option: "--intensity <percent>",
  }),
  zonesPercent: groupOf(
    ZONES,
    (zone) =>
      number({
        summary: "upper end of the power zone, in percent of FTP",
        min: 1,
        max: 1000,
        default: ZONE_ENDS[zone],
      }),
    { isRare: true },
  ),
});

/** The record of rides. */
export const rides = group({
  record: flag({
    summary: "record the rides of this bike",
    default: true,
    option: "--without-record",
    optionSummary: "leave out the record of this bike's rides",
  }),
  db: text({
    summary:
      "SQLite file, or postgres://user@host:port/name with the password in PGPASSWORD",
    fallback: "rides.db in the state folder",
    option: "--db <place>",
  }),
});

/** What the bike does by itself. */
export const loops = group({
  fan: group({
    source: choice(["off", "heart-rate", "power", "speed"], {
      summary: "what the fan follows",
      default: "off",
      option: "--fan-follows <source>",
    }),
    from: number({
      summary:
        "up to here it blows least, in beats a minute, watts or kilometres an hour",
      fallback: "90, 80 or 10",
      min: 0,
      max: 2000,
    }),
    to: number({
      summary: "from here on it blows most, in the same unit",
      fallback: "170, 300 or 40",
      min: 1,
      max: 2000,
    }),
    minPercent: number({
      summary: "how much it blows at least while somebody rides",
      min: 0,
      max: 100,
      default: 20,
    }),
    maxPercent: number({
      summary: "how much it blows at most",
      min: 0,
      max: 100,
      default: 100,
    }),
    slewPercentPerSecond: number({
      summary: "how fast it may change, in percent a second",
      min: 1,
      max: 100,
      default: 10,
    }),
  }),
  climb: flag({
    summary: "incline the bike to the slope of the app's road",
    default: false,
    option: "--climb-follows-road",
  }),
});

/** Virtual gears. */
export const gears = group({
  enabled: flag({
    summary: "virtual gears, shifted by buttons and on bike/ID/gear/control",
    default: false,
    option: "--gears",
  }),
  up: text({
    summary: "name of the button for a heavier gear",
    default: "RIGHT",
  }),
  down: text({
    summary: "name of the button for a lighter gear",
    default: "LEFT",
  }),
});
