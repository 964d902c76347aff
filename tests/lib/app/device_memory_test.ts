/**
 * What is remembered of devices, in a real file.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DeviceMemory } from "#lib/app/device_memory.ts";
import { ProcessIo } from "#lib/cli/process_io.ts";
import { startLog } from "#lib/base/logger.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";

const STRAP = { address: "EC:B2:8A:26:85:C5", name: "TICKR 4A2B" };
const OTHER = { address: "EC:B2:8A:26:85:C6", name: "TICKR 77" };
const USER = { driver: "heart-rate", device: "heart-rate" };

const GOOD = {
  version: 1,
  devices: [{ bike: "000001", ...USER, ...STRAP }],
};

/** A folder of its own, and what is warned of meanwhile. */
async function inFolder(
  work: (
    folder: string,
    warnings: readonly string[],
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const warnings: string[] = [];
  await using _log = await startLog({
    level: "warning",
    write: (line) => void warnings.push(line),
  });
  try {
    await work(folder, warnings);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function remember(folder: string, peripheral = STRAP): Promise<void> {
  await using memory = await DeviceMemory.open(new ProcessIo(), folder);
  memory.of("000001").remember(USER, peripheral);
}

async function recall(folder: string) {
  await using memory = await DeviceMemory.open(new ProcessIo(), folder);
  return memory.of("000001").recall(USER)?.address;
}

Deno.test("a device is remembered over a restart, for its bike, its id and its driver alone", async () => {
  await inFolder(async (folder, warnings) => {
    await remember(`${folder}/a/b`);
    await using memory = await DeviceMemory.open(
      new ProcessIo(),
      `${folder}/a/b`,
    );
    const { recall } = memory.of("000001");
    assert.equal(recall(USER)?.name, "TICKR 4A2B");
    assert.equal(recall({ ...USER, driver: "generic" }), undefined);
    assert.equal(recall({ ...USER, device: "chest" }), undefined);
    assert.equal(memory.of("000002").recall(USER), undefined);
    assert.deepEqual(warnings, []);
  });
});

Deno.test("what was found out about a device is remembered with it, and what cannot be is not", async () => {
  await inFolder(async (folder) => {
    const learned = { control: "off", resistanceWidth: 2 } as const;
    {
      await using memory = await DeviceMemory.open(new ProcessIo(), folder);
      const { remember } = memory.of("000001");
      remember(USER, STRAP);
      remember(USER, {
        ...STRAP,
        learned: { ...learned, isControlTrial: false },
      });
    }
    await using memory = await DeviceMemory.open(new ProcessIo(), folder);
    assert.deepEqual(memory.of("000001").recall(USER)?.learned, learned);
    const file = JSON.parse(await Deno.readTextFile(`${folder}/devices.json`));
    file.devices[0].learned = { control: "sideways", resistanceWidth: 9 };
    await Deno.writeTextFile(`${folder}/devices.json`, JSON.stringify(file));
    await using again = await DeviceMemory.open(new ProcessIo(), folder);
    assert.equal(again.of("000001").recall(USER)?.learned, undefined);
    assert.equal(again.of("000001").recall(USER)?.name, STRAP.name);
  });
});

Deno.test("another device takes the place of the one before", async () => {
  await inFolder(async (folder) => {
    await remember(folder);
    await remember(folder, OTHER);
    assert.equal(await recall(folder), OTHER.address);
    const text = await Deno.readTextFile(`${folder}/devices.json`);
    assert(!text.includes(STRAP.address));
  });
});

Deno.test("the file is its user's alone, its folder too, and nothing is left beside it", async () => {
  await inFolder(async (folder) => {
    await remember(`${folder}/state`);
    await remember(`${folder}/state`, OTHER);
    const modes = await Promise.all(
      [`${folder}/state`, `${folder}/state/devices.json`].map(async (path) =>
        ((await Deno.stat(path)).mode ?? 0) & 0o777
      ),
    );
    assert.deepEqual(modes, [0o700, 0o600]);
    const names = await Array.fromAsync(Deno.readDir(`${folder}/state`));
    assert.deepEqual(names.map(({ name }) => name), ["devices.json"]);
  });
});

Deno.test("the file is replaced, never written to: who reads it meanwhile sees the old one whole", async () => {
  await inFolder(async (folder) => {
    await remember(folder);
    using before = await Deno.open(`${folder}/devices.json`);
    await remember(folder, OTHER);
    const bytes = new Uint8Array(1000);
    const count = await before.read(bytes) ?? 0;
    const text = new TextDecoder().decode(bytes.subarray(0, count));
    assert.deepEqual(JSON.parse(text), GOOD);
  });
});

Deno.test("what another process wrote meanwhile is kept", async () => {
  await inFolder(async (folder) => {
    {
      await using one = await DeviceMemory.open(new ProcessIo(), folder);
      await remember(folder);
      one.of("000002").remember(USER, OTHER);
    }
    await using memory = await DeviceMemory.open(new ProcessIo(), folder);
    assert.deepEqual(memory.devices.map(({ bike }) => bike), [
      "000002",
      "000001",
    ]);
  });
});

const DAMAGED: Readonly<Record<string, readonly [string, RegExp]>> = {
  "is cut short": [JSON.stringify(GOOD).slice(0, -9), /no JSON object/],
  "is empty": ["", /no JSON object/],
  "is a list": ["[]", /no JSON object/],
  "has no version": [JSON.stringify({ devices: [] }), /none, expected 1/],
  "has a later version": [
    JSON.stringify({ ...GOOD, version: 2 }),
    /its version is 2, expected 1/,
  ],
  "has no devices": [JSON.stringify({ version: 1 }), /at most 64 devices/],
  "has too many devices": [
    JSON.stringify({ version: 1, devices: Array(65).fill(GOOD.devices[0]) }),
    /at most 64 devices/,
  ],
  "has a device that is none": [
    JSON.stringify({ version: 1, devices: [null] }),
    /is no object/,
  ],
  "has an address that is none": [
    JSON.stringify(GOOD).replace("EC:B2", "../.."),
    /the address of one of its devices cannot be, expected an address such as/,
  ],
  "has a name that rings": [
    JSON.stringify(GOOD).replace("TICKR", "\\u0007"),
    /the name .* printable/,
  ],
  "is huge": [" ".repeat(200_000), /longer than 131072 bytes/],
};

for (const [what, [text, pattern]] of Object.entries(DAMAGED)) {
  Deno.test(`a file that ${what} is one warning, and is replaced with the next device`, async () => {
    await inFolder(async (folder, warnings) => {
      await Deno.writeTextFile(`${folder}/devices.json`, text);
      {
        await using memory = await DeviceMemory.open(new ProcessIo(), folder);
        const { recall, remember } = memory.of("000001");
        assert.equal(recall(USER), undefined);
        remember(USER, STRAP);
        assert.equal(recall(USER)?.address, STRAP.address);
      }
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? "", pattern);
      assert(warnings[0]?.includes(`"${folder}/devices.json"`));
      assert.equal(await recall(folder), STRAP.address);
      assert.equal(warnings.length, 1);
    });
  });
}

Deno.test("a folder, a pipe or a device in the place of the file is a warning, and nothing waits for it", async () => {
  await inFolder(async (folder, warnings) => {
    await Deno.mkdir(`${folder}/a/devices.json`, { recursive: true });
    await Deno.mkdir(`${folder}/b`);
    await Deno.symlink("/dev/zero", `${folder}/b/devices.json`);
    await Deno.mkdir(`${folder}/c`);
    await new Deno.Command("mkfifo", { args: [`${folder}/c/devices.json`] })
      .output();
    for (const name of ["a", "b", "c"]) await recall(`${folder}/${name}`);
    assert.equal(warnings.length, 3);
    for (const warning of warnings) assert.match(warning, /it is no file/);
  });
});

/** Files that can be read and not written. */
class ReadOnlyIo extends FakeCliIo {
  override replaceFile(): Promise<void> {
    return Promise.reject(new Deno.errors.PermissionDenied("read-only"));
  }
}

Deno.test("a file that cannot be written is one warning, and holds for this run", async () => {
  await inFolder(async (_folder, warnings) => {
    const io = new ReadOnlyIo();
    {
      await using memory = await DeviceMemory.open(io, "/state");
      const { recall, remember } = memory.of("000001");
      remember(USER, STRAP);
      remember(USER, OTHER);
      assert.equal(recall(USER)?.address, OTHER.address);
    }
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? "",
      /Cannot write "\/state\/devices.json": access is denied, expected a file of this user/,
    );
  });
});

Deno.test("where there is no folder for it, that is one warning", async () => {
  await inFolder(async (_folder, warnings) => {
    {
      await using memory = await DeviceMemory.open(new FakeCliIo());
      memory.of("000001").remember(USER, STRAP);
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /expected one in STATE_DIRECTORY/);
  });
});

Deno.test("the folder is systemd's, else the user's own for state, and never a relative one", async () => {
  const homes = { HOME: "/home/pi", XDG_STATE_HOME: "/home/pi/state" };
  const cases = [
    [
      { ...homes, STATE_DIRECTORY: "/var/lib/smartbike:/x" },
      "/var/lib/smartbike",
    ],
    [{ ...homes, STATE_DIRECTORY: "" }, "/home/pi/state/smartbike"],
    [{ HOME: "/home/pi" }, "/home/pi/.local/state/smartbike"],
    [{ ...homes, XDG_STATE_HOME: "state" }, "/home/pi/.local/state/smartbike"],
  ] as const;
  for (const [env, folder] of cases) {
    const io = new FakeCliIo({ env });
    {
      await using memory = await DeviceMemory.open(io);
      memory.of("000001").remember(USER, STRAP);
    }
    await io.readTextFile(`${folder}/devices.json`);
  }
});

Deno.test("what the air says goes into the file in bounds", async () => {
  await inFolder(async (folder, warnings) => {
    {
      await using memory = await DeviceMemory.open(new ProcessIo(), folder);
      for (let bike = 0; bike < 100; bike++) {
        const name = "\x1b[2J😀".repeat(1000);
        memory.of(`${bike}`).remember(USER, { ...STRAP, name });
      }
      memory.of("x".repeat(1000)).remember(USER, STRAP);
      memory.of("y").remember(USER, { ...STRAP, address: "somewhere" });
    }
    await using memory = await DeviceMemory.open(new ProcessIo(), folder);
    assert.equal(memory.devices.length, 64);
    assert.equal(memory.devices[0]?.bike, "99");
    assert.match(memory.devices[0]?.name ?? "", /^\[2J😀/);
    assert.deepEqual(warnings, []);
  });
});
