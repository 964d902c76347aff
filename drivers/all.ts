/**
 * All drivers, in the order in which they are listed.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { driver as buttons } from "./buttons.ts";
import { driver as cadence } from "./cadence.ts";
import { driver as click } from "./click.ts";
import { driver as climb } from "./climb.ts";
import { driver as fan } from "./fan.ts";
import { driver as flex } from "./flex.ts";
import { driver as gas } from "./gas.ts";
import { driver as generic } from "./generic.ts";
import { driver as heartRate } from "./heart_rate.ts";
import { driver as oxygen } from "./oxygen.ts";
import { driver as power } from "./power.ts";
import { driver as remote } from "./remote.ts";
import { driver as reps } from "./reps.ts";
import { driver as serialLines } from "./serial_lines.ts";
import { driver as trainer } from "./trainer.ts";

/** All drivers; to add one, add its file and a line here. */
export const DRIVERS: readonly DriverDefinition[] = [
  heartRate,
  trainer,
  climb,
  fan,
  cadence,
  power,
  generic,
  buttons,
  click,
  remote,
  oxygen,
  gas,
  flex,
  reps,
  serialLines,
];
