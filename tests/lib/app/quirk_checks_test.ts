import assert from "node:assert/strict";
import { checkQuirks } from "#lib/app/quirk_checks.ts";

Deno.test("doctor says which quirks hold for the devices that drivers had, and why", () => {
  const checks = checkQuirks([], [
    { device: "heart-rate", name: "TICKR 4A2B" },
    { device: "trainer", name: "KICKR SNAP 12" },
  ]);
  assert.deepEqual(
    checks.map(({ state, subject }) => `${state} ${subject}`),
    ["note trainer", "note trainer"],
  );
  assert.equal(
    checks[1]?.text,
    'KICKR SNAP 12: does not answer to op code 0x43 (name begins with "KICKR SNAP")',
  );
});

Deno.test("doctor says what was found out about a device while riding, and how that is set", () => {
  const learned = { control: "off", resistanceWidth: 2 } as const;
  const checks = checkQuirks([], [{ device: "trainer", name: "Hub", learned }]);
  assert.match(checks[0]?.text ?? "", /^Hub: falls silent once control/);
  assert.match(checks[1]?.text ?? "", /resistance in 2 bytes/);
  assert.match(checks[1]?.advice ?? "", /resistance-width/);
});
