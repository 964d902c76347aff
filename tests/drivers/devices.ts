/**
 * Devices as they were captured or specified, for tests of drivers.
 *
 * @module
 */
import type { Answer, DeviceScript } from "./scripted_device.ts";

/** Carries every command of a fitness machine out. */
export const FTMS_SUCCESS: Answer = (hex) => `80${hex.slice(0, 2)}01`;

/** Carries every command of Wahoo's trainer control out. */
export const WAHOO_SUCCESS: Answer = (hex) =>
  hex.startsWith("20") ? "012002" : `01${hex.slice(0, 2)}01000000`;

/** Does what a HEADWIND does in manual mode. */
export const HEADWIND_SUCCESS: Answer = (hex) =>
  `fe${hex.slice(0, 2)}01${hex.slice(2)}`;

/** A strap as TICKRs are. */
export const STRAP: DeviceScript = {
  name: "TICKR 4A2B",
  address: "EC:B2:8A:26:85:C5",
  services: ["heartRate"],
  table: { "2a37": ["notify"], "2a19": ["read", "notify"] },
  values: { "2a19": "46" },
};

/** A trainer of the Fitness Machine Service: levels 0 to 10.0, 0 to 1000 W. */
export const TRAINER: DeviceScript = {
  name: "Hub 1",
  address: "F8:9C:FC:53:5E:49",
  services: ["fitnessMachine", "cyclingPower"],
  table: {
    "2a29": ["read"],
    "2acc": ["read"],
    "2ad2": ["notify"],
    "2ad6": ["read"],
    "2ad8": ["read"],
    "2ad9": ["write", "indicate"],
    "2ada": ["notify"],
  },
  values: {
    "2a29": "5a77696674",
    "2acc": "874400000ce00000",
    "2ad6": "000064000100",
    "2ad8": "0000e8030100",
  },
  answers: { "2ad9": FTMS_SUCCESS },
};

/** A KICKR with a CLIMB: FTMS, counters and tilt. */
export const KICKR: DeviceScript = {
  ...TRAINER,
  name: "KICKR 3724",
  address: "D4:36:39:60:01:02",
  services: ["fitnessMachine", "cyclingPower"],
  table: {
    ...TRAINER.table,
    "2a63": ["notify"],
    "a026e037": ["read", "write-without-response", "notify"],
  },
  values: { ...TRAINER.values, "2a29": "5761686f6f204669746e657373" },
  answers: {
    "2ad9": FTMS_SUCCESS,
    "a026e037": (hex) =>
      hex === "68"
        ? "fe68010000"
        : hex === "69"
        ? "fe690118fcd007"
        : `fe${hex.slice(0, 2)}01`,
  },
};

/** A KICKR SNAP of before FTMS: counters and Wahoo's own control. */
export const SNAP: DeviceScript = {
  name: "KICKR SNAP 12",
  address: "D4:36:39:60:03:04",
  services: ["cyclingPower"],
  table: { "2a63": ["notify"], "a026e005": ["write", "indicate"] },
  answers: {
    "a026e005": (hex) => hex.startsWith("43") ? undefined : WAHOO_SUCCESS(hex),
  },
};

/** A Tacx trainer of before FTMS. */
export const TACX: DeviceScript = {
  name: "Tacx Neo 2",
  address: "E0:23:4F:01:02:03",
  services: ["tacxFec"],
  table: { "fec2": ["notify"], "fec3": ["write-without-response"] },
  answersFrom: { "fec3": "fec2" },
};

/** A fan. */
export const FAN: DeviceScript = {
  name: "HEADWIND 6B21",
  address: "C1:22:33:44:55:66",
  services: [],
  table: {
    "a026e002": ["write-without-response", "notify"],
    "a026e038": ["read", "write-without-response", "notify"],
  },
  answers: { "a026e038": HEADWIND_SUCCESS },
};

/** A speed and cadence pod. */
export const POD: DeviceScript = {
  name: "CADENCE 77",
  address: "C7:00:00:00:00:77",
  services: ["cyclingSpeedAndCadence"],
  table: { "2a5b": ["notify"] },
};

/** A crank power meter that can be zeroed. */
export const CRANK: DeviceScript = {
  name: "Stages 62144",
  address: "CE:00:00:06:21:44",
  services: ["cyclingPower"],
  table: {
    "2a29": ["read"],
    "2a63": ["notify"],
    "2a66": ["write", "indicate"],
  },
  values: { "2a29": "537461676573204379636c696e67" },
  answers: { "2a66": () => "200c010000" },
};
