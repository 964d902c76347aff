/**
 * What a person at a terminal sees of something that takes long.
 *
 * Not emulated: a process that is cannot start another one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { PROGRAM_WORDS, ProgramProcess } from "../support/cli.ts";
import { Pty } from "../support/pty.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

/** A server that takes connections and says nothing. */
function silentServer(): Disposable & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken: Deno.Conn[] = [];
  void (async () => {
    for await (const connection of listener) taken.push(connection);
  })();
  return {
    port: listener.addr.port,
    [Symbol.dispose]() {
      listener.close();
      for (const connection of taken) connection.close();
    },
  };
}

/** Reads what a terminal shows until it fits. */
async function shown(tty: Pty, pattern: RegExp): Promise<string> {
  let text = "";
  const read = async () => {
    while (!pattern.test(text)) {
      text += new TextDecoder().decode(await tty.receive(1));
    }
    return text;
  };
  return await within(`${pattern}`, read());
}

testWith(
  { programs: ["socat"] },
  "a terminal shows the seconds of what takes longer than one, on a line that is gone before the next text",
  async () => {
    using server = silentServer();
    await using tty = await Pty.start();
    const args = [
      ...["status", "--broker", `127.0.0.1:${server.port}`],
      ...["--timeout", "3s"],
    ];
    await using status = new ProgramProcess(
      ["sh", "-c", 'exec "$@" 2> "$0"', tty.path, ...PROGRAM_WORDS, ...args],
      {},
    );
    const first = await shown(tty, /status: 2 s/);
    assert.ok(first.startsWith("\r\x1b[Ksmartbike status: 1 s\r"), first);
    const rest = await shown(tty, /smartbike: Cannot .*\n/);
    assert.ok(rest.includes(" s\r\x1b[Ksmartbike: Cannot"), rest);
    assert.equal((await within("the end", status.result)).code, 1);
  },
);
