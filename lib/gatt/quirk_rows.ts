/**
 * Which models differ from the specification, and how. To add one, add a row.
 *
 * @module
 */
import type { QuirkRow } from "./quirk.ts";
import { SERVICES } from "./uuids.ts";

const SIMULATION_MODE = 0x43;

const WAHOO = {
  quirks: {
    tiltAsWahooSends: true,
    stopDetection: "on",
    targetPowerIntervalMs: 2000,
  },
  what:
    "repeats cadence and power for seconds after a stop, and takes a target power every 2 s",
  since: "2019",
  source: "cagnulein/qdomyos-zwift#752; what Wahoo's app writes",
} as const;

const SNAP = {
  quirks: { unansweredOpCodes: [SIMULATION_MODE] },
  what: "does not answer to op code 0x43",
  since: "2018",
  source: "Berg0162/simcline#11",
} as const;

const ELITE = {
  quirks: { stopDetection: "on" },
  what: "repeats cadence and power for seconds after a stop",
  since: "2020",
  source: "cagnulein/qdomyos-zwift#752, #3789",
} as const;

/** All known differences; later rows win. */
export const QUIRK_ROWS: readonly QuirkRow[] = [
  { device: { manufacturer: "Wahoo" }, ...WAHOO },
  { device: { name: "KICKR" }, ...WAHOO },
  { device: { name: "Wahoo KICKR" }, ...WAHOO },
  { device: { name: "KICKR SNAP" }, ...SNAP },
  { device: { name: "Wahoo KICKR SNAP" }, ...SNAP },
  {
    device: { name: "KICKR BIKE" },
    quirks: {},
    advertises: [SERVICES.zwift],
    what: "is a trainer, and advertises Zwift's service 0xFC82 alone",
    since: "2024",
    source: "KICKR BIKE SHIFT and PRO as bikecontrol meets them",
  },
  {
    device: { manufacturer: "Stages" },
    quirks: { resultOptional: true },
    what: "leaves the result byte out of its answers",
    since: "2019",
    source: "cauldnz/SB20-power-proxy, captures of a crank",
  },
  { device: { name: "DIRETO" }, ...ELITE },
  { device: { name: "AVANTI" }, ...ELITE },
];
