/**
 * Answers of control points: the op code that was asked, a result, and on
 * some results parameters.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { type Group, readOptional } from "./groups.ts";
import { propertiesOf } from "./operations.ts";
import type { Flaws } from "./flaws.ts";
import { trailing } from "./trailing.ts";

/** Part of each answer of a control point. */
export interface ResponseHeader extends Flaws {
  /** The first byte as decoded; encoders know it. */
  readonly opCode?: number;
  /** Says that this is an answer. */
  readonly name: "response";
  /** The op code that was asked. */
  readonly requestOpCode: number;
  /** Name of the op code that was asked, or `unknown`; encoders ignore it. */
  readonly requestName?: string;
  /** The result's code; left out if the device leaves it out. */
  readonly resultCode?: number;
  /** The result's name; encoders ignore it. */
  readonly result?: string;
}

/** Which parameters follow which result of which request. */
interface ResponseParameters<P> {
  /** The op code that was asked. */
  readonly requestOpCode: number;
  /** The result's code. */
  readonly resultCode: number;
  /** The parameters. */
  readonly group: Group<Partial<P>>;
}

/** What a {@linkcode ResponseTable} needs to know. */
interface ResponseTableOptions<P> {
  /** What the frames are, for error messages. */
  readonly subject: string;
  /** The first byte of an answer. */
  readonly opCode: number;
  /** Names of the op codes that can be asked. */
  readonly requests: { nameOf(opCode: number): string };
  /** The results' names by code. */
  readonly results: Readonly<Record<number, string>>;
  /** The parameters of answers that have some. */
  readonly parameters: readonly ResponseParameters<P>[];
}

/** How one device answers. */
export interface ResponseOptions {
  /**
   * The device may leave the result byte out.
   *
   * @default {false}
   */
  readonly resultOptional?: boolean;
}

/** The answers of one control point. */
export class ResponseTable<P extends object> {
  readonly #options: ResponseTableOptions<P>;

  /** Keeps the description. */
  constructor(options: ResponseTableOptions<P>) {
    this.#options = options;
  }

  /**
   * Decodes an answer; results without a name become `unknown`. Parameters
   * are optional: the op code and the result are the answer.
   *
   * @param options How the device answers.
   * @throws {FrameError} If this is no answer, or its op code or result is missing.
   */
  decode(
    bytes: Uint8Array,
    options: ResponseOptions = {},
  ): ResponseHeader & Partial<P> {
    const { subject, opCode, requests, results } = this.#options;
    const reader = new ByteReader(bytes, subject);
    if (reader.uint8() !== opCode) {
      throw reader.error(`0x${opCode.toString(16)}, the mark of an answer`, 0);
    }
    const requestOpCode = reader.uint8();
    const requestName = requests.nameOf(requestOpCode);
    const header = {
      opCode,
      name: "response",
      requestOpCode,
      requestName,
    } as const;
    if (options.resultOptional === true && reader.remaining === 0) {
      return { ...none<P>(), ...header, result: "unstated" };
    }
    const resultCode = reader.uint8();
    const row = this.#row(requestOpCode, resultCode);
    const parameters = row ? readOptional(row.group, reader) : none<P>();
    return {
      ...parameters,
      ...header,
      resultCode,
      result: results[resultCode] ?? "unknown",
      ...(!("cutShort" in parameters) && trailing(reader)),
    };
  }

  /**
   * Encodes an answer.
   *
   * @throws {PayloadError} If a parameter is missing or impossible.
   * @throws {RangeError} If a code does not fit a byte.
   */
  encode(value: ResponseHeader & Partial<P>): Uint8Array {
    const { requestOpCode, resultCode } = value;
    const writer = new ByteWriter().uint8(this.#options.opCode);
    writer.uint8(requestOpCode);
    if (resultCode === undefined) return writer.toBytes();
    writer.uint8(resultCode);
    const values = propertiesOf(value);
    const group = this.#row(requestOpCode, resultCode)?.group;
    const isGiven = group?.keys?.some((key) => values[key] !== undefined);
    if (group && isGiven !== false) group.write(writer, values);
    return writer.toBytes();
  }

  #row(
    requestOpCode: number,
    resultCode: number,
  ): ResponseParameters<P> | undefined {
    return this.#options.parameters.find((row) =>
      row.requestOpCode === requestOpCode && row.resultCode === resultCode
    );
  }
}

function none<P>(): Partial<P> {
  return {};
}
