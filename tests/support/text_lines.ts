/**
 * Text in lines.
 *
 * @module
 */

/** Cuts a stream of text into lines, without their ends. */
export class TextLineStream extends TransformStream<string, string> {
  /** Makes a stream that has seen nothing. */
  constructor() {
    let rest = "";
    super({
      transform(text, controller) {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        if (rest) controller.enqueue(rest);
      },
    });
  }
}
