/**
 * FE-C messages from bytes that may be out of step.
 *
 * @module
 */
import { FrameError } from "#lib/base/errors.ts";
import { decodeTacxMessage, TACX_MESSAGE_SIZE, TACX_SYNC } from "./tacx_fec.ts";

/** Finds the messages in a stream of bytes; one per trainer. */
export class TacxStream {
  #pending = new Uint8Array();
  #droppedBytes = 0;

  /** Bytes so far that were part of no message. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  /**
   * Takes bytes and gives the messages that are complete. Bytes that fit no
   * message are dropped one by one until a message with a right checksum
   * starts.
   *
   * @param chunk Bytes as they came.
   * @returns Complete messages of 13 bytes, to be decoded one by one.
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const bytes = new Uint8Array(this.#pending.length + chunk.length);
    bytes.set(this.#pending);
    bytes.set(chunk, this.#pending.length);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < bytes.length) {
      const message = bytes.slice(at, at + TACX_MESSAGE_SIZE);
      if (message[0] === TACX_SYNC) {
        if (message.length < TACX_MESSAGE_SIZE) break;
        if (isMessage(message)) {
          messages.push(message);
          at += TACX_MESSAGE_SIZE;
          continue;
        }
      }
      at += 1;
      this.#droppedBytes += 1;
    }
    this.#pending = bytes.slice(at);
    return messages;
  }
}

function isMessage(bytes: Uint8Array): boolean {
  try {
    decodeTacxMessage(bytes);
    return true;
  } catch (error) {
    if (error instanceof FrameError) return false;
    throw error;
  }
}
