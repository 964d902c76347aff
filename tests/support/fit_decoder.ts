/**
 * A reader of FIT files that shares no code with the one that writes ours: the
 * only file that imports the `fit-decoder` package.
 *
 * @module
 */
import decoder from "fit-decoder";

/** A message: its fields by the names of the global profile. */
export type NamedFields = Readonly<Record<string, unknown>>;

/** What the package exports; it comes without types. */
interface FitDecoder {
  fit2json(file: ArrayBuffer): unknown;
  parseRecords(raw: unknown): {
    readonly records: readonly {
      readonly type: string;
      readonly data: NamedFields;
    }[];
  };
}

const { fit2json, parseRecords }: FitDecoder = decoder;

/**
 * Reads the messages of a FIT file, and checks its checksums.
 *
 * @param bytes The file.
 * @returns Its messages by their names, in their order.
 * @throws {Error} If a checksum is wrong, or it is no FIT file.
 */
export function decodeFit(
  bytes: Uint8Array,
): ReadonlyMap<string, readonly NamedFields[]> {
  const { records } = parseRecords(fit2json(Uint8Array.from(bytes).buffer));
  const byType = Map.groupBy(records, ({ type }) => type);
  return new Map(
    [...byType].map(([type, all]) => [type, all.map(({ data }) => data)]),
  );
}
