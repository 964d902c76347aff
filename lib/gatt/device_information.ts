/**
 * Device Information: the strings 0x2A24 to 0x2A29, System ID 0x2A23 and
 * PnP ID 0x2A50.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { uint8 } from "./fields.ts";
import { parseHex, stringifyHex } from "./hex.ts";
import { openName, type ReservedName } from "./scales.ts";
import { type Trailing, trailing } from "./trailing.ts";
import { encodeText, type PaddedText, readText } from "./utf8.ts";

/**
 * Decodes model number, serial number, firmware, hardware or software
 * revision, or manufacturer name (Device Information Service 1.1, sections 3.1
 * to 3.6).
 *
 * @returns The text, up to the first NUL.
 *
 * @example Usage
 * ```ts
 * import { decodeDeviceInformationText } from "#lib/gatt/device_information.ts";
 * import assert from "node:assert/strict";
 *
 * const bytes = new TextEncoder().encode("YESOUL\0");
 * assert.equal(decodeDeviceInformationText(bytes).text, "YESOUL");
 * ```
 */
export function decodeDeviceInformationText(bytes: Uint8Array): PaddedText {
  return readText(new ByteReader(bytes, "device information"));
}

/** Encodes one of the strings. */
export function encodeDeviceInformationText(value: PaddedText): Uint8Array {
  return encodeText(value);
}

/** The value of characteristic 0x2A23 (Device Information Service 1.1, section 3.7). */
export interface SystemId extends Trailing {
  /** Ten hexadecimal digits, most significant first. */
  readonly manufacturerId: string;
  /** Organizationally unique identifier: six hexadecimal digits, most significant first. */
  readonly oui: string;
}

/**
 * Decodes the value of characteristic 0x2A23.
 *
 * @throws {FrameError} If the value is short.
 */
export function decodeSystemId(bytes: Uint8Array): SystemId {
  const reader = new ByteReader(bytes, "system ID");
  return {
    manufacturerId: stringifyHex(reader.bytes(5).reverse()),
    oui: stringifyHex(reader.bytes(3).reverse()),
    ...trailing(reader),
  };
}

/**
 * Encodes the value of characteristic 0x2A23.
 *
 * @throws {PayloadError} If an identifier is no hexadecimal text.
 * @throws {RangeError} If an identifier has another length.
 */
export function encodeSystemId(value: SystemId): Uint8Array {
  const digits = value.oui + value.manufacturerId;
  if (value.oui.length !== 6 || digits.length !== 16) {
    throw new RangeError(
      `Cannot encode "${digits}": wrong number of digits, expected 6 and 10`,
    );
  }
  return parseHex(digits).reverse();
}

/** Who assigned a vendor's number. */
export type VendorSource = "bluetooth" | "usb" | ReservedName;

/** The value of characteristic 0x2A50 (Device Information Service 1.1, section 3.9). */
export interface PnpId extends Trailing {
  /** Who assigned the vendor's number. */
  readonly vendorSource: VendorSource;
  /** The vendor's number, 0 to 65535. */
  readonly vendorId: number;
  /** The product's number, 0 to 65535. */
  readonly productId: number;
  /** The product's version, 0 to 65535, as binary-coded decimals by habit. */
  readonly productVersion: number;
}

const VENDOR_SOURCE = uint8(
  openName<"bluetooth" | "usb">({ 1: "bluetooth", 2: "usb" }),
);

/**
 * Decodes the value of characteristic 0x2A50.
 *
 * @throws {FrameError} If the value is short.
 */
export function decodePnpId(bytes: Uint8Array): PnpId {
  const reader = new ByteReader(bytes, "PnP ID");
  return {
    vendorSource: VENDOR_SOURCE.read(reader),
    vendorId: reader.uint16(),
    productId: reader.uint16(),
    productVersion: reader.uint16(),
    ...trailing(reader),
  };
}

/**
 * Encodes the value of characteristic 0x2A50.
 *
 * @throws {PayloadError} If the source is unknown.
 * @throws {RangeError} If a number does not fit its field.
 */
export function encodePnpId(value: PnpId): Uint8Array {
  const writer = new ByteWriter();
  VENDOR_SOURCE.write(writer, value.vendorSource, "vendorSource");
  return writer.uint16(value.vendorId).uint16(value.productId)
    .uint16(value.productVersion).toBytes();
}
