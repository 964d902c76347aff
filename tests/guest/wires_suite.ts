/**
 * What holds for pins and serial ports of the kernel, whatever the BlueZ.
 *
 * @module
 */
import { testInGuest } from "./guest.ts";

for (const scenario of ["pins", "ports"]) {
  testInGuest({ suite: "bookworm", scenario });
}
