/**
 * Why the hub itself does not carry out a command.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";

/**
 * Why a command was not carried out: `out_of_range` and `out_of_step` (the
 * value is not allowed), `held` (another controller holds the channel),
 * `superseded` (a newer command came first), `expired` (it waited too long),
 * `unavailable` (no device has this actuator), `closed` (the bike was closed, or
 * the controller was, or it gave up or was lost before the device was there).
 */
const COMMAND_REFUSALS = [
  "out_of_range",
  "out_of_step",
  "held",
  "superseded",
  "expired",
  "unavailable",
  "closed",
] as const;

/** Why a command was not carried out. */
type CommandRefusal = (typeof COMMAND_REFUSALS)[number];

/** The hub refuses a command; no device saw it. The controller acts. */
export class CommandError extends SmartbikeError {
  /** The actuator. */
  readonly actuator: string;
  /** Why it was refused; `code` is the same. */
  readonly refusal: CommandRefusal;

  /**
   * Names the actuator and the reason.
   *
   * @param message What was attempted and why it was refused.
   * @param refusal Why it was refused.
   */
  constructor(message: string, actuator: string, refusal: CommandRefusal) {
    super(refusal, message);
    this.actuator = actuator;
    this.refusal = refusal;
  }
}
