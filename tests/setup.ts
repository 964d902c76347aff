/**
 * `deno task test:setup`: installs all that any test needs, those of the guest included.
 *
 * @module
 */
import { missingPackages } from "./support/packages.ts";
import { installPackages, whyNotInstallable } from "./support/setup.ts";

const encoder = new TextEncoder();
const missing = [...missingPackages("tests"), ...missingPackages("guest")];
if (missing.length > 0) {
  const obstacle = whyNotInstallable() ??
    await installPackages(
      missing,
      (line) => void Deno.stdout.writeSync(encoder.encode(`${line}\n`)),
    );
  if (obstacle !== undefined) {
    const text = `setup: Cannot install ${
      missing.join(" ")
    }: ${obstacle}, expected a Debian with root or sudo\n`;
    Deno.stderr.writeSync(encoder.encode(text));
    Deno.exit(1);
  }
}
