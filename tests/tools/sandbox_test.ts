/**
 * That the service can live in the sandbox that systemd puts it in.
 *
 * @module
 */
import assert from "node:assert/strict";
import { toServiceUnit } from "#lib/cli/systemd/systemd_unit.ts";
import { ProgramProcess } from "../support/cli.ts";
import { builtExecutable, OWN_MACHINE } from "../support/executable.ts";
import { needing, requireProgram } from "../support/requires.ts";

const test = needing("strace", "systemd-analyze");

/**
 * Calls that the sandbox refuses and that nobody misses: SQLite gives files to
 * their owner where it runs as root, and V8 does without protection keys.
 */
const DISPENSABLE = new Set(["fchown", "pkey_alloc"]);

async function output(program: string, ...args: readonly string[]) {
  const { stdout } = await new Deno.Command(requireProgram(program), {
    args: [...args],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

/** The system calls that the unit's filters let through. */
async function allowedCalls(): Promise<ReadonlySet<string>> {
  const unit = toServiceUnit({ executable: "/x", config: "/y", groups: [] });
  const text = await output("systemd-analyze", "syscall-filter");
  const sets = new Map(
    text.split(/\n(?=@)/).map((block) => {
      const [name = "", ...lines] = block.split("\n").map((line) =>
        line.trim()
      );
      return [name, lines.filter((line) => /^@?\w/.test(line))];
    }),
  );
  const expand = (name: string): readonly string[] =>
    name.startsWith("@") ? (sets.get(name) ?? []).flatMap(expand) : [name];
  const allowed = new Set<string>();
  for (const [, rule = ""] of unit.matchAll(/^SystemCallFilter=(.*)$/gm)) {
    const calls = rule.replace("~", "").split(" ").flatMap(expand);
    for (const call of calls) {
      if (rule.startsWith("~")) allowed.delete(call);
      else allowed.add(call);
    }
  }
  return allowed;
}

test("a ride makes no system call, and opens no kind of socket, that the sandbox refuses and it needs", async () => {
  const folder = await Deno.makeTempDir();
  const { path, cache } = await builtExecutable(OWN_MACHINE);
  const trace = `${folder}/trace`;
  const config = `${folder}/smartbike.yaml`;
  await Deno.writeTextFile(
    config,
    "embeddedBroker:\n  listen: 127.0.0.1:0\ndevices:\n  - driver: heart-rate\n",
  );
  const refused = [...DISPENSABLE].join(",");
  await using service = new ProgramProcess(
    [
      ...[requireProgram("strace"), "-D", "-f", "-qq", "-o", trace],
      ...[`--inject=${refused}:error=EPERM`],
      ...[path, "start", "simulated", "--config", config],
    ],
    { env: { SMARTBIKE_CACHE: cache } },
  );
  await service.seen(/heart-rate is connected/);
  service.kill("SIGTERM");
  await service.result;
  const text = await Deno.readTextFile(trace);
  await Deno.remove(folder, { recursive: true });
  const allowed = await allowedCalls();
  assert.ok(allowed.has("openat") && !allowed.has("mount"));
  const used = new Set(
    [...text.matchAll(/^\d+ +(\w+)\(/gm)].map(([, name = ""]) => name),
  );
  assert.ok(used.has("epoll_wait") || used.has("epoll_pwait"));
  assert.deepEqual(
    [...used].filter((name) => !allowed.has(name) && !DISPENSABLE.has(name)),
    [],
  );
  const families = new Set(
    [...text.matchAll(/ socket\((AF_\w+)/g)].map(([, name = ""]) => name),
  );
  assert.deepEqual(
    [...families].filter((name) => !/^AF_(UNIX|INET6?|NETLINK)$/.test(name)),
    [],
  );
});
