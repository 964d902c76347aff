import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import {
  describeService,
  readServiceStatus,
  type ServiceStatus,
} from "#lib/cli/systemd/service_status.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import { freePort } from "../../../support/ports.ts";

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

function read(shown: string): Promise<ServiceStatus> {
  return readServiceStatus(
    new FakeCliIo({ runProgram: () => ({ code: 0, out: shown, error: "" }) }),
  );
}

Deno.test("the service reports how it is, since when, and what it says of itself", async () => {
  assert.deepEqual(describeService(await read(RIDING)), [
    "service   active (running)",
    "at boot   started",
    "status    riding on mqtt://localhost",
    "since     Thu 2026-11-26 07:00:00 UTC",
    "process   812",
    "memory    73.4 MB",
    "restarts  1",
  ]);
});

Deno.test("readServiceStatus gives what systemd says as one value", async () => {
  assert.deepEqual(await read(RIDING), {
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

Deno.test("a service that failed says by what, and leaves out what is not known", async () => {
  const status = await read(
    "LoadState=loaded\nUnitFileState=disabled\nActiveState=failed\n" +
      "SubState=failed\nResult=watchdog\nMainPID=0\nNRestarts=5\n" +
      "StatusText=\nActiveEnterTimestamp=\nMemoryCurrent=18446744073709551615\n",
  );
  assert.deepEqual(describeService(status), [
    "service   failed (failed), ended by watchdog",
    "at boot   not started",
    "restarts  5",
  ]);
});

Deno.test("status shows the service first, where one is installed, even if no broker answers", async () => {
  const args = ["status", "--broker", `127.0.0.1:${freePort()}`];
  for (
    const [shown, begin] of [[RIDING, /^service {3}active/], [
      "LoadState=not-found\n",
      /^$/,
    ]] as const
  ) {
    const io = new FakeCliIo({
      runProgram: () => ({ code: 0, out: shown, error: "" }),
    });
    assert.equal(await runCli(args, compose(io)), 1);
    assert.match(io.out, begin);
  }
});
