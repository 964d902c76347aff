/**
 * Bodies of requests, bounded and checked.
 *
 * @module
 */
import { refuse } from "./responses.ts";

/** The largest body that is read, in bytes. */
const MAX_BODY_BYTES = 4096;

/**
 * Reads a JSON object. A page elsewhere cannot send this type without asking first.
 *
 * @returns The object, or why it is refused.
 */
export async function readBody(
  request: Request,
): Promise<Readonly<Record<string, unknown>> | Response> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return refuse(415, {
      code: "payload",
      message: "Expected a body of type application/json",
    });
  }
  const bytes = await readBounded(request);
  if (!bytes) {
    return refuse(413, {
      code: "payload",
      message: `Expected a body of at most ${MAX_BODY_BYTES} bytes`,
    });
  }
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isRecord(data)) return data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return refuse(400, { code: "payload", message: "Expected a JSON object" });
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

async function readBounded(request: Request): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
