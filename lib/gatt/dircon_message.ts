/**
 * What Wahoo Direct Connect messages say.
 *
 * @module
 */
import type { Named, UnknownOperation } from "./operations.ts";
import type { Trailing } from "./trailing.ts";

/** Results, from code 0 on. */
export const DIRCON_RESPONSES = [
  "success",
  "unknownMessage",
  "unexpectedError",
  "serviceNotFound",
  "characteristicNotFound",
  "operationNotSupported",
  "writeFailed",
  "unknownProtocol",
] as const;

/** What a characteristic can do, from bit 0 on. */
export const DIRCON_PROPERTIES = [
  "read",
  "write",
  "notify",
  "indicate",
] as const;

/** One thing a characteristic can do. */
type DirconProperty = (typeof DIRCON_PROPERTIES)[number];

/** A characteristic and what it can do. */
export interface DirconCharacteristic {
  /** Full UUID, lower case. */
  readonly uuid: string;
  /** What it can do. */
  readonly properties: readonly DirconProperty[];
}

/** A service. */
interface DirconService {
  /** Full UUID, lower case. */
  readonly service: string;
}

/** A characteristic. */
interface DirconTarget {
  /** Full UUID, lower case. */
  readonly characteristic: string;
}

/** A characteristic and its value. */
interface DirconValue extends DirconTarget {
  /** The characteristic's value. */
  readonly value: Uint8Array;
}

/** Part of each message. */
interface DirconHeader {
  /** The message's number as decoded; encoders take it from the name. */
  readonly messageId?: number;
  /** Ties an answer to its request, 0 to 255; 0 in notifications. */
  readonly sequence: number;
  /**
   * What became of the request, 0 for success.
   *
   * @default {0}
   */
  readonly responseCode?: number;
  /** Name of the response code, or `unknown`; encoders ignore it. */
  readonly response?: (typeof DIRCON_RESPONSES)[number] | "unknown";
  /** The protocol's version as decoded; encoders know it. */
  readonly version?: number;
  /** Bytes behind the header as decoded; encoders work it out. */
  readonly bodyLength?: number;
}

/** What a client asks, without the header. */
export type DirconRequestBody =
  | Named<"discoverServices">
  | Named<"discoverCharacteristics", DirconService>
  | Named<"readCharacteristic", DirconTarget>
  | Named<"writeCharacteristic", DirconValue>
  | Named<"enableNotifications", DirconTarget & { readonly enable: boolean }>
  | Named<"keepAlive">;

/** What a client asks. */
export type DirconRequest = DirconHeader & DirconRequestBody;

/** What a server answers to a request that it carried out, without the header. */
export type DirconSuccessBody =
  | Named<"discoverServices", { readonly services: readonly string[] }>
  | Named<
    "discoverCharacteristics",
    DirconService & {
      readonly characteristics: readonly DirconCharacteristic[];
    }
  >
  | Named<"readCharacteristic", DirconValue>
  | Named<"writeCharacteristic", DirconTarget & Partial<DirconValue>>
  | Named<"enableNotifications", DirconTarget>
  | Named<"keepAlive">;

/** What a server answers to a request that it carried out. */
type DirconSuccess = DirconHeader & DirconSuccessBody;

/** What a server answers to a request that it did not carry out. */
interface DirconFailure extends DirconHeader, Trailing {
  /** Says that the request was not carried out. */
  readonly name: "failure";
  /** The number of the request's message. */
  readonly messageId: number;
  /** Name of the request's message, or `unknown`; encoders ignore it. */
  readonly requestName?: string;
  /** Why it was not carried out, 1 to 255. */
  readonly responseCode: number;
}

/** What a server answers. */
export type DirconResponse = DirconSuccess | DirconFailure;

/** What a server reports unasked; answers of control points come like this, too. */
export type DirconNotification =
  & DirconHeader
  & Named<"notification", DirconValue>;

/** A message whose number has no name. It cannot be encoded. */
export type UnknownDirconMessage =
  & DirconHeader
  & Omit<UnknownOperation, "opCode">;
