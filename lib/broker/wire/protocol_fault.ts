/**
 * What ends one connection and nothing else.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";

/** A client broke the protocol or a limit. Its connection is closed; the error goes no further. */
export class ProtocolFault extends SmartbikeError {
  /** What the client is given as reason, where MQTT has a way. */
  readonly reasonCode: number;

  /**
   * Names the reason.
   *
   * @param reasonCode A reason code of MQTT 5, 0x80 or above.
   * @param message What was wrong and what was expected.
   * @param options The error this one translates, as `cause`.
   */
  constructor(reasonCode: number, message: string, options?: ErrorOptions) {
    super("protocol", message, options);
    this.reasonCode = reasonCode;
  }
}
