/**
 * One try to connect with MQTT.js, and the connection that it makes.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import { type BrokerAddress, tlsAdvice } from "./broker_address.ts";
import { ANSWER_BYTES, nameForeignServer } from "./foreign_port.ts";
import type { LinkEnd } from "./link.ts";
import {
  type BrokerRemarks,
  type Goodbye,
  isHangUp,
  isVersionRefusal,
  toConnectionError,
  toGoodbyeError,
} from "./mqtt_js_error.ts";

/** A broker's goodbye to a client whose id another one uses now (MQTT 5.0, 3.14.2.1). */
const SESSION_TAKEN_OVER = 0x8e;

/** A broker's answer to a CONNECT. */
interface ConnackAnswer {
  /** MQTT 5. */
  readonly reasonCode?: number | undefined;
  /** MQTT 3.1.1. */
  readonly returnCode?: number | undefined;
  /** What the broker adds. */
  readonly properties?: BrokerRemarks | undefined;
}

/** Collects what happens, and says in the end how it ended. */
export class MqttJsAttempt {
  readonly #url: string;
  readonly #advice: string;
  readonly #clientId: string;
  #answer: Uint8Array = new Uint8Array();
  #connack: ConnackAnswer | undefined;
  #goodbye: Goodbye | undefined;
  #error: unknown;
  #isSilent = false;

  /**
   * Starts with nothing.
   *
   * @param address Where the broker is.
   */
  constructor(address: BrokerAddress, clientId: string) {
    this.#url = address.url;
    this.#advice = tlsAdvice(address);
    this.#clientId = clientId;
  }

  /** Whether the broker has accepted the connection. */
  get isAccepted(): boolean {
    const { reasonCode, returnCode } = this.#connack ?? { returnCode: 1 };
    return !reasonCode && !returnCode;
  }

  /** Whether an error has ended it. */
  get isFailed(): boolean {
    return this.#error !== undefined;
  }

  /** Whether it ended because nothing came any more. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /**
   * Notes bytes that came.
   *
   * @param chunk The bytes.
   */
  hear(chunk: Uint8Array): void {
    if (this.#answer.length >= ANSWER_BYTES) return;
    this.#answer = Uint8Array.of(
      ...this.#answer,
      ...chunk.subarray(0, ANSWER_BYTES),
    );
  }

  /**
   * Notes the answer of the broker.
   *
   * @param connack The CONNACK; the first one counts.
   */
  answered(connack: ConnackAnswer): void {
    this.#connack ??= connack;
  }

  /** Notes that the broker says why it will hang up. */
  dismissed(goodbye: Goodbye): void {
    this.#goodbye = goodbye;
  }

  /** Notes an error; the first one counts. */
  fail(error: unknown): void {
    this.#error ??= error;
  }

  /**
   * Notes that nothing came any more.
   *
   * @param afterMs For how long, in milliseconds.
   */
  expire(afterMs: number): void {
    const action = this.isAccepted ? "stay connected" : "connect";
    this.#isSilent = true;
    this.fail(
      new ConnectionError(
        `Cannot ${action} to "${this.#url}": the broker has been silent for ${afterMs} ms${this.#advice}`,
        this.#url,
        "unreachable",
      ),
    );
  }

  /**
   * Says how it ended.
   *
   * @returns How, in the words of this program.
   */
  end(): LinkEnd {
    const accepted = this.isAccepted;
    const takenOver = this.#goodbye?.reasonCode === SESSION_TAKEN_OVER;
    const wantsOtherVersion = isVersionRefusal(this.#error) ||
      this.#isUnanswered();
    const error = accepted ? this.#loss() : this.#refusal();
    return { accepted, error, wantsOtherVersion, takenOver };
  }

  /** A broker that does not know MQTT 5 may just hang up. */
  #isUnanswered(): boolean {
    return !this.#connack && !this.#isSilent && this.#answer.length === 0 &&
      (this.#error === undefined || isHangUp(this.#error));
  }

  #loss(): ConnectionError | undefined {
    if (this.#goodbye) {
      return toGoodbyeError(this.#goodbye, this.#url, this.#clientId);
    }
    if (this.#error === undefined || isHangUp(this.#error)) return undefined;
    return toConnectionError(this.#error, this.#url, {
      action: "stay connected",
    });
  }

  #refusal(): ConnectionError {
    const foreign = this.#connack ? undefined : nameForeignServer(this.#answer);
    const why = foreign
      ? `${foreign} listens there, expected an MQTT broker`
      : "the connection was closed without an answer, expected a CONNACK";
    if (foreign || this.#isUnanswered()) {
      const reason = foreign ? "refused" : "unreachable";
      return new ConnectionError(
        `Cannot connect to "${this.#url}": ${why}${this.#advice}`,
        this.#url,
        reason,
        { cause: this.#error },
      );
    }
    return toConnectionError(this.#error, this.#url, this.#connack?.properties);
  }
}
