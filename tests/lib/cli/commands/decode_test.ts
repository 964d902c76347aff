import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { MAX_LINE_BYTES } from "#lib/gatt/decode_line.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import { VECTORS } from "../../gatt/fixtures.ts";
import { partOf } from "../../gatt/names.ts";

async function run(...args: readonly string[]) {
  const io = new FakeCliIo();
  const code = await runCli(args, compose(io));
  return { code, out: io.out, error: io.error };
}

async function answer(...input: readonly (string | Uint8Array)[]) {
  const encoder = new TextEncoder();
  const io = new FakeCliIo({
    input: input.map((part) =>
      typeof part === "string" ? encoder.encode(part) : part
    ),
  });
  assert.equal(await runCli(["decode", "--stdin"], compose(io)), 0);
  assert.equal(io.error, "");
  assert.match(io.out, /\n$/);
  return io.out.trimEnd().split("\n").map((line): unknown => JSON.parse(line));
}

const BATTERY = '{"characteristic":"2a19","direction":"read","hex":"46"}\n';
const CHARGED = { value: { chargePercent: 70 } };

Deno.test("decode prints the value of a frame as one line of JSON", async () => {
  assert.deepEqual(await run("decode", "2a19", "46"), {
    code: 0,
    out: '{"chargePercent":70}\n',
    error: "",
  });
});

Deno.test("decode takes a UUID, a direction and hex with spaces and capitals", async () => {
  const uuid = "00002AD9-0000-1000-8000-00805F9B34FB";
  const frames = [["write", "05 E1 00"], ["indicate", "80 05 01"]] as const;
  const values: unknown[] = [];
  for (const [direction, hex] of frames) {
    const { code, out } = await run(
      "decode",
      uuid,
      hex,
      "--direction",
      direction,
    );
    assert.equal(code, 0);
    values.push(JSON.parse(out));
  }
  assert.deepEqual(values[0], {
    opCode: 5,
    name: "setTargetPower",
    powerWatts: 225,
  });
  assert.equal(partOf(values[1], "name"), "response");
});

Deno.test("decode of a bad frame ends with 1 and says where it is bad", async () => {
  for (const [hex, place] of [["", "offset 0"], ["00", "offset 1"]] as const) {
    const { code, out, error } = await run("decode", "2a37", hex);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(error, new RegExp(`^smartbike: Cannot decode .*${place}`));
  }
});

const MISTAKES: Readonly<Record<string, readonly string[]>> = {
  "CHARACTERISTIC is missing": ["decode"],
  "HEX is missing": ["decode", "2a37"],
  "expected nothing after HEX": ["decode", "2a37", "16", "48"],
  'got "1648a" for HEX': ["decode", "2a37", "1648a"],
  'got "zz" for HEX': ["decode", "2a37", "zz"],
  'got "2b00" for CHARACTERISTIC, expected one of 2a37,': [
    "decode",
    "2b00",
    "00",
  ],
  'got "write" for --direction, expected notify': [
    "decode",
    "2a37",
    "1648",
    "--direction",
    "write",
  ],
  'Cannot use --stdin with "2a37"': ["decode", "--stdin", "2a37"],
  'Cannot use --stdin with "--direction"': [
    "decode",
    "--stdin",
    "--direction",
    "notify",
  ],
  "JSON is missing": ["encode", "2ad9"],
  "expected nothing after JSON": ["encode", "2ad9", "{}", "{}"],
  "it is no JSON": ["encode", "2ad9", "{name:1}"],
  "got -5 for JSON, expected an object": ["encode", "2ad9", "-5"],
  "for name, expected": ["encode", "2ad9", '{"name":"fly"}'],
  "got nothing for powerWatts": ["encode", "2ad9", '{"name":"setTargetPower"}'],
  "got 40000 for powerWatts": [
    "encode",
    "2ad9",
    '{"name":"setTargetPower","powerWatts":40000}',
  ],
  "expected one that is written: 2a66,": ["encode", "2a37", "{}"],
  'got "2b00" for CHARACTERISTIC': ["encode", "2b00", "{}"],
};

for (const [message, args] of Object.entries(MISTAKES)) {
  Deno.test(`${args.join(" ")} ends with 2 and says: ${message}`, async () => {
    const { code, out, error } = await run(...args);
    assert.deepEqual([code, out], [2, ""]);
    assert.ok(error.includes(message), error);
    assert.match(error, /Try "smartbike (de|en)code --help"/);
  });
}

Deno.test("encode prints the frame as hex", async () => {
  const value = '{"name":"setTargetPower","powerWatts":225}';
  assert.deepEqual(await run("encode", "2AD9", value), {
    code: 0,
    out: "05e100\n",
    error: "",
  });
});

Deno.test("encode gives back every written vector that decode has printed", async () => {
  const writes = VECTORS.filter(({ direction, expected }) =>
    (direction === "write" || direction === "request") && !("error" in expected)
  );
  assert(writes.length > 100);
  for (const { id, characteristic, direction, hex } of writes) {
    const { out } = await run(
      "decode",
      characteristic,
      hex,
      "--direction",
      direction,
    );
    const { code, out: again } = await run("encode", characteristic, out);
    assert.deepEqual([code, again], [0, `${hex}\n`], id);
  }
});

Deno.test("decode --stdin answers nothing with nothing", async () => {
  const io = new FakeCliIo();
  assert.equal(await runCli(["decode", "--stdin"], compose(io)), 0);
  assert.deepEqual([io.out, io.error], ["", ""]);
});

Deno.test("decode --stdin answers each line in order, the last without a line feed too", async () => {
  const heartRate = '{"characteristic":"2a37","hex":"0048"}';
  const answers = await answer(
    BATTERY,
    heartRate.slice(0, 9),
    heartRate.slice(9),
  );
  assert.deepEqual(answers[0], CHARGED);
  assert.equal(partOf(answers[1], "value.heartRateBpm"), 72);
  assert.equal(answers.length, 2);
});

Deno.test("decode --stdin takes lines that end with a carriage return too", async () => {
  assert.deepEqual(await answer(BATTERY.replace("\n", "\r\n")), [CHARGED]);
});

const DEEP = "[".repeat(100_000) + "]".repeat(100_000);

const BAD_LINES: Readonly<
  Record<string, readonly [line: string | Uint8Array, code: string]>
> = {
  "that is no JSON": ["nonsense", "payload"],
  "that is empty": ["", "payload"],
  "of spaces": ["  \r", "payload"],
  "that is too long": [" ".repeat(MAX_LINE_BYTES + 1), "payload"],
  "that is much too long": [
    `{"hex":"${"00".repeat(MAX_LINE_BYTES)}"}`,
    "payload",
  ],
  "that is no UTF-8": [Uint8Array.of(0x22, 0xff, 0xfe, 0x22), "payload"],
  "that is cut inside a character": [
    Uint8Array.of(0x22, 0xe2, 0x82),
    "payload",
  ],
  "that is nested too deep": [DEEP, "payload"],
  "with a name that is nested too deep": [
    `{"characteristic":${DEEP},"hex":""}`,
    "payload",
  ],
  "with a direction that is nested too deep": [
    `{"characteristic":"2a19","direction":${DEEP},"hex":""}`,
    "payload",
  ],
  "with a long unknown direction": [
    `{"characteristic":"2a19","direction":"${"x".repeat(9999)}","hex":""}`,
    "payload",
  ],
  "with a short frame": ['{"characteristic":"2a37","hex":"00"}', "frame"],
  "with an empty frame": ['{"characteristic":"2a37","hex":""}', "frame"],
};

for (const [condition, [line, code]] of Object.entries(BAD_LINES)) {
  Deno.test(`decode --stdin answers a line ${condition} with one error, and goes on`, async () => {
    const answers = await answer(BATTERY, line, "\n", BATTERY);
    assert.equal(answers.length, 3);
    assert.deepEqual([answers[0], answers[2]], [CHARGED, CHARGED]);
    assert.equal(partOf(answers[1], "error.code"), code);
    assert.ok(JSON.stringify(answers[1]).length < 1000);
  });
}

Deno.test("decode --stdin ends when nobody reads its answers any more", async () => {
  let pulled = 0;
  class Endless extends FakeCliIo {
    override async *readInput() {
      for (;;) {
        if (++pulled === 3) this.isClosed = true;
        yield new TextEncoder().encode(BATTERY);
      }
    }
  }
  assert.equal(await runCli(["decode", "--stdin"], compose(new Endless())), 0);
  assert.equal(pulled, 3);
});
