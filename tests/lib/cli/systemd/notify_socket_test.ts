import assert from "node:assert/strict";
import { openNotifySocket } from "#lib/cli/systemd/notify_socket.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { libc } from "#lib/hardware/linux/libc.ts";
import { NotifyReceiver } from "../../../support/notify_receiver.ts";
import { within } from "../../../support/within.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("python3");

// Loads the C library here: within a test it would count as a leak.
libc.describe(0);

test("a socket gets the datagrams, by path and by abstract name", async () => {
  const folder = await Deno.makeTempDir();
  const paths = [`${folder}/notify`, `@smartbike-${crypto.randomUUID()}`];
  for (const path of paths) {
    await using receiver = await NotifyReceiver.bind(path);
    await using socket = openNotifySocket(path);
    for (const text of ["READY=1\nSTATUS=37 °C", "WATCHDOG=1"]) {
      socket.send(text);
      assert.equal(await within(text, receiver.next()), text);
    }
  }
  await Deno.remove(folder, { recursive: true });
});

test("a receiver that is gone is an error with its path", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/notify`;
  const receiver = await NotifyReceiver.bind(path);
  await using socket = openNotifySocket(path);
  await receiver[Symbol.asyncDispose]();
  assert.throws(() => socket.send("READY=1"), {
    name: "ConfigError",
    message: `Cannot send to "${path}": Connection refused`,
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a path that no socket can have is refused with its name", () => {
  for (const path of ["", "x".repeat(108)]) {
    assert.throws(
      () => openNotifySocket(path),
      (error) => error instanceof ConfigError && error.details.value === path,
    );
  }
});
