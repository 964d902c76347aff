/**
 * What holds on the BlueZ of Debian's bookworm.
 *
 * @module
 */
import { testInGuest } from "./guest.ts";

for (const scenario of ["central", "losses"]) {
  testInGuest({ suite: "bookworm", scenario });
}

// An hour of the guest's clock; some minutes of ours.
testInGuest({ suite: "bookworm", scenario: "ride", limitSeconds: 3000 });
