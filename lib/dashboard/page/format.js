// @ts-check
/**
 * Numbers, times and reasons as people read them.
 */
/** @import { ViewReason } from "../bike_view.ts" */

/** @type {ReadonlyMap<ViewReason, string>} */
const REASONS = new Map([
  ["never_reported", "No device reports this"],
  ["no_new_report", "Nothing new comes"],
  ["device_disconnected", "The device is gone"],
  ["bike_offline", "The bike is offline"],
  ["broker_lost", "The broker is away"],
]);

/**
 * @param {ViewReason | null} reason
 * @returns {string}
 */
export function reasonText(reason) {
  return reason === null ? "" : REASONS.get(reason) ?? "";
}

/**
 * A time span, for example `1:02:03` or `02:03`.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/**
 * How long ago something was, for example `4 s ago`.
 *
 * @param {number} ms
 * @returns {string}
 */
export function agoText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120
    ? `${minutes} min ago`
    : `${Math.round(minutes / 60)} h ago`;
}

/**
 * A number with a real minus sign.
 *
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function numberText(value, digits) {
  const text = value.toFixed(digits);
  const isZero = Number(text) === 0;
  return (isZero ? text.replace("-", "") : text).replace("-", "−");
}

/**
 * A difference, always with its sign.
 *
 * @param {number} value
 * @returns {string}
 */
export function differenceText(value) {
  const rounded = Math.round(value);
  return rounded > 0 ? `+${rounded}` : numberText(rounded, 0);
}
