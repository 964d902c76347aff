import assert from "node:assert/strict";
import type { SerialPort } from "#lib/hardware/serial.ts";
import { Pty } from "../../../support/pty.ts";
import { within } from "../../../support/within.ts";
import { openPort } from "./serial_setup.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

const MIB = 1024 * 1024;

/** Bytes without a pattern, the same for the same seed. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223 | 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

async function read(port: SerialPort, length: number): Promise<Uint8Array> {
  const got = new Uint8Array(length);
  let at = 0;
  for await (const bytes of port.bytes) {
    got.set(bytes, at);
    at += bytes.length;
    if (at === length) break;
  }
  return got;
}

function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  let same = 0;
  while (same < actual.length && actual[same] === expected[same]) same++;
  assert.equal(same, actual.length, `byte ${same} is wrong`);
}

test("a MiB of all kinds of bytes goes both ways at once, without a wrong one", async () => {
  await using pty = await Pty.start();
  await using port = await openPort(pty.path);
  const [down, up] = [noise(MIB, 1), noise(MIB, 2)];
  const [got, received] = await Promise.all([
    within("the MiB", read(port, MIB)),
    pty.receive(MIB),
    pty.send(down),
    port.write(up),
  ]);
  assertSame(got, down);
  assertSame(received, up);
});

test("a write waits while the other side takes nothing, and then completes", async () => {
  await using pty = await Pty.start();
  await using port = await openPort(pty.path);
  const bytes = noise(4 * MIB, 3);
  let isDone = false;
  const write = async () => {
    await port.write(bytes);
    isDone = true;
  };
  const receive = async () => {
    const first = await pty.receive(1);
    assert(!isDone);
    const rest = await pty.receive(bytes.length - first.length);
    assertSame(first, bytes.subarray(0, first.length));
    assertSame(rest, bytes.subarray(first.length));
  };
  await Promise.all([within("the write", write()), receive()]);
});

test("a write that waits ends with an error when the port is closed", async () => {
  await using pty = await Pty.start();
  const port = await openPort(pty.path);
  const writing = [port.write(noise(4 * MIB, 4)), port.write(noise(1, 5))];
  const ends = writing.map((write) =>
    assert.rejects(write, { name: "DeviceError", reason: "disconnected" })
  );
  await pty.receive(1);
  await port[Symbol.asyncDispose]();
  await within("the writes", Promise.all(ends));
});

test("a write that waits ends with an error when the port is unplugged", async () => {
  await using pty = await Pty.start();
  await using port = await openPort(pty.path);
  const end = assert.rejects(port.write(noise(4 * MIB, 6)), {
    name: "DeviceError",
    reason: "disconnected",
  });
  await pty.receive(1);
  await pty.unplug();
  await within("the write", end);
});

test("many writes at once arrive whole and in the order of the calls", async () => {
  await using pty = await Pty.start();
  await using port = await openPort(pty.path);
  const lines = Array.from({ length: 2000 }, (_, index) => `line ${index}\n`);
  const encoder = new TextEncoder();
  const shared = new Uint8Array(32);
  const writing = lines.map((line) => {
    // The memory is used again at once.
    const { written } = encoder.encodeInto(line, shared);
    return port.write(shared.subarray(0, written));
  });
  const text = lines.join("");
  const [received] = await Promise.all([pty.receive(text.length), ...writing]);
  assert.equal(new TextDecoder().decode(received), text);
});

test("bursts are kept until somebody takes them", async () => {
  await using pty = await Pty.start();
  await using port = await openPort(pty.path);
  const bytes = noise(300_000, 7);
  const take = async () => {
    await port.write(Uint8Array.of(1));
    await pty.receive(1);
    return await read(port, bytes.length);
  };
  const [got] = await Promise.all([
    within("the burst", take()),
    pty.send(bytes),
  ]);
  assertSame(got, bytes);
});
