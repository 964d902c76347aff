/**
 * The program as root in folders of another user, who puts links there.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  shellAsRoot,
  startAsRoot,
  startProgramAsRoot,
} from "../support/root.ts";
import { testWith } from "../support/requires.ts";
import { ROOT } from "../support/source_files.ts";

/** A user without rights. */
const OTHER = 65_534;

/** What must stay as it is. */
const PRECIOUS = "root: precious\n";

const DEVICES = JSON.stringify({
  version: 1,
  devices: [{
    bike: "000001",
    device: "fan",
    driver: "fan",
    address: "EC:B2:8A:26:85:C5",
    name: "",
  }],
});

const MODULE = `${ROOT.pathname}tests/fixtures/modules/counter.module.yaml`;

/** A folder of root's, and one of another user's beside it, both reachable by all. */
async function setUp() {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-root-" });
  const root = (script: string) => shellAsRoot(`cd '${folder}' && ${script}`);
  await root(
    `chown 0:0 . && chmod 755 . && mkdir own other && chown ${OTHER} other`,
  );
  return {
    folder,
    root,
    /** Runs the program as root. */
    run: (...args: readonly string[]) =>
      startProgramAsRoot(args, folder).result,
    /** Does something as the other user, in their folder. */
    other: (script: string) =>
      root(
        `cd other && exec setpriv --reuid=${OTHER} --clear-groups sh -c '${script}'`,
      ),
    [Symbol.asyncDispose]: () => root(`rm -rf '${folder}'`),
  };
}

/** Commands that write, by what they write in the folder of the other user. */
const WRITERS: readonly (readonly [string, readonly string[]])[] = [
  ["smartbike.yaml", ["init", "--yes", "--out", "other/smartbike.yaml"]],
  ["smartbike.yaml", [
    ...["init", "--yes", "--force", "--out", "other/smartbike.yaml"],
  ]],
  ["counter/api.gen.ts", ["generate", MODULE, "--out", "other"]],
  ["devices.json", ["forget", "--state", "other"]],
];

for (const [file, args] of WRITERS) {
  const command = args.join(" ").replace(MODULE, "FILE");

  testWith(
    { programs: ["setpriv"], root: true },
    `${command} by root writes as the owner of the folder`,
    async () => {
      await using bed = await setUp();
      await bed.root(`echo '${DEVICES}' >other/devices.json`);
      await bed.root(`chown ${OTHER} other/devices.json`);
      const { code, error } = await bed.run(...args);
      assert.deepEqual([code, error], [0, ""]);
      const { uid } = await Deno.lstat(`${bed.folder}/other/${file}`);
      assert.equal(uid, OTHER);
    },
  );

  testWith(
    { programs: ["setpriv"], root: true },
    `${command} by root follows no link of theirs to what they may not write`,
    async () => {
      await using bed = await setUp();
      const name = file.replace(/.*\//, "");
      await bed.root(`echo '${PRECIOUS.trim()}' >own/${name}`);
      await bed.other(
        file === name
          ? `ln -s ../own/${name} ${name}`
          : `ln -s ../own ${file.replace(/\/.*/, "")}`,
      );
      const { code } = await bed.run(...args);
      assert.notEqual(code, 0);
      const text = await Deno.readTextFile(`${bed.folder}/own/${name}`);
      assert.equal(text, PRECIOUS);
      assert.deepEqual(
        (await Array.fromAsync(Deno.readDir(`${bed.folder}/own`))).length,
        1,
      );
    },
  );
}

testWith(
  { programs: ["setpriv"], root: true },
  "a ride by root is captured as the owner of the folder, and through no link of theirs",
  async () => {
    await using bed = await setUp();
    await bed.root(`echo '${PRECIOUS.trim()}' >own/ride.jsonl`);
    await bed.other("ln -s ../own/ride.jsonl linked.jsonl");
    const ride = [
      ...["driver", "simulated", "--without-object"],
      ...["--broker", "127.0.0.1:1", "--force", "--capture"],
    ];
    const refused = await bed.run(...ride, "other/linked.jsonl");
    assert.match(
      refused.error,
      /Cannot write --capture ".*": access is denied/,
    );
    const text = await Deno.readTextFile(`${bed.folder}/own/ride.jsonl`);
    assert.equal(text, PRECIOUS);
  },
);

testWith(
  { programs: ["setpriv"], root: true },
  "forget by root overwrites nothing of root's while they swap links under it",
  async () => {
    await using bed = await setUp();
    await bed.root(`echo '${PRECIOUS.trim()}' >own/devices.json`);
    await bed.root(`mkdir other/state && chown ${OTHER} other/state`);
    await using swapper = startAsRoot([
      ...["setpriv", `--reuid=${OTHER}`, "--clear-groups", "sh", "-c"],
      `cd '${bed.folder}/other' && ln -s ../own link && while :; do
      cp -n /dev/stdin state/devices.json <<END
${DEVICES}
END
      for new in state/.new-*; do [ -e "$new" ] && ln -sf ../../own/devices.json "$new"; done
      mv -T state kept; mv -T link state; mv -T state link; mv -T kept state
    done 2>/dev/null`,
    ]);
    for (let round = 0; round < 5; round++) {
      await bed.run("forget", "--state", "other/state");
    }
    swapper.kill("SIGKILL");
    await swapper.result;
    const own = `${bed.folder}/own`;
    assert.equal(await Deno.readTextFile(`${own}/devices.json`), PRECIOUS);
    assert.equal((await Deno.stat(`${own}/devices.json`)).uid, 0);
    assert.equal((await Array.fromAsync(Deno.readDir(own))).length, 1);
  },
);

testWith(
  { programs: ["setpriv"], root: true },
  "root writes nothing below a folder in which everybody may replace what is there",
  async () => {
    await using bed = await setUp();
    await bed.root("chmod 777 own");
    const { code, error } = await bed.run(
      "init",
      "--yes",
      "--out",
      "own/a.yaml",
    );
    assert.notEqual(code, 0);
    assert.match(error, /Cannot work as root below ".*\/own": /);
  },
);
