/**
 * Every error this program throws on purpose. The class says who must act; the
 * fields say on what; `cause` keeps the origin. Match on the class or on
 * `code`, never on the text.
 *
 * @module
 */

/** Base of every error this program throws on purpose. */
export abstract class SmartbikeError extends Error {
  /** Stable identifier, safe to match on and to send over the wire. */
  readonly code: string;

  /**
   * Called by subclasses only.
   *
   * @param code Stable identifier of the subclass.
   * @param message `Cannot <action> "<object>": <state now>, <state wanted>`, without a final period.
   * @param options The error this one translates, as `cause`.
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    // Where two classes have one name, a bundler puts a digit behind it.
    this.name = new.target.name.replace(/\d+$/, "");
    this.code = code;
  }
}

/** A command line that cannot be understood. The person at the shell acts. */
export class UsageError extends SmartbikeError {
  /** The argument or option at fault, as the person wrote it. */
  readonly argument: string;

  /**
   * Names the argument at fault.
   *
   * @param message What was attempted and why it failed.
   * @param argument The argument or option at fault.
   * @param options The error this one translates, as `cause`.
   */
  constructor(message: string, argument: string, options?: ErrorOptions) {
    super("usage", message, options);
    this.argument = argument;
  }
}

/** Where a setting came from. */
export interface ConfigErrorDetails {
  /** The setting at fault, for example `MQTT_PORT`. */
  readonly option: string;
  /** The value that was refused; leave it out where it is a secret. */
  readonly value?: string;
  /** The file the setting stands in. */
  readonly file?: string;
  /** Line in `file`, from 1. */
  readonly line?: number;
}

/** A setting that cannot be used. The operator acts. */
export class ConfigError extends SmartbikeError {
  /** The setting at fault and where it stands. */
  readonly details: ConfigErrorDetails;

  /**
   * Names the setting at fault.
   *
   * @param message What was attempted and why it failed.
   * @param details The setting at fault and where it stands.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    details: ConfigErrorDetails,
    options?: ErrorOptions,
  ) {
    super("config", message, options);
    this.details = details;
  }
}

/** A place in a module definition. */
export interface DefinitionPosition {
  /** The file, as the caller named it. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1, in UTF-16 code units. */
  readonly column: number;
  /** Path of the element, for example `interfaces.Hello.operations.say`. */
  readonly path: string;
}

/** A mistake in a module definition. Its author acts. */
export class DefinitionError extends SmartbikeError {
  /** Where the mistake stands. */
  readonly position: DefinitionPosition;

  /**
   * Names the place of the mistake.
   *
   * @param message What is wrong and what was expected.
   * @param position Where the mistake stands.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    position: DefinitionPosition,
    options?: ErrorOptions,
  ) {
    super("definition", message, options);
    this.position = position;
  }
}

/** Why a broker cannot be used. */
export const CONNECTION_REASONS = [
  "unreachable",
  "not_authorized",
  "tls",
  "refused",
  "permission",
  "no_service",
  "service_lost",
  "queue_full",
  "session_lost",
  "closed",
] as const;

/** Why a broker cannot be used. */
export type ConnectionReason = (typeof CONNECTION_REASONS)[number];

/** The broker or what lies behind it cannot be reached. Retry, then the operator acts. */
export class ConnectionError extends SmartbikeError {
  /** The broker, as a URL without credentials. */
  readonly endpoint: string;
  /** Why it cannot be used. */
  readonly reason: ConnectionReason;

  /**
   * Names the broker and the reason.
   *
   * @param message What was attempted and why it failed.
   * @param endpoint The broker, as a URL without credentials.
   * @param reason Why it cannot be used.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    endpoint: string,
    reason: ConnectionReason,
    options?: ErrorOptions,
  ) {
    super("connection", message, options);
    this.endpoint = endpoint;
    this.reason = reason;
  }
}

/** The broker does not let this account use a topic; everything else goes on. The operator gives the account the right, or leaves the topic out. */
export class TopicRefusedError extends ConnectionError {
  /** The topic name or topic filter. */
  readonly topic: string;
  /** The right that is missing. */
  readonly right: "publish" | "subscribe";

  /**
   * Names the topic and the missing right.
   *
   * @param topic The topic name or topic filter.
   * @param right The right that is missing.
   * @param endpoint The broker, as a URL without credentials.
   * @param options What the broker said, as `why`, and the error this one translates, as `cause`.
   */
  constructor(
    topic: string,
    right: "publish" | "subscribe",
    endpoint: string,
    options: ErrorOptions & { readonly why: string },
  ) {
    super(
      `Cannot ${right} to "${topic}": ${options.why}, the account has no right to ${right} there`,
      endpoint,
      "not_authorized",
      options,
    );
    this.topic = topic;
    this.right = right;
  }
}

/** No answer came in time. Retry if the operation may run twice. */
export class TimeoutError extends SmartbikeError {
  /** What was waited for. */
  readonly operation: string;
  /** How long was waited, in milliseconds. */
  readonly timeoutMs: number;

  /**
   * Names the operation and the time.
   *
   * @param operation What was waited for.
   * @param timeoutMs How long was waited, in milliseconds.
   */
  constructor(operation: string, timeoutMs: number) {
    super(
      "timeout",
      `Cannot complete "${operation}": no answer after ${timeoutMs} ms`,
    );
    this.operation = operation;
    this.timeoutMs = timeoutMs;
  }
}

/** Where in a payload the fault is. */
export interface PayloadErrorDetails {
  /** The topic the payload came from or goes to; empty where there is none. */
  readonly topic?: string;
  /** Path of the value at fault, for example `msg.content`; empty for the whole payload. */
  readonly path: string;
  /** What stands there, shortened. */
  readonly received: string;
  /** What should stand there. */
  readonly expected: string;
}

/** A payload that does not follow its interface. The sender's developer acts. */
export class PayloadError extends SmartbikeError {
  /** The topic the payload came from or goes to; empty where there is none. */
  readonly topic: string;
  /** Path of the value at fault; empty for the whole payload. */
  readonly path: string;
  /** What stands there, shortened. */
  readonly received: string;
  /** What should stand there. */
  readonly expected: string;

  /**
   * Names the value at fault.
   *
   * @param details Where the fault is, what stands there and what should.
   * @param options The error this one translates, as `cause`.
   */
  constructor(details: PayloadErrorDetails, options?: ErrorOptions) {
    const { topic = "", path, received, expected } = details;
    const where = [path, topic && `on ${topic}`].filter(Boolean).join(" ");
    super(
      "payload",
      `Cannot use the payload${
        where && ` "${where}"`
      }: got ${received}, expected ${expected}`,
      options,
    );
    this.topic = topic;
    this.path = path;
    this.received = received;
    this.expected = expected;
  }
}

/** The serving side refused or failed an operation. The serving side acts. */
export class RemoteError extends SmartbikeError {
  /** The operation, as `module/Interface/operation`. */
  readonly operation: string;
  /** The code the serving side gave, for example `device`. */
  readonly remoteCode: string;

  /**
   * Names the operation and the serving side's code.
   *
   * @param message The serving side's message.
   * @param operation The operation, as `module/Interface/operation`.
   * @param remoteCode The code the serving side gave.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    operation: string,
    remoteCode: string,
    options?: ErrorOptions,
  ) {
    super("remote", message, options);
    this.operation = operation;
    this.remoteCode = remoteCode;
  }
}

/** Why a radio, port or pin cannot be used at all. */
export type HardwareUnavailableReason = "absent" | "powered_off" | "denied";

/** This machine lacks a radio, port or pin, or may not use it. The operator acts. */
export class HardwareUnavailableError extends SmartbikeError {
  /** Why it cannot be used. */
  readonly reason: HardwareUnavailableReason;
  /** The radio, port or pin. */
  readonly device: string;

  /**
   * Names the hardware and the reason.
   *
   * @param message What was attempted, why it failed and what to do.
   * @param device The radio, port or pin.
   * @param reason Why it cannot be used.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    device: string,
    reason: HardwareUnavailableReason,
    options?: ErrorOptions,
  ) {
    super("hardware_unavailable", message, options);
    this.device = device;
    this.reason = reason;
  }
}

/** Why a device did not do what was asked. */
export type DeviceErrorReason = "not_found" | "disconnected" | "refused";

/** A device is gone or refuses. The host restarts its driver. */
export class DeviceError extends SmartbikeError {
  /** The device. */
  readonly device: string;
  /** Why it did not do what was asked. */
  readonly reason: DeviceErrorReason;
  /** The device's own result code, where it gave one. */
  readonly resultCode: number | undefined;

  /**
   * Names the device and the reason.
   *
   * @param message What was attempted and why it failed.
   * @param device The device.
   * @param reason Why it did not do what was asked.
   * @param options The device's own result code, and the error this one translates as `cause`.
   */
  constructor(
    message: string,
    device: string,
    reason: DeviceErrorReason,
    options?: ErrorOptions & { readonly resultCode?: number },
  ) {
    super("device", message, options);
    this.device = device;
    this.reason = reason;
    this.resultCode = options?.resultCode;
  }
}

/** Bytes from a device do not follow their format. The frame is dropped and counted. */
export class FrameError extends SmartbikeError {
  /** Where in the frame decoding stopped, in bytes from 0. */
  readonly offset: number;
  /** What was expected there. */
  readonly expected: string;

  /**
   * Names the place where decoding stopped.
   *
   * @param message What was attempted and why it failed.
   * @param offset Where in the frame decoding stopped, in bytes from 0.
   * @param expected What was expected there.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    offset: number,
    expected: string,
    options?: ErrorOptions,
  ) {
    super("frame", message, options);
    this.offset = offset;
    this.expected = expected;
  }
}
