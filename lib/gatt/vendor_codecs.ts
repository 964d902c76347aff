/**
 * Codecs of the vendors' characteristics and of Direct Connect.
 *
 * @module
 */
import * as dircon from "./dircon.ts";
import * as tacx from "./tacx_fec.ts";
import * as headwind from "./wahoo_headwind.ts";
import * as tilt from "./wahoo_tilt.ts";
import * as wahooTrainer from "./wahoo_trainer_control.ts";
import { type Codec, codec, startsWith } from "./codec.ts";

const DIRCON_MESSAGE_ID = 1;
const DIRCON_RESPONSE_CODE = 3;
const DIRCON_NOTIFICATION = 6;
const DIRCON_HEADER_SIZE = 6;
const DIRCON_UUID_SIZE = 16;

/** Request bodies have a fixed length, but for writes; answers differ from it. */
function isDirconResponse(bytes: Uint8Array): boolean {
  if (bytes[DIRCON_RESPONSE_CODE] !== 0) return true;
  const bodyLength = bytes.length - DIRCON_HEADER_SIZE;
  switch (bytes[DIRCON_MESSAGE_ID]) {
    case 1:
      return bodyLength > 0;
    case 2:
    case 3:
      return bodyLength > DIRCON_UUID_SIZE;
    case 4:
    case 5:
      return bodyLength === DIRCON_UUID_SIZE;
    default:
      return false;
  }
}

const WAHOO_COMMANDS = {
  decode: wahooTrainer.decodeWahooTrainerCommand,
  encode: wahooTrainer.encodeWahooTrainerCommand,
  parse: wahooTrainer.parseWahooTrainerCommand,
} as const;

/** Wahoo, Tacx and Direct Connect. */
export const VENDOR_CODECS: readonly Codec[] = [
  codec({
    characteristic: "a026e002",
    name: "Wahoo unlock",
    directions: ["write"],
    ...WAHOO_COMMANDS,
  }),
  codec({
    characteristic: "a026e005",
    name: "Wahoo trainer control",
    directions: ["write"],
    ...WAHOO_COMMANDS,
  }),
  codec({
    characteristic: "a026e005",
    name: "Wahoo trainer control",
    directions: ["indicate"],
    decode: wahooTrainer.decodeWahooTrainerResponse,
    encode: wahooTrainer.encodeWahooTrainerResponse,
    claims: startsWith(0, 1, 2),
  }),
  codec({
    characteristic: "a026e037",
    name: "Wahoo tilt",
    directions: ["write"],
    decode: tilt.decodeTiltCommand,
    encode: tilt.encodeTiltCommand,
    parse: tilt.parseTiltCommand,
  }),
  codec({
    characteristic: "a026e037",
    name: "Wahoo tilt",
    directions: ["notify", "read"],
    decode: tilt.decodeTiltMessage,
    encode: tilt.encodeTiltMessage,
    claims: startsWith(0xfd, 0xfe),
  }),
  codec({
    characteristic: "a026e038",
    name: "Wahoo fan",
    directions: ["write"],
    decode: headwind.decodeHeadwindCommand,
    encode: headwind.encodeHeadwindCommand,
    parse: headwind.parseHeadwindCommand,
  }),
  codec({
    characteristic: "a026e038",
    name: "Wahoo fan",
    directions: ["notify", "read"],
    decode: headwind.decodeHeadwindMessage,
    encode: headwind.encodeHeadwindMessage,
    claims: startsWith(0xfd, 0xfe),
  }),
  codec({
    characteristic: "fec2",
    name: "Tacx FE-C from the trainer",
    directions: ["notify"],
    decode: tacx.decodeTacxMessage,
    encode: tacx.encodeTacxMessage,
  }),
  codec({
    characteristic: "fec3",
    name: "Tacx FE-C to the trainer",
    directions: ["write"],
    decode: tacx.decodeTacxMessage,
    encode: tacx.encodeTacxMessage,
    parse: tacx.parseTacxMessage,
  }),
  codec({
    characteristic: "dircon",
    name: "Wahoo Direct Connect",
    directions: ["request"],
    decode: dircon.decodeDirconRequest,
    encode: dircon.encodeDirconRequest,
    parse: dircon.parseDirconRequest,
  }),
  codec({
    characteristic: "dircon",
    name: "Wahoo Direct Connect",
    directions: ["notification"],
    decode: dircon.decodeDirconNotification,
    encode: dircon.encodeDirconNotification,
    claims: (bytes) => bytes[DIRCON_MESSAGE_ID] === DIRCON_NOTIFICATION,
  }),
  codec({
    characteristic: "dircon",
    name: "Wahoo Direct Connect",
    directions: ["response"],
    decode: dircon.decodeDirconResponse,
    encode: dircon.encodeDirconResponse,
    claims: isDirconResponse,
  }),
];
