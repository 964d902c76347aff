import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import { parseBrokerAddress } from "#lib/mqtt/broker_address.ts";

for (
  const [text, scheme, host, port, url] of [
    ["localhost", "mqtt:", "localhost", 1883, "mqtt://localhost:1883"],
    ["10.0.0.7:1884", "mqtt:", "10.0.0.7", 1884, "mqtt://10.0.0.7:1884"],
    ["[::1]", "mqtt:", "::1", 1883, "mqtt://[::1]:1883"],
    ["[::1]:1884", "mqtt:", "::1", 1884, "mqtt://[::1]:1884"],
    ["mqtt://h", "mqtt:", "h", 1883, "mqtt://h:1883"],
    ["mqtt://h/", "mqtt:", "h", 1883, "mqtt://h:1883"],
    ["mqtts://h", "mqtts:", "h", 8883, "mqtts://h:8883"],
    ["mqtts://h:1", "mqtts:", "h", 1, "mqtts://h:1"],
    ["ws://h", "ws:", "h", 80, "ws://h:80/"],
    ["ws://h:9001/mqtt?a=b", "ws:", "h", 9001, "ws://h:9001/mqtt?a=b"],
    ["wss://h/mqtt", "wss:", "h", 443, "wss://h:443/mqtt"],
    ["h:65535", "mqtt:", "h", 65_535, "mqtt://h:65535"],
  ] as const
) {
  Deno.test(`parseBrokerAddress reads ${text}`, () => {
    assert.deepEqual(parseBrokerAddress(text), { scheme, host, port, url });
  });
}

for (
  const text of [
    "",
    "http://h",
    "mqtt://",
    "h:port",
    "h:65536",
    "h:0",
    "h h",
    "mqtt://h/path",
    "mqtt://h%20",
    "://h",
  ]
) {
  Deno.test(`parseBrokerAddress throws ConfigError for "${text}"`, () => {
    assert.throws(
      () => parseBrokerAddress(text),
      (error) =>
        error instanceof ConfigError && error.details.option === "broker",
    );
  });
}

for (
  const text of [
    "mqtt://rider:secret@h",
    "rider:secret@h",
    "mqtt://secret@h",
    "wss://rider:secret@h/mqtt",
    "http://rider:secret@h",
    "mqtt://rider:se/cret@h",
    "mqtt://rider:secret@",
  ]
) {
  Deno.test(`parseBrokerAddress hides the credentials of ${text} in its error`, () => {
    assert.throws(() => parseBrokerAddress(text), (error) => {
      assert.ok(error instanceof ConfigError);
      const shown = `${error.message} ${error.details.value} ${error.cause}`;
      assert.ok(!/secret|cret@/.test(shown), shown);
      return true;
    });
  });
}
