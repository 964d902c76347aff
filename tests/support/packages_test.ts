import assert from "node:assert/strict";
import {
  findProgram,
  isPresent,
  missingPackages,
  packageOf,
} from "./packages.ts";

Deno.test("findProgram finds what is on PATH, and undefined otherwise", () => {
  assert.match(findProgram("sh") ?? "", /\/sh$/);
  assert.equal(findProgram("no-such-program"), undefined);
});

Deno.test("packageOf names the package of a program, and is the name itself where it is not listed", () => {
  assert.equal(packageOf("bluetoothctl"), "bluez");
  assert.equal(packageOf("mosquitto_sub"), "mosquitto-clients");
  assert.equal(packageOf("no-such-program"), "no-such-program");
});

Deno.test("with nothing on PATH every package with a program on it is missing", async () => {
  const script = `
    import { isPresent, missingPackages } from ${
    JSON.stringify(import.meta.resolve("./packages.ts"))
  };
    console.log(JSON.stringify([missingPackages("tests"), isPresent("python3-paho-mqtt")]));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    env: { PATH: "/nowhere" },
  }).output();
  const [missing, hasPaho] = JSON.parse(new TextDecoder().decode(stdout));
  for (const name of ["socat", "fish", "python3-paho-mqtt"]) {
    assert.ok(missing.includes(name), name);
  }
  assert.equal(hasPaho, false);
});

Deno.test("a program without a package in the list is present where it is on PATH", () => {
  assert.ok(isPresent("sh"));
  assert.ok(!isPresent("no-such-program"));
  assert.ok(!missingPackages("tests").includes("sh"));
});
