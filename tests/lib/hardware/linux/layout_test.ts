/**
 * Numbers and structures for the kernel, beside those of C compilers.
 *
 * Not emulated: it compares with a compiler for aarch64 as it is.
 *
 * @module
 */
import assert from "node:assert/strict";
import { OPEN, POLL } from "#lib/hardware/linux/descriptor.ts";
import { ERRNO } from "#lib/hardware/linux/errno.ts";
import { WATCH_MASK } from "#lib/hardware/linux/folder_watch.ts";
import {
  decodeChipInfo,
  decodeConsumer,
  decodeEvents,
  decodeLinesFd,
  decodeValues,
  encodeLineInfo,
  encodeLineRequest,
  encodeValues,
  GPIO,
} from "#lib/hardware/linux/gpio_structures.ts";
import {
  encodeSettings,
  FLUSH_BOTH,
  MODEM_LINES,
  requestsOf,
  type SerialSettings,
  settingsOf,
  TERMINAL,
  TERMIOS_BYTES,
} from "#lib/hardware/linux/serial_settings.ts";
import { requireProgram, testWith } from "../../../support/requires.ts";
import { ROOT } from "../../../support/source_files.ts";

const SOURCE = new URL("tests/fixtures/hardware/layout.c", ROOT);

/** A compiler, and what runs its programs. */
interface Machine {
  readonly name: string;
  readonly compiler: string;
  /** The package of its header files. */
  readonly headers: string;
  readonly runner: readonly string[];
}

const MACHINES: readonly Machine[] = [
  { name: "this machine", compiler: "gcc", headers: "libc6-dev", runner: [] },
  {
    name: "aarch64",
    compiler: "aarch64-linux-gnu-gcc",
    headers: "libc6-dev-arm64-cross",
    runner: ["qemu-aarch64-static"],
  },
];

async function run(program: string, ...args: readonly string[]) {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** What a compiler makes of the kernel's headers, by name. */
async function layoutOf(
  { compiler, runner }: Machine,
): Promise<ReadonlyMap<string, string>> {
  const folder = await Deno.makeTempDir();
  const program = `${folder}/layout`;
  try {
    await run(
      requireProgram(compiler),
      "-static",
      "-o",
      program,
      SOURCE.pathname,
    );
    const [first = program, ...rest] = [...runner, program];
    const text = await run(first, ...rest);
    return new Map(
      text.trim().split("\n").map((line) => {
        const [name = "", value = ""] = line.split(" ");
        return [name, value];
      }),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function settings(filler: number, all: Partial<SerialSettings>): string {
  const bytes = new Uint8Array(TERMIOS_BYTES).fill(filler);
  encodeSettings(bytes, settingsOf(all));
  return bytes.toHex();
}

/** The same, as this program has it. */
function ours(): ReadonlyMap<string, string> {
  const numbers = (prefix: string, table: Readonly<Record<string, number>>) =>
    Object.entries(table).map(([name, value]) =>
      [`${prefix}.${name}`, String(value)] as const
    );
  return new Map([
    ...numbers("gpio", GPIO),
    ...numbers("terminal", TERMINAL),
    ...numbers("modem", MODEM_LINES),
    ...numbers("open", OPEN),
    ...numbers("poll", POLL),
    ...numbers("errno", ERRNO),
    ...numbers("termios", { ...requestsOf(settingsOf({})) }),
    ...numbers("termios2", { ...requestsOf(settingsOf({ baudRate: 31_250 })) }),
    ["flushBoth", String(FLUSH_BOTH)],
    ["watch", String(WATCH_MASK)],
    ["settings.default", settings(0xff, {})],
    [
      "settings.odd",
      settings(0, {
        baudRate: 4_000_000,
        dataBits: 7,
        parity: "odd",
        stopBits: 2,
        flowControl: "software",
      }),
    ],
    [
      "settings.even",
      settings(0xff, {
        baudRate: 31_250,
        parity: "even",
        flowControl: "hardware",
      }),
    ],
    ["request.plain", encodeLineRequest({ lines: [17] }).toHex()],
    [
      "request.buttons",
      encodeLineRequest({
        lines: [17, 18, 19],
        pull: "up",
        activeLow: true,
        debounceMicroseconds: 15_000,
        consumer: "buttons",
      }).toHex(),
    ],
    [
      "request.all",
      encodeLineRequest({
        lines: Array.from({ length: 64 }, (_, line) => line),
        pull: "down",
        debounceMicroseconds: 0xffff_ffff,
        consumer: "0123456789".repeat(4),
      }).toHex(),
    ],
    ["lineInfo.asked", encodeLineInfo(22).toHex()],
    ["values.asked", encodeValues(3).toHex()],
  ]);
}

for (const machine of MACHINES) {
  const { name, compiler, headers, runner } = machine;
  testWith(
    { programs: [compiler, headers, ...runner] },
    `numbers and structures for the kernel are those of the C compiler for ${name}`,
    async () => {
      const layout = await layoutOf(machine);
      const read = (key: string) => Uint8Array.fromHex(layout.get(key) ?? "");
      const expected = new Map(layout);
      assert.deepEqual(decodeChipInfo(read("chipInfo")), {
        name: "gpiochip0",
        label: "pinctrl-bcm2711",
        lineCount: 58,
      });
      assert.equal(decodeConsumer(read("lineInfo.told")), "fan");
      assert.deepEqual(decodeValues(read("values.told"), 3), [
        true,
        false,
        true,
      ]);
      assert.deepEqual([...decodeEvents(read("events"))], [
        { timestampNs: 0x1122334455667788n, isActive: true, line: 17 },
        { timestampNs: 0x1122334455667799n, isActive: false, line: 18 },
      ]);
      assert.equal(decodeLinesFd(read("request.given")), 77);
      const decoded = [
        "chipInfo",
        "lineInfo.told",
        "values.told",
        "events",
        "request.given",
      ];
      for (const key of decoded) expected.delete(key);
      const sorted = (map: ReadonlyMap<string, string>) => [...map].sort();
      assert.deepEqual(sorted(ours()), sorted(expected));
    },
  );
}
