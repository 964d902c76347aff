/**
 * A reader of server-sent events.
 *
 * @module
 */
import { within } from "../../support/within.ts";

/** An event. */
export interface ServerEvent {
  /** Its name. */
  readonly event: string;
  /** Its id; empty without one. */
  readonly id: string;
  /** What it says. */
  readonly data: unknown;
}

/** Reads events one by one. */
export class EventReader implements AsyncDisposable {
  readonly #end = new AbortController();
  readonly #events: AsyncGenerator<ServerEvent>;

  private constructor(response: Response, end: AbortController) {
    this.#end = end;
    this.#events = readEvents(response);
  }

  /**
   * Opens a stream.
   *
   * @param url Its address.
   * @param headers Headers of the request.
   * @returns The reader.
   */
  static async open(
    url: string | URL,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventReader> {
    const end = new AbortController();
    const response = await fetch(url, { headers, signal: end.signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new TypeError(`Cannot read events: status ${response.status}`);
    }
    return new EventReader(response, end);
  }

  /**
   * Waits for an event of one name.
   *
   * @param name The name.
   * @param fits Whether it is the right one.
   * @returns The event.
   */
  async next(
    name: string,
    fits: (event: ServerEvent) => boolean = () => true,
  ): Promise<ServerEvent> {
    const wait = async () => {
      for (;;) {
        const { value, done } = await this.#events.next();
        if (done) throw new TypeError(`Cannot wait for ${name}: it has ended`);
        if (value.event === name && fits(value)) return value;
      }
    };
    return await within(name, wait());
  }

  /** Goes away. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#events.return(undefined).catch(() => {});
  }
}

async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  let rest = "";
  const texts = response.body?.pipeThrough(new TextDecoderStream());
  try {
    for await (const text of texts ?? []) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = new Map(
          block.split("\n").map((line) => {
            const [name = "", ...parts] = line.split(": ");
            return [name, parts.join(": ")] as const;
          }),
        );
        const event = fields.get("event");
        if (event === undefined) continue;
        yield {
          event,
          id: fields.get("id") ?? "",
          data: JSON.parse(fields.get("data") ?? "null"),
        };
      }
    }
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
