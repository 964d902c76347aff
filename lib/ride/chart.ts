/**
 * A picture of a ride.
 *
 * @module
 */
import type { RideRecord } from "./timeline.ts";

/** The most points of a line; more are averaged. */
const MAX_POINTS = 600;

const WIDTH = 900;
const ROW_HEIGHT = 110;
const LEFT = 70;
const TOP = 30;

/** The rows of the picture, from top to bottom. */
const ROWS = [
  { metric: "power", label: "Power", unit: "W", color: "#b3261e", scale: 1 },
  {
    metric: "heartrate",
    label: "Heart rate",
    unit: "bpm",
    color: "#8e24aa",
    scale: 1,
  },
  {
    metric: "cadence",
    label: "Cadence",
    unit: "rpm",
    color: "#1565c0",
    scale: 1,
  },
  {
    metric: "speed",
    label: "Speed",
    unit: "km/h",
    color: "#2e7d32",
    scale: 3.6,
  },
  {
    metric: "incline",
    label: "Incline",
    unit: "%",
    color: "#6d4c41",
    scale: 1,
  },
] as const;

/**
 * Draws a ride as SVG: a line for each thing that was recorded, over the time.
 *
 * @param title What stands above it.
 * @param records One record a second.
 * @returns The file's text; it uses nothing from outside.
 */
export function toSvg(title: string, records: readonly RideRecord[]): string {
  const rows = ROWS.filter(({ metric }) =>
    records.some(({ [metric]: value }) => value !== undefined)
  );
  const height = TOP + rows.length * ROW_HEIGHT + 30;
  const first = records[0]?.timeMs ?? 0;
  const seconds = ((records.at(-1)?.timeMs ?? first) - first) / 1000 + 1;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="${LEFT}" y="18" font-size="14">${escapeXml(title)}</text>`,
    ...rows.flatMap((row, i) =>
      drawRow(row, records, { first, seconds, top: TOP + i * ROW_HEIGHT })
    ),
    ...timeAxis(seconds, height - 12),
    "</svg>",
    "",
  ].join("\n");
}

interface Place {
  readonly first: number;
  readonly seconds: number;
  readonly top: number;
}

function drawRow(
  { metric, label, unit, color, scale }: (typeof ROWS)[number],
  records: readonly RideRecord[],
  { first, seconds, top }: Place,
): readonly string[] {
  const values = records.map(({ [metric]: value }) =>
    value === undefined ? undefined : value * scale
  );
  const known = values.filter((value) => value !== undefined);
  const max = Math.max(1, known.reduce((a, b) => Math.max(a, b), -Infinity));
  const min = Math.min(0, known.reduce((a, b) => Math.min(a, b), Infinity));
  const inner = ROW_HEIGHT - 24;
  const x = (timeMs: number) =>
    LEFT + (timeMs - first) / 1000 / seconds * (WIDTH - LEFT - 20);
  const y = (value: number) =>
    top + inner - (value - min) / (max - min) * inner;
  const lines = pieces(records, values).map((piece) =>
    piece.map(({ timeMs, value }) =>
      `${x(timeMs).toFixed(1)},${y(value).toFixed(1)}`
    ).join(" ")
  );
  const text = (at: number, content: string) =>
    `<text x="${
      LEFT - 8
    }" y="${at}" text-anchor="end" fill="#444444">${content}</text>`;
  return [
    `<rect x="${LEFT}" y="${top}" width="${
      WIDTH - LEFT - 20
    }" height="${inner}" fill="#f5f5f5"/>`,
    text(top + 10, String(Math.round(max))),
    text(top + inner, String(Math.round(min))),
    `<text x="${LEFT + 6}" y="${
      top + 14
    }" fill="${color}">${label}, ${unit}</text>`,
    ...lines.map((points) =>
      `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="1.2"/>`
    ),
  ];
}

interface Point {
  readonly timeMs: number;
  readonly value: number;
}

/** Points of lines; a second without a value ends a line. */
function pieces(
  records: readonly RideRecord[],
  values: readonly (number | undefined)[],
): readonly (readonly Point[])[] {
  const width = Math.max(1, Math.ceil(records.length / MAX_POINTS));
  const lines: Point[][] = [[]];
  for (let i = 0; i < records.length; i += width) {
    const known = values.slice(i, i + width).filter((value) =>
      value !== undefined
    );
    const timeMs = records[i]?.timeMs;
    const before = records[i - width]?.timeMs;
    const isGap = timeMs === undefined || known.length === 0 ||
      (before !== undefined && timeMs - before > width * 1000 + 5000);
    if (isGap) lines.push([]);
    if (timeMs === undefined || known.length === 0) continue;
    const sum = known.reduce((sum, value) => sum + value, 0);
    lines.at(-1)?.push({ timeMs, value: sum / known.length });
  }
  return lines.filter(({ length }) => length > 0);
}

function timeAxis(seconds: number, y: number): readonly string[] {
  const steps = [60, 120, 300, 600, 900, 1800, 3600, 7200];
  const step = steps.find((one) => seconds / one <= 10) ?? 14_400;
  const ticks = Array.from(
    { length: Math.floor(seconds / step) + 1 },
    (_, i) => i * step,
  );
  return ticks.map((tick) =>
    `<text x="${
      (LEFT + tick / seconds * (WIDTH - LEFT - 20)).toFixed(1)
    }" y="${y}" text-anchor="middle" fill="#444444">${tick / 60} min</text>`
  );
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\p{Cc}]/gu, "");
}
