/**
 * Times and tables as people read them.
 *
 * @module
 */

/**
 * Writes a length of time.
 *
 * @param seconds The time, in seconds.
 * @returns As `m:ss` or `h:mm:ss`.
 */
export function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  const rest = pad(whole % 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${rest}`;
}

/**
 * Sets out rows in columns.
 *
 * @param rows The rows, the headings first.
 * @returns One line a row.
 */
export function tableLines(
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
      .trimEnd()
  );
}
