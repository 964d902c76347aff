import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import { parseBrokerAddress } from "#lib/mqtt/broker_address.ts";

Deno.test("parseBrokerAddress keeps any password out of its error and the error's cause", () => {
  for (
    const text of [
      "mqtt://user:secret@host",
      "mqtt://user:se@cret@host",
      "mqtt://user:se/cret@host",
      "user:secret@host",
      "http://user:secret@host",
    ]
  ) {
    assert.throws(() => parseBrokerAddress(text), (error) => {
      assert.ok(error instanceof ConfigError);
      const all = `${error.message} ${error.cause} ${error.details.value}`;
      assert.doesNotMatch(all, /cret/);
      return true;
    });
  }
});
