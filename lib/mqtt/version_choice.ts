/**
 * Which MQTT version to speak.
 *
 * @module
 */
import type { ConnectOptions, ProtocolVersion } from "./endpoint.ts";
import type { LinkEnd } from "./link.ts";

/** What is known of an endpoint. */
interface VersionContext {
  /** What the caller asked for. */
  readonly wanted: ConnectOptions["protocolVersion"];
  /** What the last try spoke. */
  readonly current: ProtocolVersion | undefined;
  /** Whether there was no connection yet. */
  readonly isFirst: boolean;
}

/**
 * Chooses the version of the next try. A broker that refuses MQTT 5 is asked
 * with 3.1.1; one that just hangs up, as RabbitMQ before 3.13, only as long as
 * it was never connected to: later it may be restarting behind a proxy.
 *
 * @param end How the last try ended.
 * @param context What is known of the endpoint.
 */
export function chooseVersion(
  end: LinkEnd,
  { wanted = "auto", current = "5", isFirst }: VersionContext,
): ProtocolVersion {
  if (wanted !== "auto") return wanted;
  if (end.accepted || !end.wantsOtherVersion) return current;
  const isRefused = end.error?.reason === "refused";
  if (current === "5") return isRefused || isFirst ? "3.1.1" : "5";
  return isFirst ? "5" : "3.1.1";
}
