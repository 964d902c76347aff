import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { getLogger, type LogOptions, startLog } from "#lib/base/logger.ts";

/** What is written of what is logged meanwhile. */
async function record(
  options: Omit<LogOptions, "write">,
  work: (log: Awaited<ReturnType<typeof startLog>>) => void | Promise<void>,
): Promise<readonly string[]> {
  const lines: string[] = [];
  await using log = await startLog({
    ...options,
    write: (line) => lines.push(line),
  });
  await work(log);
  return lines;
}

const logger = getLogger("bike");

Deno.test("text lines name level and part, and errors by what they say", async () => {
  const lines = await record({ format: "text" }, () => {
    logger.info("not this");
    const error = new DeviceError("Cannot turn: it is gone", "fan", "refused");
    logger.warn("{id} failed: {error}", { id: "fan", error });
    logger.error("{names} are lost", { names: ["a", "b"] });
  });
  assert.deepEqual(lines, [
    "warning bike: fan failed: Cannot turn: it is gone\n",
    "error bike: a, b are lost\n",
  ]);
});

Deno.test("lines leave out the number of a system's error", async () => {
  const lines = await record({ format: "text" }, () => {
    const error = new Deno.errors.NotFound("No such file (os error 2): 'a'");
    logger.warn("lost: {error}", { error });
  });
  assert.deepEqual(lines, [
    "warning bike: lost: NotFound: No such file: 'a'\n",
  ]);
});

Deno.test("JSON lines keep the properties, with code and message of errors", async () => {
  const [line = "", ...others] = await record({ format: "json" }, () => {
    const error = new DeviceError("Cannot turn: it is gone", "fan", "refused");
    logger.warn("{id} failed: {error}", { id: "fan", error, count: 2n });
  });
  assert.deepEqual(others, []);
  const { time, ...rest } = JSON.parse(line);
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, {
    level: "warning",
    part: "bike",
    message: "fan failed: Cannot turn: it is gone",
    properties: {
      id: "fan",
      error: {
        name: "DeviceError",
        message: "Cannot turn: it is gone",
        code: "device",
      },
      count: "2",
    },
  });
});

Deno.test("level and format can change while the log runs, each alone", async () => {
  const lines = await record({ format: "text" }, async (log) => {
    logger.info("one");
    await log.set({ level: "info" });
    logger.info("two");
    await log.set({ format: "json" });
    logger.info("three");
    await log.set({ level: "error" });
    logger.info("four");
  });
  assert.equal(lines.length, 2);
  assert.equal(lines[0], "info bike: two\n");
  assert.equal(JSON.parse(lines[1] ?? "").message, "three");
});

for (const format of ["text", "json"] as const) {
  Deno.test(`a concealed secret stands in no ${format} line`, async () => {
    const secret = 'pedal"secret\\1';
    const lines = await record({ format, level: "debug" }, (log) => {
      log.conceal(secret);
      log.conceal("abc");
      logger.info(`it is ${secret}`);
      logger.error("{error} {secret} abc", {
        error: new TypeError(secret),
        secret,
      });
    });
    assert.equal(lines.length, 2);
    const text = lines.join("");
    assert.doesNotMatch(text, /pedal|secret\\/);
    assert.match(text, /\*\*\*/);
    assert.match(text, /abc/);
  });
}

Deno.test("each line is exported with its level, where somebody exports", async () => {
  const exported: unknown[] = [];
  const lines = await record({
    format: "text",
    exportLine: (...line) => exported.push(line),
  }, () => logger.warn("hot"));
  assert.deepEqual(lines, ["warning bike: hot\n"]);
  assert.deepEqual(exported, [["warning", "warning bike: hot"]]);
});
