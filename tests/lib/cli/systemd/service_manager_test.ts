import assert from "node:assert/strict";
import { ServiceManager } from "#lib/cli/systemd/service_manager.ts";
import { FakeClock } from "../../../fakes/fake_clock.ts";
import { NotifyReceiver } from "../../../support/notify_receiver.ts";
import { within } from "../../../support/within.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("python3");

/** A service manager in memory. */
function setUp(env: Readonly<Record<string, string>> = {}) {
  const sent: string[] = [];
  const opened: string[] = [];
  const clock = new FakeClock();
  let closed = 0;
  const variables = { NOTIFY_SOCKET: "/run/notify", ...env };
  const manager = new ServiceManager({
    env: (name) => Object.entries(variables).find(([key]) => key === name)?.[1],
    clock,
    open: (path) => {
      opened.push(path);
      return {
        send: (text) => void sent.push(text),
        [Symbol.asyncDispose]: () => {
          closed++;
          return Promise.resolve();
        },
      };
    },
  });
  return { manager, sent, opened, clock, closed: () => closed };
}

Deno.test("a service reports that it is ready, its status and that it stops", async () => {
  const { manager, sent, opened, closed } = setUp();
  manager.ready("serving");
  manager.status("riding at 210 W");
  manager.reloading();
  manager.stopping("SIGTERM");
  await manager[Symbol.asyncDispose]();
  assert.deepEqual(opened, ["/run/notify"]);
  assert.deepEqual(sent, [
    "READY=1\nSTATUS=serving",
    "STATUS=riding at 210 W",
    "RELOADING=1",
    "STOPPING=1\nSTATUS=SIGTERM",
  ]);
  assert.equal(closed(), 1);
});

Deno.test("a status cannot smuggle in an assignment of its own, nor grow without end", () => {
  const { manager, sent } = setUp();
  manager.status(`strap\nMAINPID=1${"x".repeat(1000)}`);
  assert.match(sent[0] ?? "", /^STATUS=strap MAINPID=1x+$/);
  assert.equal(sent[0]?.length, "STATUS=".length + 200);
});

Deno.test("a service pings the watchdog twice in its interval, from ready to the end", async () => {
  const { manager, sent, clock } = setUp({ WATCHDOG_USEC: "30000000" });
  assert.equal(manager.watchdogMs, 30_000);
  await clock.advance(60_000);
  assert.deepEqual(sent, []);
  manager.ready();
  manager.ready("settings read again");
  await clock.advance(15_000);
  assert.equal(sent.filter((text) => text === "WATCHDOG=1").length, 1);
  await clock.advance(45_000);
  assert.equal(sent.filter((text) => text === "WATCHDOG=1").length, 4);
  await manager[Symbol.asyncDispose]();
  assert.equal(clock.timerCount, 0);
});

Deno.test("a watchdog that is meant for another process, or is malformed, is not pinged", () => {
  const others: readonly Readonly<Record<string, string>>[] = [
    { WATCHDOG_USEC: "30000000", WATCHDOG_PID: `${Deno.pid + 1}` },
    { WATCHDOG_USEC: "soon" },
    { WATCHDOG_USEC: "0" },
    {},
  ];
  for (const env of others) {
    const { manager, clock } = setUp(env);
    manager.ready();
    assert.equal(manager.watchdogMs, undefined);
    assert.equal(clock.timerCount, 0);
  }
});

Deno.test("without a service manager, or with one that cannot be reached, all goes on", async () => {
  const absent = new ServiceManager({ env: () => undefined });
  const unreachable = new ServiceManager({
    env: (name) => name === "NOTIFY_SOCKET" ? "/run/notify" : undefined,
    open: () => {
      throw new Deno.errors.NotCapable("no ffi");
    },
  });
  for (const manager of [absent, unreachable]) {
    assert.equal(manager.isPresent, false);
    manager.ready();
    manager.stopping();
    await manager[Symbol.asyncDispose]();
  }
});

/** Runs a daemon that may use nothing but its environment and the C library. */
async function runDaemon(path: string): Promise<number> {
  const libc = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
  const program = new URL(
    "../../../fixtures/notify_daemon.ts",
    import.meta.url,
  );
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-env"],
      ...[`--allow-ffi=${libc}`, program.pathname],
    ],
    env: { NOTIFY_SOCKET: path, WATCHDOG_USEC: "20000" },
  }).output();
  return code;
}

test("a real socket gets the datagrams, by path and by abstract name", async () => {
  const folder = await Deno.makeTempDir();
  const paths = [`${folder}/notify`, `@smartbike-${crypto.randomUUID()}`];
  for (const path of paths) {
    await using receiver = await NotifyReceiver.bind(path);
    const code = runDaemon(path);
    const notified = ["READY=1\nSTATUS=up", "WATCHDOG=1"];
    for (const text of notified) {
      assert.equal(await within(text, receiver.next()), text);
    }
    let text = await within("the end", receiver.next());
    while (text === "WATCHDOG=1") text = await receiver.next();
    assert.equal(text, "STOPPING=1");
    assert.equal(await code, 0);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a receiver that is gone ends nothing", async () => {
  assert.equal(await runDaemon("/nowhere/notify"), 0);
});
