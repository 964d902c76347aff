/**
 * `smartbike status`: how the installed service is.
 *
 * @module
 */
import type { CliContext, CommandDefinition, CommandInput } from "./command.ts";
import { readServiceStatus, type ServiceStatus } from "./service_status.ts";

/** `smartbike status`. */
export const statusCommand: CommandDefinition = {
  name: "status",
  summary: "show how the installed service is",
  options: [{ flags: "--json", description: "print one JSON value" }],
  details: `Asks systemd. Its log is read with
  journalctl -u smartbike`,
  examples: ["status", "status --json"],
  permissions: ["run"],
  run,
};

async function run(
  { options }: CommandInput,
  { io, output }: CliContext,
): Promise<void> {
  const status = await readServiceStatus(io);
  if (options.flag("json")) output.line(JSON.stringify(status));
  else for (const line of describe(status)) output.line(line);
}

function describe(status: ServiceStatus): readonly string[] {
  const { isInstalled, isEnabled, state, subState, result } = status;
  if (!isInstalled) return ["service   not installed: run smartbike install"];
  const failure = result === "success" ? "" : `, ended by ${result}`;
  const { text, since, processId, memoryBytes, restarts } = status;
  const lines: readonly (readonly [name: string, value: unknown])[] = [
    ["service", `${state} (${subState})${failure}`],
    ["at boot", isEnabled ? "started" : "not started"],
    ["says", text],
    ["since", since],
    ["process", processId],
    ["memory", memoryBytes && `${(memoryBytes / 1e6).toFixed(1)} MB`],
    ["restarts", restarts],
  ];
  return lines.filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name.padEnd(10)}${value}`);
}
