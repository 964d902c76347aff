import assert from "node:assert/strict";
import { formatLogEntry, logStyleOf } from "#lib/cli/log_format.ts";
import type { LogEntry } from "#lib/base/logger.ts";
import { getLogger, startLog } from "#lib/base/logger.ts";
import { FakeCliIo, type FakeCliIoOptions } from "../../fakes/fake_cli_io.ts";

const ENTRY: LogEntry = {
  timeMs: new Date(2026, 4, 3, 7, 8, 9).getTime(),
  level: "info",
  part: "mqtt",
  message: "Connected to mqtt://127.0.0.1 with MQTT 5",
};

function format(world: FakeCliIoOptions, entry = ENTRY): string {
  return formatLogEntry(entry, logStyleOf(new FakeCliIo(world)));
}

Deno.test("a log on a terminal has the time of day and a level in colour", () => {
  assert.equal(
    format({}),
    "07:08:09 \x1b[36minfo   \x1b[0m mqtt: Connected to mqtt://127.0.0.1 with MQTT 5",
  );
});

Deno.test("a log has no colour where NO_COLOR is set, on a dumb terminal, or in a file", () => {
  const plain =
    "07:08:09 info    mqtt: Connected to mqtt://127.0.0.1 with MQTT 5";
  assert.equal(format({ env: { NO_COLOR: "1" } }), plain);
  assert.equal(format({ env: { TERM: "dumb" } }), plain);
  assert.equal(
    format({ isTerminal: false }),
    "info mqtt: Connected to mqtt://127.0.0.1 with MQTT 5",
  );
});

Deno.test("a long record is wrapped to the columns of its terminal, under its own message", () => {
  const env = { NO_COLOR: "1" };
  assert.equal(
    format({ errorColumns: 50, env }),
    `07:08:09 info    mqtt: Connected to
                 mqtt://127.0.0.1 with MQTT 5`,
  );
});

Deno.test("a record cannot move the cursor of a terminal", () => {
  const text = format({ env: { NO_COLOR: "1" } }, {
    ...ENTRY,
    message: "device \x1b[2J\nerror cli: forged",
  });
  assert.equal(
    text,
    "07:08:09 info    mqtt: device \\u001b[2J\\u000aerror cli: forged",
  );
});

Deno.test("a secret that would be wrapped is hidden all the same", async () => {
  let text = "";
  const style = { hasTime: false, hasColors: false, columns: 20 };
  await using log = await startLog({
    formatText: (entry) => formatLogEntry(entry, style),
    write: (line) => text += line,
  });
  log.conceal("correct horse battery staple");
  getLogger("mqtt").error("Sent {text}", {
    text: "correct horse battery staple",
  });
  assert.equal(text, "error mqtt: Sent ***\n");
});
