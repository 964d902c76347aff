/**
 * Five newcomers, and what each of them sees: scripts that have nothing but
 * the executable, on a real broker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { builtExecutable, OWN_MACHINE } from "../support/executable.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { freePort } from "../support/ports.ts";
import { run } from "../support/process.ts";
import { testWith } from "../support/requires.ts";
import { ROOT } from "../support/source_files.ts";

const HERE = `${ROOT.pathname}tests/newcomers`;

/** Ends a script that hangs, with all that it has started. */
const LONGEST_SECONDS = 300;

/** What a newcomer does and sees. */
interface Newcomer {
  /** Name of the script. */
  readonly script: string;
  /** What it needs besides the executable and mosquitto. */
  readonly programs?: readonly string[];
  /** Listens on the port itself. */
  readonly hasOwnBroker?: boolean;
  /** What must be read, in any order. */
  readonly sees: readonly RegExp[];
}

const NEWCOMERS: Readonly<Record<string, Newcomer>> = {
  "a student's apps ride on the topics of the Python drivers": {
    script: "student.sh",
    programs: ["mosquitto_sub", "mosquitto_rr"],
    sees: [
      /^bike\/000042\/speed \{"value": \d+\.\d+, "unitName": "m\/s",/m,
      /^bike\/000042\/heartrate\/report \{"value": \d+\.\d, "unitName": "BPM",/m,
      /^bike\/000042\/power\/report \{"value": \d+\.\d, "unitName": "W",/m,
      /^bike\/000042\/resistance\/report \{"value": 40\.0,/m,
      /^bike\/000042\/fan\/status \{"value": 30\.0,/m,
      /^bike\/000042\/incline\/status .*"code": "out_of_range".* -10 to 19/m,
    ],
  },
  "a rider prepares a card for a Pi, and rides without devices": {
    script: "rider.sh",
    programs: ["systemctl", "systemd-sysusers"],
    sees: [
      /^Wrote smartbike\.yaml; run it with: smartbike start/m,
      /^smartbike\.yaml: no mistakes$/m,
      /^ok {5}broker +mqtt:.* takes this account, with MQTT 5$/m,
      /^ok {5}topics +the account may use the topics of the bike$/m,
      /^write \/etc\/systemd\/system\/smartbike\.service$/m,
      /^wrote card\/etc\/systemd\/system\/smartbike\.service$/m,
      /--root "crad": there is no such folder/,
      /^Bike 000007 on mqtt:.*: trainer, heart-rate$/m,
      /^bike 000007 {2}power \d+ W {2}cadence \d+ rpm .*km\/h/m,
      /^bike 000007 is online, smartbike \d+\.\d+\.\d+ .*portable/m,
      /^smartbike: .*"000008"/m,
      /^wrote card\/usr\/local\/bin\/smartbike$/m,
      /^removed card\/etc\/systemd\/system\/smartbike\.service$/m,
      /^smartbike: nothing is installed here$/m,
    ],
  },
  "a developer reads, commands and mistypes a bike": {
    script: "developer.sh",
    sees: [
      /: no answer after 2000 ms\nCheck that the service is running/,
      /^bike-000001 {2}alive\nsmartbike\.Bike$/m,
      /^(powerWatts = \{"value":\d+,"state":"\w+",.*\}\n){3}/m,
      /^\{"rateBpm":\d+,.*"state":"Live"/m,
      /^6$/m,
      /out_of_range: Cannot set "inclinePercent" to 99: .* -10 to 19$/m,
      /"setInclin" of smartbike\.Bike, did you mean "setIncline"\?$/m,
      /interface "smartbike\.Byke", did you mean "smartbike\.Bike"\?$/m,
      /^(bike 000001 {2}power .*\n){2}set to 30$/m,
      /^TS2345 .*Argument of type 'string' is not assignable to parameter of type 'number'/m,
      /^power is \d+\nincline is 6\nrefused: .* out_of_range: .* -10 to 19$/m,
      /^smartbike: Cannot set "fanPercent" to 300: .* 0 to 100$/m,
      /^done$/m,
    ],
  },
  "a maker serves an object of their own with a script": {
    script: "maker.sh",
    sees: [
      /^1 module with 1 interface, 0 warnings, no errors$/m,
      /^14 of 14 files written$/m,
      /^wrong\.idl:4:15: error: .*"imt".*did you mean "int"\?/m,
      /nobody serves home\.light\.Lamp on this broker$/m,
      /^Serving home\.light\.Lamp on mqtt:/m,
      /^ {2}operation {2}toggle\(\): bool$/m,
      /^true\nfalse\n40$/m,
      /Cannot set "brightness": got bright for brightness, expected int/,
    ],
  },
  "an operator keeps two bikes apart, behind TLS and accounts": {
    script: "operator.sh",
    programs: ["mosquitto_passwd", "openssl"],
    hasOwnBroker: true,
    sees: [
      /^bike 000001 is online(.*\n)+bike 000002 is online/m,
      /^bike-000002 {2}alive\nsmartbike\.Bike\n( .*\n)*bike\/000002\/smartbike\.Bike$/m,
      /^set to 30\nsmartbike: Cannot complete "set fan": no answer/m,
      /^error +topics .* needs the right to publish to bike\/000002\/#$/m,
      /the broker refused the user name or password$/m,
      /^bike-000002 {2}lost/m,
      /"apigear\/services\/bike-000002\/alive".* has no right to publish/,
      /^Forgot bike-000002\nbike-000001 {2}alive\nsmartbike\.Bike$/m,
    ],
  },
};

/** The programs that a script finds, with the executable as `smartbike`. */
async function makePath(home: string, executable: string): Promise<string> {
  await Deno.mkdir(`${home}/bin`);
  await Deno.symlink(executable, `${home}/bin/smartbike`);
  await Deno.symlink(Deno.execPath(), `${home}/bin/deno`);
  return `${home}/bin:${Deno.env.get("PATH")}:/usr/sbin:/sbin`;
}

/** Where Deno keeps the packages that it has. */
async function findDenoDir(): Promise<string> {
  const { text } = await run([Deno.execPath(), "info", "--json"]);
  return JSON.parse(text).denoDir;
}

/** Runs a script in a home that is empty and goes away. */
async function runScript(script: string, port: number) {
  const { path, cache } = await builtExecutable(OWN_MACHINE);
  const home = await Deno.makeTempDir({ prefix: "smartbike-newcomer-" });
  try {
    const variables = {
      PATH: await makePath(home, path),
      HOME: home,
      EXAMPLES: HERE,
      BROKER: `127.0.0.1:${port}`,
      PORT: String(port),
      SMARTBIKE_CACHE: cache,
      LIBRARY: ROOT.pathname,
      DENO_DIR: await findDenoDir(),
      NO_COLOR: "1",
    };
    return await run([
      ...["env", "--ignore-environment", `--chdir=${home}`],
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      ...["timeout", String(LONGEST_SECONDS)],
      ...["sh", "-c", 'exec sh "$0" 2>&1', `${HERE}/${script}`],
    ]);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** Without the log, whose lines come in between. */
function withoutLog(text: string): string {
  const lines = text.split("\n");
  return lines.filter((line) => !line.startsWith('{"time":')).join("\n");
}

for (const [name, newcomer] of Object.entries(NEWCOMERS)) {
  const { script, programs = [], hasOwnBroker = false, sees } = newcomer;
  testWith({ programs: ["mosquitto", ...programs] }, name, async () => {
    await using broker = hasOwnBroker ? undefined : await Mosquitto.start();
    const { code, text } = await runScript(script, broker?.port ?? freePort());
    assert.equal(code, 0, text);
    const seen = withoutLog(text);
    for (const one of sees) assert.ok(one.test(seen), `${one} not in\n${seen}`);
  });
}
