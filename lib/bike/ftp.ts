/**
 * Functional threshold powers as files name them.
 *
 * @module
 */

/** An FTP that nobody has, in watts. */
const MAX_FTP_WATTS = 2000;

/** Checks whether a number of a file can be an FTP, in watts; 0 stands for none. */
export function isFtpWatts(watts: number): boolean {
  return watts >= 0 && watts < MAX_FTP_WATTS;
}
