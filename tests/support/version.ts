/**
 * Versions of programs, of which systems have different ones.
 *
 * @module
 */

/**
 * Compares the version that a program prints.
 *
 * @param text What it prints.
 * @param pattern Finds major and minor version, as two groups.
 * @param first The first version that counts.
 * @returns True for that version, and for later ones.
 * @throws {TypeError} If the text holds no version.
 */
export function isAtLeast(
  text: string,
  pattern: RegExp,
  [major, minor]: readonly [number, number],
): boolean {
  const found = pattern.exec(text);
  if (!found) throw new TypeError(`Cannot find a version in "${text}"`);
  const [, isMajor, isMinor] = found.map(Number);
  return isMajor === major ? Number(isMinor) >= minor : Number(isMajor) > major;
}
