/**
 * What holds on the BlueZ of Debian's trixie.
 *
 * @module
 */
import { testInGuest } from "./guest.ts";

for (const scenario of ["central", "losses"]) {
  testInGuest({ suite: "trixie", scenario });
}

// An hour of the guest's clock; some minutes of ours.
testInGuest({ suite: "trixie", scenario: "ride", limitSeconds: 3000 });
