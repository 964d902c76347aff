/** Readers of files under files that are nearly right. */
import assert from "node:assert/strict";
import { SmartbikeError } from "#lib/base/errors.ts";
import { readYaml } from "#lib/base/yaml_reader.ts";
import { readConfigFile } from "#lib/config/config_file.ts";
import { readEnvFile } from "#lib/config/env_file.ts";
import { decodeLine } from "#lib/gatt/decode_line.ts";
import { checkSources } from "#lib/idl/check.ts";
import { toFit } from "#lib/ride/fit_export.ts";
import { parseFit } from "#lib/ride/fit_import.ts";
import { parseTcx } from "#lib/ride/tcx_import.ts";
import { timelineOf } from "#lib/ride/timeline.ts";
import { readRoad } from "#lib/route/read_road.ts";
import { readWorkout } from "#lib/workout/read_workout.ts";
import { madeUpRide } from "../lib/ride/ride_samples.ts";
import { mutate } from "./mutate.ts";
import { choose, planRounds } from "./rounds.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** Every file of a folder. */
function filesOf(folder: string): readonly Uint8Array[] {
  const place = new URL(`${folder}/`, FIXTURES);
  return [...Deno.readDirSync(place)].map(({ name }) => name).sort()
    .map((name) => Deno.readFileSync(new URL(name, place)));
}

const GPX = `<?xml version="1.0"?><gpx xmlns:x="y"><trk><name>a</name><trkseg>
<trkpt lat="47.1" lon="8.5"><ele>400</ele></trkpt>
<trkpt lat="47.2" lon="8.5"><ele>420.5</ele></trkpt></trkseg></trk></gpx>`;

const TCX = `<TrainingCenterDatabase><Course><Track>
<Trackpoint><Time>2026-01-01T00:00:00Z</Time><DistanceMeters>1</DistanceMeters>
<AltitudeMeters>3</AltitudeMeters><HeartRateBpm><Value>120</Value></HeartRateBpm>
</Trackpoint></Track></Course></TrainingCenterDatabase>`;

const CONFIG = `bike: { id: "000001", topics: { qos: 1 } }
broker: &b { url: mqtt://127.0.0.1:1883 }
devices:
  strap: { driver: heart-rate, options: { peripheral: "HRM*" } }
more: *b
`;

const ENV = `export A=b # c\nB="x\\"y"\nC='z'\n`;

const LINES = [
  `2ad2 44020000d0070000c80000`,
  `2a37 10480004`,
  `{"time": 1, "characteristic": "2a63", "bytes": "0000c800"}`,
];

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A reader, and files that it takes. */
interface Reader {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  read(bytes: Uint8Array): unknown;
}

const ride = timelineOf(madeUpRide({ seconds: 20 }));

const READERS: readonly Reader[] = [
  {
    name: "workouts",
    files: filesOf("workouts"),
    read: (bytes) => readWorkout(bytes, "x.zwo"),
  },
  {
    name: "roads",
    files: [encode(GPX), encode(TCX), ...filesOf("workouts")],
    read: (bytes) => readRoad(bytes, "x.crs"),
  },
  {
    name: "rides",
    files: [toFit(ride), encode(TCX)],
    read: (bytes) =>
      bytes[0] === 0x3c
        ? parseTcx(bytes, "x.tcx", "1")
        : parseFit(bytes, "x.fit", "1"),
  },
  {
    name: "definitions",
    files: filesOf("modules"),
    read: (bytes) => {
      const text = decode(bytes);
      return ["a.idl", "a.module.yaml"].map((file) =>
        checkSources([{ file, text }])
      );
    },
  },
  {
    name: "configurations",
    files: [encode(CONFIG), encode(ENV)],
    read: (bytes) => {
      const text = decode(bytes);
      readYaml(text);
      readEnvFile(text);
      return readConfigFile({ file: "smartbike.yaml", text }, []);
    },
  },
  {
    name: "captured frames",
    files: LINES.map(encode),
    read: (bytes) => decodeLine(bytes),
  },
];

for (const { name, files, read } of READERS) {
  Deno.test(`whatever stands in files of ${name}, they are read or refused with an error of ours`, () => {
    const rounds = planRounds(100);
    const { random, seed } = rounds;
    for (const round of rounds) {
      const bytes = mutate(random, choose(random, files));
      try {
        read(bytes);
      } catch (error) {
        const where = `seed ${seed}, round ${round}: ${bytes.toHex()}`;
        assert(error instanceof SmartbikeError, `${error}\n${where}`);
      }
    }
  });
}
