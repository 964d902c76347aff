import assert from "node:assert/strict";
import { whyNotListening } from "#lib/base/listen_refusal.ts";

for (
  const [code, port, why] of [
    [
      "EACCES",
      80,
      "access is denied, ports below 1024 need root, expected another port",
    ],
    ["EACCES", 1883, "access is denied"],
    ["EADDRINUSE", 80, "the port is in use"],
    ["EADDRNOTAVAIL", 80, "the system's words"],
  ] as const
) {
  Deno.test(`whyNotListening says of ${code} on port ${port} what can be done`, () => {
    const cause = Object.assign(new Error("the system's words"), { code });
    assert.equal(whyNotListening(cause, port), why);
  });
}
