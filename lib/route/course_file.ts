/**
 * The frame that ERG, MRC and CRS files share: a header, rows of numbers and
 * texts, in sections whose ends may be missing.
 *
 * @module
 */
import { isFtpWatts } from "#lib/bike/ftp.ts";
import { fileError } from "#lib/base/text_file.ts";
import type { RoadNotice } from "./road.ts";

/** What the columns of the rows are. */
type Columns = "watts" | "percent" | "distance";

/** The most rows that are read. */
const MAX_ROWS = 100_000;

/** The most texts, laps and notices of each kind that are kept. */
const MAX_MARKS = 20_000;

/** A row of numbers. */
export interface DataRow {
  /** Its numbers. */
  readonly numbers: readonly number[];
  /** Its line, from 1. */
  readonly line: number;
}

/** A lap marker. */
interface LapMark {
  /** Where it stands: the first number of its line, else how many rows are before it. */
  readonly position: number;
  /** Its line, from 1. */
  readonly line: number;
}

/** A text. */
interface CourseText {
  /** When it is shown, in seconds from the start. */
  readonly atSeconds: number;
  /** The text. */
  readonly text: string;
  /** How long, in seconds, where the file says. */
  readonly durationSeconds?: number;
  /** Its line, from 1. */
  readonly line: number;
}

/** What the header says. */
interface CourseHeader {
  /** Its `DESCRIPTION`, empty where it has none. */
  readonly description: string;
  /** Its `FILE NAME`, empty where it has none. */
  readonly name: string;
  /** The FTP it was made for. */
  readonly ftpWatts?: number;
  /** Whether distances are miles. */
  readonly isEnglish: boolean;
}

/** A file, cut into its parts. */
export interface CourseFile {
  /** What the header says. */
  readonly header: CourseHeader;
  /** What the columns are; undefined where the file does not say. */
  readonly columns: Columns | undefined;
  /** Its rows. */
  readonly rows: readonly DataRow[];
  /** Its lap markers. */
  readonly laps: readonly LapMark[];
  /** Its texts. */
  readonly texts: readonly CourseText[];
  /** What was found in it. */
  readonly notices: readonly RoadNotice[];
}

type Section = "header" | "data" | "text" | "other";

/**
 * Cuts a file into its parts.
 *
 * @param file Its name, for errors.
 * @throws {FileError} If a row holds something else than numbers.
 */
export function readCourseFile(text: string, file: string): CourseFile {
  const reader = new CourseReader(file);
  for (const [i, line] of text.split("\n").entries()) {
    reader.take(line.trim(), i + 1);
  }
  return reader.result();
}

class CourseReader {
  readonly #file: string;
  readonly #header = new Map<string, string>();
  readonly #rows: DataRow[] = [];
  readonly #laps: LapMark[] = [];
  readonly #texts: CourseText[] = [];
  readonly #notices: RoadNotice[] = [];
  #section: Section = "other";
  #columns: Columns | undefined;
  #hasData = false;
  #ftpWatts = 0;

  constructor(file: string) {
    this.#file = file;
  }

  take(line: string, number: number): void {
    if (line === "") return;
    const [, name] = /^\[([^\]]*)\]$/.exec(line) ?? [];
    if (name !== undefined) return this.#enter(name.trim().toUpperCase());
    if (line.startsWith(";")) return this.#readColumns(line.slice(1), true);
    if (this.#section === "header") this.#readHeader(line, number);
    else if (this.#section === "data") this.#readRow(line, number);
    else if (this.#section === "text") this.#readText(line, number);
  }

  result(): CourseFile {
    if (!this.#hasData) {
      throw fileError(
        this.#file,
        undefined,
        "it has no section [COURSE DATA], expected one",
      );
    }
    return {
      header: {
        description: this.#header.get("DESCRIPTION") ?? "",
        name: this.#header.get("FILE NAME") ?? "",
        ...(this.#ftpWatts > 0 && { ftpWatts: this.#ftpWatts }),
        isEnglish: /^ENGLISH$/i.test(this.#header.get("UNITS") ?? ""),
      },
      columns: this.#columns,
      rows: this.#rows,
      laps: this.#laps,
      texts: this.#texts,
      notices: this.#notices,
    };
  }

  #enter(name: string): void {
    if (name.startsWith("END")) this.#section = "other";
    else if (/\bHEADER$/.test(name)) this.#section = "header";
    else if (/\bDATA$/.test(name)) {
      this.#section = "data";
      this.#hasData = true;
    } else if (/\bTEXT$/.test(name)) this.#section = "text";
    else this.#section = "other";
  }

  #readHeader(line: string, number: number): void {
    const at = line.indexOf("=");
    if (at < 1) {
      this.#refuseOtherTimes(line, number);
      return this.#readColumns(line, false);
    }
    const key = line.slice(0, at).trim().toUpperCase();
    if (this.#header.has(key)) return;
    const value = line.slice(at + 1).trim();
    this.#header.set(key, value);
    if (key === "FTP") this.#ftpWatts = this.#toFtp(value, number);
  }

  /** An FTP of 0, or an empty one, is none. */
  #toFtp(value: string, line: number): number {
    const watts = value === "" ? 0 : parseFloat(value);
    if (isFtpWatts(watts)) return watts;
    throw fileError(
      this.#file,
      line,
      `its FTP is ${
        JSON.stringify(value.slice(0, 40))
      }, expected a number of watts`,
    );
  }

  /** Read as minutes they would be sixty times as long. */
  #refuseOtherTimes(line: string, number: number): void {
    const [, unit] = /^(SECONDS|HOURS)\s+(?:WATTS|PERCENT|FTP)\b/i.exec(line) ??
      [];
    if (unit === undefined) return;
    throw fileError(
      this.#file,
      number,
      `its times are in ${unit.toLowerCase()}, expected minutes`,
    );
  }

  #readColumns(line: string, isComment: boolean): void {
    const words = line.trim().toUpperCase().split(/[\s,]+/);
    const [first, second] = words;
    const found = first === "MINUTES"
      ? second === "WATTS"
        ? "watts"
        : /^(PERCENT|%|FTP)/.test(second ?? "")
        ? "percent"
        : undefined
      : first === "DISTANCE" && second === "GRADE"
      ? "distance"
      : undefined;
    if (found === undefined || (isComment && this.#columns)) return;
    this.#columns = found;
  }

  #readRow(line: string, number: number): void {
    const cells = line.split(/[\s,]+/).filter((cell) => cell !== "");
    const lap = cells.findIndex((cell) => /^LAP$/i.test(cell));
    if (lap === 0 || lap === 1) {
      const first = lap === 1 ? Number(cells[0]) : this.#rows.length;
      if (Number.isFinite(first)) {
        if (this.#laps.length < MAX_MARKS) {
          this.#laps.push({ position: first, line: number });
        }
        return;
      }
    }
    if (this.#rows.length >= MAX_ROWS) {
      throw fileError(
        this.#file,
        number,
        `more than ${MAX_ROWS} rows, expected fewer`,
      );
    }
    const numbers = cells.map((cell) => this.#toNumber(cell, number));
    this.#rows.push({ numbers, line: number });
  }

  #toNumber(cell: string, line: number): number {
    if (/^[+-]?(\d+(\.\d*)?|\.\d+)%?$/.test(cell)) return parseFloat(cell);
    throw fileError(
      this.#file,
      line,
      `${JSON.stringify(cell.slice(0, 40))} stands there, expected a number`,
    );
  }

  #readText(line: string, number: number): void {
    const [, seconds, rest] = /^(\d+(?:\.\d+)?)\s+(.*)$/s.exec(line) ?? [];
    if (seconds === undefined || rest === undefined) {
      if (this.#notices.length >= MAX_MARKS) return;
      this.#notices.push({
        code: "text_without_time",
        message: "A text without a time was left out",
        line: number,
      });
      return;
    }
    // Only a tab distinguishes a duration from a number that ends the text.
    if (this.#texts.length >= MAX_MARKS) return;
    const tab = rest.lastIndexOf("\t");
    const shown = rest.slice(tab + 1);
    const hasShown = tab >= 0 && /^\d+(\.\d+)?$/.test(shown);
    this.#texts.push({
      atSeconds: Number(seconds),
      text: (hasShown ? rest.slice(0, tab) : rest).trim(),
      ...(hasShown && { durationSeconds: Number(shown) }),
      line: number,
    });
  }
}
