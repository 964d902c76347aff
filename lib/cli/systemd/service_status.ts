/**
 * How systemd sees the service.
 *
 * @module
 */
import { ask, systemctl, UNIT } from "./installation.ts";
import type { CliIo } from "../io.ts";

/** What systemd is asked for. */
const PROPERTIES = [
  "LoadState",
  "UnitFileState",
  "ActiveState",
  "SubState",
  "StatusText",
  "Result",
  "MainPID",
  "NRestarts",
  "MemoryCurrent",
  "ActiveEnterTimestamp",
] as const;

/** How systemd sees the service. */
export interface ServiceStatus {
  /** Whether it is installed. */
  readonly isInstalled: boolean;
  /** Whether it starts at every boot. */
  readonly isEnabled: boolean;
  /** Its state, such as `active`, `activating`, `inactive` or `failed`. */
  readonly state: string;
  /** More of its state, such as `running`, `auto-restart` or `dead`. */
  readonly subState: string;
  /** What came of its last run, such as `success`, `exit-code` or `watchdog`. */
  readonly result: string;
  /** What it last reported, in one line; empty if nothing. */
  readonly text: string;
  /** Since when it is active, as systemd writes it; empty if it is not. */
  readonly since: string;
  /** Number of its process; null if it does not run. */
  readonly processId: number | null;
  /** How often systemd has started it again. */
  readonly restarts: number;
  /** Memory that its processes hold, in bytes; null if that is not counted. */
  readonly memoryBytes: number | null;
}

/**
 * Asks systemd how the service is.
 *
 * @throws {ConfigError} If systemd cannot be asked.
 */
export async function readServiceStatus(io: CliIo): Promise<ServiceStatus> {
  const command = systemctl(
    "",
    "show",
    UNIT,
    `--property=${PROPERTIES.join(",")}`,
  );
  const lines = (await ask(io, command)).split("\n");
  const read = (name: (typeof PROPERTIES)[number]) =>
    lines.find((line) => line.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? "";
  return {
    isInstalled: read("LoadState") === "loaded",
    isEnabled: read("UnitFileState") === "enabled",
    state: read("ActiveState"),
    subState: read("SubState"),
    result: read("Result"),
    text: read("StatusText"),
    since: read("ActiveEnterTimestamp"),
    processId: toNumber(read("MainPID")) || null,
    restarts: toNumber(read("NRestarts")) ?? 0,
    memoryBytes: toNumber(read("MemoryCurrent")),
  };
}

/** A number of systemd; it writes others as words or as 2^64 − 1. */
function toNumber(text: string): number | null {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}

/**
 * Describes the service for people.
 *
 * @param status The state of a service that is installed.
 * @returns Lines, each a name and a value.
 */
export function describeService(status: ServiceStatus): readonly string[] {
  const { isEnabled, state, subState, result } = status;
  const failure = result === "success" ? "" : `, ended by ${result}`;
  const { text, since, processId, memoryBytes, restarts } = status;
  const lines: readonly (readonly [name: string, value: unknown])[] = [
    ["service", `${state} (${subState})${failure}`],
    ["at boot", isEnabled ? "started" : "not started"],
    ["status", text],
    ["since", since],
    ["process", processId],
    ["memory", memoryBytes && `${(memoryBytes / 1e6).toFixed(1)} MB`],
    ["restarts", restarts],
  ];
  return lines.filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name.padEnd(10)}${value}`);
}
