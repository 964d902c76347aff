/**
 * Frames that start with an op code: a table of operations is written down
 * once and works in both directions.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { refusal } from "./fields.ts";
import { fields, type Group, type Properties } from "./groups.ts";
import { type Trailing, trailing } from "./trailing.ts";

/** Part of each decoded operation. */
export interface OperationHeader extends Trailing {
  /** The op code as decoded; encoders take it from the name. */
  readonly opCode?: number;
}

/** An operation whose op code is in no table. It cannot be encoded. */
export interface UnknownOperation extends Trailing {
  /** The op code. */
  readonly opCode: number;
  /** Says that the op code is in no table. */
  readonly name: "unknown";
}

/** An operation with a name and, where it has some, parameters. */
export type Named<N extends string, P extends object = object> =
  & OperationHeader
  & { readonly name: N }
  & P;

/** One operation: its op code, its name and its parameters. */
interface Operation<C> {
  /** The first byte of the frame. */
  readonly opCode: number;
  /** The operation's name. */
  readonly name: string;
  /**
   * Reads the parameters behind the op code.
   *
   * @param reader Where the parameters start.
   * @throws {FrameError} If a parameter is cut short or impossible.
   */
  read(reader: ByteReader): C;
  /**
   * Writes the parameters behind the op code.
   *
   * @param writer Where the parameters go.
   * @param values The operation, not checked before.
   * @throws {PayloadError} If a parameter is missing or impossible.
   */
  write(writer: ByteWriter, values: Properties): void;
}

/** What decoding one row of a table gives. */
type Decoded<N extends string, P extends object> =
  & { readonly opCode: number; readonly name: N }
  & P;

/**
 * Describes an operation.
 *
 * @param opCode The first byte of the frame.
 * @param parameters What follows the op code; nothing if left out.
 * @returns A row of an {@linkcode OperationTable}.
 */
export function operation<N extends string, P extends object>(
  opCode: number,
  name: N,
  parameters: Group<P>,
): Operation<Decoded<N, P>> {
  return {
    opCode,
    name,
    read: (reader) => ({ opCode, name, ...parameters.read(reader) }),
    write: (writer, values) => parameters.write(writer, values),
  };
}

/** The parameters of an operation that has none. */
export const NO_PARAMETERS: Group<object> = fields({});

/** The operations of one characteristic in one direction. */
export class OperationTable<C extends { readonly name: string }> {
  readonly #subject: string;
  readonly #mark: number | undefined;
  readonly #byCode: ReadonlyMap<number, Operation<C>>;
  readonly #byName: ReadonlyMap<string, Operation<C>>;

  /**
   * Collects the rows.
   *
   * @param subject What the frames are, for error messages.
   * @param mark A byte that stands before each op code; none if left out.
   */
  constructor(
    subject: string,
    operations: readonly Operation<C>[],
    mark?: number,
  ) {
    this.#subject = subject;
    this.#mark = mark;
    this.#byCode = new Map(operations.map((row) => [row.opCode, row]));
    this.#byName = new Map(operations.map((row) => [row.name, row]));
  }

  /**
   * Gives the name of an op code.
   *
   * @returns Its name, or `unknown`.
   */
  nameOf(opCode: number): string {
    return this.#byCode.get(opCode)?.name ?? "unknown";
  }

  /**
   * Decodes a frame.
   *
   * @returns The operation; `unknown` if the op code is in no row.
   * @throws {FrameError} If the frame is short or a parameter is impossible.
   */
  decode(bytes: Uint8Array): (C & Trailing) | UnknownOperation {
    const reader = new ByteReader(bytes, this.#subject);
    if (this.#mark !== undefined && reader.uint8() !== this.#mark) {
      throw reader.error(`0x${this.#mark.toString(16)}`, 0);
    }
    return this.read(reader.uint8(), reader);
  }

  /**
   * Reads the parameters of an operation whose op code stands elsewhere.
   *
   * @param reader Where the parameters start; nothing else may follow them.
   * @returns The operation; `unknown` if the op code is in no row.
   * @throws {FrameError} If a parameter is cut short or impossible.
   */
  read(
    opCode: number,
    reader: ByteReader,
  ): (C & Trailing) | UnknownOperation {
    const row = this.#byCode.get(opCode);
    if (row === undefined) {
      return { opCode, name: "unknown", ...trailing(reader) };
    }
    const value = row.read(reader);
    return { ...value, ...trailing(reader) };
  }

  /**
   * Encodes an operation.
   *
   * @param value The operation, not checked before: its `name` chooses the row.
   * @throws {PayloadError} If the name is in no row or a parameter is impossible.
   */
  encode(value: unknown): Uint8Array {
    const values = propertiesOf(value);
    const row = this.row(values);
    const writer = new ByteWriter();
    if (this.#mark !== undefined) writer.uint8(this.#mark);
    writer.uint8(row.opCode);
    row.write(writer, values);
    return writer.toBytes();
  }

  /**
   * Takes a value from outside as an operation.
   *
   * @param value The operation, not checked before.
   * @returns The operation with its parameters at the frame's resolution.
   * @throws {PayloadError} If the name is in no row or a parameter is impossible.
   */
  parse(value: unknown): C {
    const values = propertiesOf(value);
    const row = this.row(values);
    const writer = new ByteWriter();
    row.write(writer, values);
    return row.read(new ByteReader(writer.toBytes(), this.#subject));
  }

  /**
   * Finds the row that encodes an operation.
   *
   * @param values The operation, not checked before: its `name` counts.
   * @throws {PayloadError} If the name is in no row.
   */
  row(values: Properties): Operation<C> {
    const row = this.#byName.get(String(values["name"]));
    if (row === undefined) {
      const names = [...this.#byName.keys()].join(", ");
      throw refusal("name", values["name"], `one of ${names}`);
    }
    return row;
  }
}

/**
 * Takes a value as a set of properties.
 *
 * @param value The value, not checked before.
 * @throws {PayloadError} If it is no object.
 */
export function propertiesOf(value: unknown): Properties {
  if (!isProperties(value)) throw refusal("", value, "an object");
  return value;
}

function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
