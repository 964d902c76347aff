import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";

/** What systemctl prints for a service that rides. */
const RIDING = `MainPID=812
NRestarts=1
Result=success
StatusText=riding on mqtt://localhost
MemoryCurrent=73400320
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
ActiveEnterTimestamp=Thu 2026-11-26 07:00:00 UTC
`;

async function run(shown: string, ...args: readonly string[]) {
  const io = new FakeCliIo({
    runProgram: () => ({ code: 0, out: shown, error: "" }),
  });
  const code = await runCli(["status", ...args], compose(io));
  return { code, out: io.out };
}

Deno.test("status tells how the service is, since when, and what it says of itself", async () => {
  const { code, out } = await run(RIDING);
  assert.equal(code, 0);
  assert.deepEqual(out.trimEnd().split("\n"), [
    "service   active (running)",
    "at boot   started",
    "says      riding on mqtt://localhost",
    "since     Thu 2026-11-26 07:00:00 UTC",
    "process   812",
    "memory    73.4 MB",
    "restarts  1",
  ]);
});

Deno.test("status --json gives the same as one value", async () => {
  const { out } = await run(RIDING, "--json");
  assert.deepEqual(JSON.parse(out), {
    isInstalled: true,
    isEnabled: true,
    state: "active",
    subState: "running",
    result: "success",
    text: "riding on mqtt://localhost",
    since: "Thu 2026-11-26 07:00:00 UTC",
    processId: 812,
    restarts: 1,
    memoryBytes: 73_400_320,
  });
});

Deno.test("status of a service that failed says by what, and leaves out what is not known", async () => {
  const { out } = await run(
    "LoadState=loaded\nUnitFileState=disabled\nActiveState=failed\n" +
      "SubState=failed\nResult=watchdog\nMainPID=0\nNRestarts=5\n" +
      "StatusText=\nActiveEnterTimestamp=\nMemoryCurrent=18446744073709551615\n",
  );
  assert.deepEqual(out.trimEnd().split("\n"), [
    "service   failed (failed), ended by watchdog",
    "at boot   not started",
    "restarts  5",
  ]);
});

Deno.test("status of a service that was never installed says so", async () => {
  const { code, out } = await run(
    "LoadState=not-found\nActiveState=inactive\n",
  );
  assert.equal(code, 0);
  assert.equal(out, "service   not installed: run smartbike install\n");
});
