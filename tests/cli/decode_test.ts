/**
 * Frames through the program as a process.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decodeLine } from "#lib/gatt/decode_line.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { assertVector } from "../lib/gatt/assert_vector.ts";
import { BIKE, SEQUENCES, VECTORS } from "../lib/gatt/fixtures.ts";
import { partOf } from "../lib/gatt/names.ts";

/** Answers of the program to lines on its standard input. */
async function answersTo(lines: readonly (string | Uint8Array)[]) {
  const bytes = lines.flatMap((line) => [line, "\n"]).map((part) =>
    typeof part === "string" ? part : part.slice().buffer
  );
  const input = new Blob(bytes).stream();
  const { code, out, error } = await runProgram(["decode", "--stdin"], {
    input,
  });
  assert.deepEqual([code, error], [0, ""]);
  const answers = out.split("\n").map((line): unknown =>
    line && JSON.parse(line)
  );
  assert.equal(answers.pop(), "");
  return answers;
}

Deno.test("decode --stdin answers every vector, each with its value or its error", async () => {
  const answers = await answersTo(VECTORS.map((vector) => {
    const { characteristic, direction, hex } = vector;
    return JSON.stringify({ characteristic, direction, hex });
  }));
  assert.equal(answers.length, VECTORS.length);
  for (const [at, vector] of VECTORS.entries()) {
    if ("error" in vector.expected) {
      assert.equal(partOf(answers[at], "error.code"), "frame", vector.id);
    } else assertVector(vector, partOf(answers[at], "value"));
  }
});

Deno.test("decode --stdin answers every frame of the sequences and of the bike, in order", async () => {
  const steps = SEQUENCES.flatMap(({ characteristic, steps = [] }) =>
    steps.map(({ hex, char = characteristic, dir: direction }) => ({
      characteristic: char,
      direction,
      hex,
    }))
  );
  const { heartRateMeasurement, indoorBikeData } = BIKE;
  const frames = [
    ...steps,
    ...heartRateMeasurement.map(({ hex }) => ({ characteristic: "2a37", hex })),
    ...indoorBikeData.map(({ hex }) => ({ characteristic: "2ad2", hex })),
  ];
  assert(frames.length > 100);
  const lines = frames.map((frame) => JSON.stringify(frame));
  assert.deepEqual(
    await answersTo(lines),
    lines.map((line): unknown => JSON.parse(decodeLine(line))),
  );
});

Deno.test("decode --stdin gives bad lines one error each and goes on", async () => {
  const good = '{"characteristic":"2a19","hex":"46"}';
  const bad = [
    "",
    "{",
    Uint8Array.of(0xff),
    "[".repeat(3_000_000),
    '{"characteristic":"2a37","hex":"1"}',
  ];
  const answers = await answersTo([good, ...bad, good]);
  const codes = answers.map((answer) => partOf(answer, "error.code") ?? "none");
  assert.deepEqual(codes, ["none", ...bad.map(() => "payload"), "none"]);
});

Deno.test("decode --stdin answers a line while its input is still open", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  await using program = startProgram(["decode", "--stdin"], {
    input: readable,
  });
  const encoder = new TextEncoder();
  for (const percent of [70, 71]) {
    const hex = percent.toString(16);
    const line = JSON.stringify({ characteristic: "2a19", hex });
    await writer.write(encoder.encode(`${line}\n`));
    await program.seen(new RegExp(`"chargePercent":${percent}`));
  }
  await writer.close();
  assert.equal((await program.result).code, 0);
});

Deno.test("decode and encode print one line with 0, a bad frame gives 1, bad usage 2", async () => {
  const [decoded, encoded, frame, usage] = await Promise.all([
    runProgram(["decode", "2ad9", "05e100", "--direction", "write"]),
    runProgram([
      "encode",
      "2ad9",
      '{"name":"setTargetPower","powerWatts":225}',
    ]),
    runProgram(["decode", "2a37", "00"]),
    runProgram(["decode", "2a37", "0"]),
  ]);
  assert.deepEqual(decoded, {
    code: 0,
    out: '{"opCode":5,"name":"setTargetPower","powerWatts":225}\n',
    error: "",
  });
  assert.deepEqual(encoded, { code: 0, out: "05e100\n", error: "" });
  assert.deepEqual([frame.code, frame.out], [1, ""]);
  assert.deepEqual([usage.code, usage.out], [2, ""]);
});
