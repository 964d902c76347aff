import assert from "node:assert/strict";
import { isLoopback } from "#lib/base/host_names.ts";

for (
  const [host, expected] of [
    ["127.0.0.1", true],
    ["127.8.9.10", true],
    ["::1", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["192.168.0.7", false],
    ["127.evil.example", false],
    ["127.0.0.1.evil.example", false],
  ] as const
) {
  Deno.test(`${host} is ${expected ? "" : "not "}an address that only this machine reaches`, () => {
    assert.equal(isLoopback(host), expected);
  });
}
