/**
 * What holds on the BlueZ of Debian's bookworm.
 *
 * @module
 */
import { testInGuest } from "./guest.ts";

for (const scenario of ["central", "losses"]) {
  testInGuest({ suite: "bookworm", scenario });
}
