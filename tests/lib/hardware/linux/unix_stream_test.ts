import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { UnixStream } from "#lib/hardware/linux/unix_stream.ts";
import { requireProgram, testWith } from "../../../support/requires.ts";
import { ROOT } from "../../../support/source_files.ts";
import { within } from "../../../support/within.ts";

/** More than a socket holds. */
const LENGTH = 4 * 1024 * 1024;

/** Both ends of a connection. */
async function connect(keep: AsyncDisposableStack) {
  const folder = await Deno.makeTempDir();
  keep.defer(() => Deno.remove(folder, { recursive: true }));
  const path = `${folder}/socket`;
  using listener = Deno.listen({ transport: "unix", path });
  const [stream, peer] = await Promise.all([
    UnixStream.connect(path),
    listener.accept(),
  ]);
  const closed = new Promise((resolve) => stream.once("close", resolve));
  keep.defer(async () => {
    stream.destroy();
    await within("the end", closed);
  });
  return { stream, peer, closed };
}

async function read(peer: Deno.UnixConn, length: number): Promise<Uint8Array> {
  const all = new Uint8Array(length);
  for (let at = 0; at < length;) {
    at += await peer.read(all.subarray(at)) ?? length;
  }
  return all;
}

Deno.test("bytes go both ways, whole and in order, more at once than a socket holds", async () => {
  await using keep = new AsyncDisposableStack();
  const { stream, peer } = await connect(keep);
  using _peer = peer;
  const bytes = Buffer.alloc(LENGTH, "0123456789abcdefghijklmnopqrstuvw");
  stream.cork();
  stream.write(bytes.subarray(0, 1000));
  stream.write(bytes.subarray(1000));
  stream.uncork();
  assert(bytes.equals(await within("the bytes", read(peer, LENGTH))));
  const writer = peer.writable.getWriter();
  const sending = writer.write(new Uint8Array(bytes));
  const parts: Uint8Array[] = [];
  let got = 0;
  for await (const part of stream) {
    parts.push(part);
    got += part.length;
    if (got === LENGTH) break;
  }
  assert(bytes.equals(Buffer.concat(parts)));
  await sending;
});

Deno.test("a stream ends with its connection, and a write that this cuts off hurts nobody", async () => {
  await using keep = new AsyncDisposableStack();
  const { stream, peer, closed } = await connect(keep);
  stream.on("error", () => {});
  stream.resume();
  stream.write(new Uint8Array(LENGTH));
  peer.close();
  await within("the end", closed);
  assert(stream.destroyed);
});

Deno.test("a socket that is not there is reported as it is", async () => {
  await assert.rejects(
    UnixStream.connect("/nowhere/socket"),
    Deno.errors.NotFound,
  );
});

const SCRIPT = `
import { UnixStream } from "#lib/hardware/linux/unix_stream.ts";
const path = Deno.args[0];
using listener = Deno.listen({ transport: "unix", path });
const stream = await UnixStream.connect(path);
using peer = await listener.accept();
const closed = new Promise((resolve) => stream.once("close", resolve));
stream.destroy();
await closed;
`;

testWith(
  { programs: ["strace"] },
  "a descriptor is closed once: the second time it might be that of another thread",
  async () => {
    await using keep = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir();
    keep.defer(() => Deno.remove(folder, { recursive: true }));
    const [script, log] = [`${folder}/script.ts`, `${folder}/calls`];
    await Deno.writeTextFile(script, SCRIPT);
    const { success, stderr } = await new Deno.Command(
      requireProgram("strace"),
      {
        args: [
          ...["-f", "-qq", "-e", "trace=close,connect", "-o", log],
          ...[Deno.execPath(), "run", "--no-check", "--quiet"],
          ...["--config=deno.json", "--allow-all", script],
          `${folder}/socket`,
        ],
        cwd: ROOT,
      },
    ).output();
    assert(success, new TextDecoder().decode(stderr));
    const calls = await Deno.readTextFile(log);
    assert.match(calls, /connect\(\d+, \{sa_family=AF_UNIX/);
    assert.doesNotMatch(calls, /close\(\d+\) += -1 EBADF/);
  },
);
