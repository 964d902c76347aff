/**
 * How everything that can be set on a bike stands.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import {
  type Panel,
  PANEL_CONTROLS,
  type PanelControl,
  type PanelControlName,
  type PanelRider,
} from "#lib/bike/remote_bike.ts";
import { CHANNEL_OF } from "#lib/bike/values.ts";

/**
 * Reads how everything stands.
 *
 * @param rider What is configured of its rider; null where nothing is.
 * @returns What can be set, and what can be calibrated.
 */
export function readPanel(bike: Bike, rider: PanelRider | null): Panel {
  return {
    rider,
    controls: PANEL_CONTROLS.map((name) => readControl(bike, name)),
    calibratable: bike.devices.map(({ device }) => device)
      .filter((device) => bike.canCalibrate(device)),
  };
}

function readControl(bike: Bike, name: PanelControlName): PanelControl {
  const { min, max, step = null } = bike.limits.get(name);
  const { state, value = null } = bike.read(name);
  return {
    name,
    state,
    value,
    min,
    max,
    step,
    isAvailable: bike.canSet(name),
    holder: bike.holder(CHANNEL_OF[name]) ?? null,
  };
}
