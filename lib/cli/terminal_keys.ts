/**
 * The keys of a terminal, one by one.
 *
 * @module
 */

/**
 * Listens to the keys of the terminal that standard input is, which then shows
 * none of them; Ctrl-C stays what it is.
 *
 * @param handler Called with each key.
 * @returns Gives the terminal back when disposed; undefined where there is none.
 */
export function listenForKeys(
  handler: (key: string) => void,
): Disposable | undefined {
  const { stdin } = Deno;
  if (!stdin.isTerminal()) return undefined;
  stdin.setRaw(true, { cbreak: true });
  const reader = stdin.readable.getReader();
  void readKeys(reader, handler);
  return {
    [Symbol.dispose]: () => {
      setBack();
      void reader.cancel().catch(() => {});
    },
  };
}

async function readKeys(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  handler: (key: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const key of decoder.decode(value, { stream: true })) handler(key);
    }
  } catch {
    // The terminal was closed: there are no more keys.
  }
}

/** A terminal that was closed needs nothing back. */
function setBack(): void {
  try {
    Deno.stdin.setRaw(false);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
