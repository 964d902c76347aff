import assert from "node:assert/strict";
import config from "../../../../deno.json" with { type: "json" };
import { ROOT } from "../../../support/source_files.ts";

async function run(command: readonly string[]) {
  const [program = "", ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

/** The libraries that a task may load. */
function permissionOf(task: keyof typeof config.tasks): string {
  const [permission = ""] = /--allow-ffi\S*/.exec(config.tasks[task]) ?? [];
  return permission;
}

Deno.test("the program may load the C library, and nothing else", () => {
  assert.match(permissionOf("smartbike"), /^--allow-ffi=\/lib\/[^,]+,[^,]+$/);
  assert.equal(permissionOf("test:run"), permissionOf("smartbike"));
});

Deno.test("nothing of the C library is loaded before a port or pin is used", async () => {
  const script = `
    import { linuxHardware } from "#lib/hardware/linux/hardware.ts";
    import { DRIVERS } from "#drivers/all.ts";
    const { serial, gpio } = linuxHardware();
    console.log(DRIVERS.length > 0);
    for (const use of [() => serial.list(), () => gpio.openInputs({ lines: [1] })]) {
      try { await use(); } catch (error) { console.log(error.code, error.reason, error.message); }
    }`;
  const folder = await Deno.makeTempDir();
  const path = `${folder}/script.ts`;
  await Deno.writeTextFile(path, script);
  const { out, error } = await run([
    Deno.execPath(),
    ...["run", "--no-check", "--no-prompt", "--quiet"],
    ...["--config=deno.json", "--allow-env", path],
  ]);
  await Deno.remove(folder, { recursive: true });
  const [first, ...refusals] = out.trim().split("\n");
  assert.equal(first, "true", error);
  assert.equal(refusals.length, 2);
  for (const refusal of refusals) {
    assert.match(
      refusal,
      /^hardware_unavailable denied .*run with --allow-ffi=\/lib\//,
    );
  }
});
