/**
 * Collects the steps of a workout while its file is read.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import type { Notice, WorkoutStep, WorkoutText } from "./workout.ts";

/** The most steps that a workout has. */
const MAX_STEPS = 10_000;

/** The longest workout, in seconds. */
const MAX_TOTAL_SECONDS = 48 * 3600;

/** The most texts that a workout has, and the longest one, in characters. */
const MAX_TEXTS = 10_000;
const MAX_TEXT_LENGTH = 2000;

/** The most notices that are kept; a file with more is bad enough. */
const MAX_NOTICES = 1000;

/** A step as its file describes it; where it begins follows from those before. */
export type NewStep = Omit<WorkoutStep, "startSeconds">;

/** Collects steps, texts and notices, and refuses sizes that nobody rides. */
export class StepCollector {
  readonly #file: string;
  readonly #steps: WorkoutStep[] = [];
  readonly #texts: WorkoutText[] = [];
  readonly #notices: Notice[] = [];
  readonly #noted = new Set<string>();
  #seconds = 0;

  /** Starts without steps. */
  constructor(file: string) {
    this.#file = file;
  }

  /** How long the steps so far are, in seconds. */
  get seconds(): number {
    return this.#seconds;
  }

  /** The steps so far. */
  get steps(): readonly WorkoutStep[] {
    return this.#steps;
  }

  /** The texts so far, in the order of their times. */
  get texts(): readonly WorkoutText[] {
    return this.#texts.toSorted((a, b) => a.atSeconds - b.atSeconds);
  }

  /** The notices so far. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  /**
   * Adds a step behind those before.
   *
   * @throws {FileError} If the workout gets too long.
   */
  add(step: NewStep, line: number): void {
    if (this.#steps.length >= MAX_STEPS) {
      this.fail(line, `more than ${MAX_STEPS} steps, expected fewer`);
    }
    const startSeconds = round(this.#seconds);
    this.#seconds += step.durationSeconds;
    if (!(this.#seconds <= MAX_TOTAL_SECONDS)) {
      this.fail(
        line,
        `it is longer than ${MAX_TOTAL_SECONDS / 3600} hours, expected less`,
      );
    }
    this.#steps.push({ startSeconds, ...step });
  }

  /**
   * Adds a text.
   *
   * @throws {FileError} If there are too many.
   */
  addText(text: WorkoutText, line: number): void {
    if (this.#texts.length >= MAX_TEXTS) {
      this.fail(line, `more than ${MAX_TEXTS} texts, expected fewer`);
    }
    const short = text.text.slice(0, MAX_TEXT_LENGTH);
    this.#texts.push({ ...text, text: short });
  }

  /**
   * Notes something; the same code is noted once a line.
   *
   * @param message What was found, and what was made of it.
   */
  note(code: string, message: string, line?: number): void {
    const key = `${line} ${code}`;
    if (this.#noted.size >= MAX_NOTICES || this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#notices.push({ code, message, ...(line !== undefined && { line }) });
  }

  /**
   * Refuses the file.
   *
   * @param reason The state now and the state wanted.
   * @throws {FileError} Always.
   */
  fail(line: number | undefined, reason: string): never {
    throw fileError(this.#file, line, reason);
  }
}

/** Without the traces of binary fractions. */
export function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
