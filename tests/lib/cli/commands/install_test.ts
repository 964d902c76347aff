import assert from "node:assert/strict";
import type { ProgramResult } from "#lib/cli/io.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import {
  FakeCliIo,
  type FakeCliIoOptions,
} from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import { PROGRAM_WORDS, ProgramProcess } from "../../../support/cli.ts";
import { needing, requireProgram } from "../../../support/requires.ts";

const test = needing("systemctl", "systemd-analyze", "systemd-sysusers");

/** How much of the system the service may reach at most, as systemd counts it: 100 is all of it. */
const MAX_EXPOSURE = 18;

/** A system whose executable was started from a memory stick. */
const SYSTEM = {
  executable: "/media/stick/smartbike",
  files: {
    "/etc/group": "root:x:0:\ndialout:x:20:pi\nbluetooth:x:112:\n",
    "/etc/smartbike/smartbike.yaml": "bike: 1\n",
  },
} as const;

async function run(
  args: readonly string[],
  world: FakeCliIoOptions = SYSTEM,
) {
  const io = new FakeCliIo(world);
  const code = await runCli(args, compose(io));
  const commands = io.commands.map((command) => command.join(" "));
  return { code, io, commands, out: io.out, error: io.error };
}

Deno.test("install copies the executable, writes the unit, makes the user, and starts the service", async () => {
  const { code, io, commands, error } = await run(["install"]);
  assert.deepEqual([code, error], [0, ""]);
  assert.equal(
    await io.readTextFile("/usr/local/bin/smartbike"),
    "copy of /media/stick/smartbike",
  );
  const unit = await io.readTextFile("/etc/systemd/system/smartbike.service");
  for (
    const line of [
      "ExecStart=/usr/local/bin/smartbike start --config /etc/smartbike/smartbike.yaml",
      "Type=notify",
      "WatchdogSec=30",
      "MemoryMax=512M",
      "Restart=on-failure",
      "After=network-online.target bluetooth.target dbus.service mosquitto.service",
      "User=smartbike",
      "StateDirectory=smartbike",
    ]
  ) assert.ok(unit.split("\n").includes(line), line);
  assert.deepEqual(commands, [
    "/usr/bin/systemctl --version",
    "/usr/bin/systemd-sysusers --version",
    "/usr/bin/systemd-sysusers smartbike.conf",
    "/usr/bin/systemctl daemon-reload",
    "/usr/bin/systemctl enable smartbike.service",
    "/usr/bin/systemctl restart smartbike.service",
  ]);
});

Deno.test("the service is in those device groups that exist, as systemd starts none with others", async () => {
  const read = async (group: string) => {
    const files = { "/etc/group": group };
    const { io } = await run(["install"], { ...SYSTEM, files });
    const unit = await io.readTextFile("/etc/systemd/system/smartbike.service");
    return unit.split("\n").find((line) => /^Supplementary/.test(line));
  };
  assert.equal(
    await read("gpio:x:1:\ndialout:x:20:\nbluetoothd:x:9:\n"),
    "SupplementaryGroups=dialout gpio",
  );
  assert.equal(await read("root:x:0:\n"), undefined);
});

Deno.test("a service without settings is enabled but not started, and the output says what to do", async () => {
  const files = { "/etc/group": "" };
  const { code, commands, out } = await run(["install"], { ...SYSTEM, files });
  assert.equal(code, 0);
  assert.ok(!commands.some((command) => command.includes("restart")));
  assert.match(out, /write \/etc\/smartbike\/smartbike\.yaml/);
});

Deno.test("a dry run prints what would be done and does nothing", async () => {
  for (const command of ["install", "uninstall"]) {
    const { code, io, commands, out } = await run([command, "--dry-run"]);
    assert.deepEqual([code, commands], [0, []]);
    assert.match(out, /smartbike\.service/);
    await assert.rejects(io.readTextFile("/usr/local/bin/smartbike"));
  }
});

Deno.test("a dry run shows the unit in full, and of the manual page and the completions how long they are", async () => {
  const { out } = await run(["install", "--dry-run"]);
  assert.match(out, /^ {2}Type=notify$/m);
  assert.match(out, /^write .*smartbike\.1, \d{3,} lines$/m);
  assert.ok(out.split("\n").length < 120, out);
});

Deno.test("install and uninstall refuse a --root that is not there, and make none", async () => {
  const root = `${await Deno.makeTempDir()}/typo`;
  for (const command of ["install", "uninstall"]) {
    await using program = new ProgramProcess(
      [...PROGRAM_WORDS, command, "--root", root],
      { env: { SMARTBIKE_EXECUTABLE: "/bin/true" } },
    );
    const { code, error } = await program.result;
    assert.equal(code, 2);
    assert.match(error, /Cannot use --root ".*typo": there is no such folder/);
    await assert.rejects(Deno.stat(root), Deno.errors.NotFound);
  }
});

Deno.test("a path of the settings with a space, a percent sign or a dollar stays what it is", async () => {
  const { io } = await run(["install", "--config", "/etc/my $bike 100%.yaml"]);
  const unit = await io.readTextFile("/etc/systemd/system/smartbike.service");
  assert.match(unit, / --config "\/etc\/my \$\$bike 100%%\.yaml"$/m);
});

Deno.test("install refuses settings with a relative path, and a program without an executable", async () => {
  const relative = await run(["install", "--config", "bike.yaml"]);
  assert.equal(relative.code, 2);
  assert.match(relative.error, /expected a whole path/);
  const source = await run(["install"], { files: SYSTEM.files });
  assert.equal(source.code, 2);
  assert.match(source.error, /deno task compile/);
});

/** What goes wrong, and what is said of it. */
const FAILURES: readonly (readonly [() => ProgramResult, RegExp])[] = [
  [
    () => ({ code: 1, out: "", error: "Access denied\n" }),
    /Cannot run "systemd-sysusers smartbike\.conf": Access denied/,
  ],
  [() => {
    throw new Deno.errors.NotFound();
  }, /a system with systemd/],
  [() => {
    throw new Deno.errors.NotCapable();
  }, /use the executable/],
];

for (const [runProgram, pattern] of FAILURES) {
  Deno.test(`install that cannot ask systemd ends with 2 and ${pattern}`, async () => {
    const { code, io, error } = await run(["install"], {
      ...SYSTEM,
      runProgram,
    });
    assert.equal(code, 2);
    assert.match(error, pattern);
    if (/Access denied/.test(`${pattern}`)) return;
    await assert.rejects(io.readTextFile("/usr/local/bin/smartbike"));
  });
}

/** Runs the real program, with the permissions that an executable has for it. */
async function runReal(...args: readonly string[]): Promise<void> {
  const flags = ["--quiet", "--no-prompt", "--allow-env", "--allow-read"];
  const may = "--allow-run=/usr/bin/systemctl,/usr/bin/systemd-sysusers";
  await using program = new ProgramProcess(
    [
      ...[Deno.execPath(), "run", ...flags, "--allow-write", may],
      "--allow-sys=uid,getegid,seteuid,setegid",
      ...["main.ts", ...args],
    ],
    { env: { SMARTBIKE_EXECUTABLE: "/bin/true" } },
  );
  const { code, error } = await program.result;
  assert.deepEqual([code, error], [0, ""]);
}

/** A folder that looks like a system to systemd: its units, a group file and what the unit runs. */
async function makeRoot(): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "smartbike-root-" });
  for (
    const folder of ["etc", "bin", "usr/lib/systemd", "usr/lib/sysusers.d"]
  ) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
  }
  await Deno.writeTextFile(`${root}/etc/group`, "dialout:x:20:\n");
  await Deno.copyFile("/bin/true", `${root}/bin/kill`);
  const copy = new Deno.Command("cp", {
    args: ["-r", "/usr/lib/systemd/system", `${root}/usr/lib/systemd/`],
  });
  assert.ok((await copy.output()).success);
  return root;
}

async function analyze(...args: readonly string[]) {
  const { success, stdout, stderr } = await new Deno.Command(
    requireProgram("systemd-analyze"),
    { args: [...args] },
  ).output();
  const text = new TextDecoder();
  return { success, output: text.decode(stdout) + text.decode(stderr) };
}

test("on a root of its own, the real systemd takes the unit, enables it, makes the user and removes it", async () => {
  const root = await makeRoot();
  await runReal("install", "--root", root);
  const unit = `${root}/etc/systemd/system/smartbike.service`;
  const link =
    `${root}/etc/systemd/system/multi-user.target.wants/smartbike.service`;
  assert.ok((await Deno.lstat(link)).isSymlink);
  assert.match(
    await Deno.readTextFile(`${root}/etc/passwd`),
    /^smartbike:.*Smart bike service:\/var\/lib\/smartbike/m,
  );
  const { mode } = await Deno.stat(`${root}/usr/local/bin/smartbike`);
  assert.equal((mode ?? 0) & 0o777, 0o755);

  const verdict = await analyze(
    ...["verify", "--man=no", `--root=${root}`, "smartbike.service"],
  );
  const findings = verdict.output.split("\n").filter((line) =>
    line.includes("smartbike")
  );
  assert.deepEqual(findings, []);
  const security = await analyze(
    ...["security", "--offline=true", `--threshold=${MAX_EXPOSURE}`, unit],
  );
  assert.ok(security.success, security.output);

  await runReal("uninstall", "--root", root);
  for (const path of [unit, link, `${root}/usr/local/bin/smartbike`]) {
    await assert.rejects(Deno.lstat(path), Deno.errors.NotFound);
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("uninstall goes on where some of it is gone already", async () => {
  const { code, commands } = await run(["uninstall"], { files: {} });
  assert.equal(code, 0);
  assert.deepEqual(commands, ["/usr/bin/systemctl daemon-reload"]);
});
