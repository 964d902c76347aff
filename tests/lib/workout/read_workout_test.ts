import assert from "node:assert/strict";
import { FileError } from "#lib/base/store_errors.ts";
import { readWorkout } from "#lib/workout/read_workout.ts";
import { toWorkoutJson } from "#lib/workout/workout_json.ts";
import { wattsPerUnit, type Workout } from "#lib/workout/workout.ts";
import { fc } from "../../property.ts";

const FIXTURES = new URL("../../fixtures/workouts/", import.meta.url);

function read(text: string, file = "x.zwo"): Workout {
  return readWorkout(new TextEncoder().encode(text), file);
}

async function fixture(file: string): Promise<Workout> {
  return readWorkout(await Deno.readFile(new URL(file, FIXTURES)), file);
}

function zwo(steps: string): string {
  return `<workout_file>\n<workout>\n${steps}\n</workout></workout_file>`;
}

function erg(rows: string, columns = "MINUTES WATTS"): string {
  return `[COURSE HEADER]\n${columns}\n[END COURSE HEADER]\n[COURSE DATA]\n${rows}\n`;
}

function targets({ steps }: Workout) {
  return steps.map(({ startSeconds, durationSeconds, kind, from, to }) => [
    startSeconds,
    durationSeconds,
    kind,
    ...from === undefined ? [] : [from, to],
  ]);
}

function codes({ notices }: Workout): readonly string[] {
  return notices.map(({ code }) => code);
}

/** Reads a text that is refused. */
function refusal(text: string, file = "x.zwo"): FileError {
  try {
    read(text, file);
  } catch (error) {
    assert.ok(error instanceof FileError, String(error));
    return error;
  }
  return assert.fail("it was read");
}

Deno.test("a ZWO file is read in any letter case, with a byte order mark, CRLF and a bare ampersand", async () => {
  const workout = await fixture("wild.zwo");
  assert.equal(workout.name, "Wild one");
  assert.equal(workout.author, "Mill & Brook");
  assert.deepEqual(targets(workout), [
    [0, 120, "ramp", 0.4, 0.7],
    [120, 60, "steady", 1.1, 1.1],
    [180, 30, "steady", 0.5, 0.5],
    [210, 60, "steady", 1.1, 1.1],
    [270, 30, "steady", 0.5, 0.5],
    [300, 20, "steady", 1.5, 1.5],
    [320, 40, "ramp", 1, 1.2],
    [360, 20, "steady", 0.6, 0.6],
    [380, 59.5, "steady", 0.85, 0.85],
    [439.5, 60, "free"],
    [499.5, 15, "max"],
    [514.5, 60, "steady", 0.65, 0.65],
    [574.5, 90, "ramp", 0.3, 0.6],
  ]);
  assert.deepEqual(codes(workout), [
    "bare_ampersand",
    "no_repeat",
    "interval_range",
    "steady_range",
    "zone",
    "no_duration",
    "unknown_element",
    "cooldown_direction",
  ]);
});

Deno.test("texts of a ZWO file count from their step, from their set, or from the start", async () => {
  const { texts } = await fixture("wild.zwo");
  assert.deepEqual(texts, [
    { atSeconds: 5, text: "From the start" },
    { atSeconds: 30, text: "Spin 'up'", durationSeconds: 8 },
    { atSeconds: 220, text: "Half of the set" },
  ]);
});

Deno.test("cadences of a ZWO file are those of on, off and ranges", async () => {
  const { steps } = await fixture("wild.zwo");
  const [, on, off] = steps;
  assert.deepEqual([on?.cadenceRpm, off?.cadenceRpm], [95, 80]);
  assert.deepEqual(steps[8]?.cadenceRangeRpm, [85, 95]);
});

Deno.test("a file that is not in UTF-8 is read as Windows-1252, and says so", async () => {
  const workout = await fixture("latin.zwo");
  assert.equal(workout.name, "Mühe – fünf");
  assert.deepEqual(codes(workout), ["encoding"]);
});

Deno.test("points of an ERG file become steps, and a third point at one time replaces the middle one", async () => {
  const workout = await fixture("scaled.erg");
  assert.equal(workout.name, "scaled.erg");
  assert.deepEqual(targets(workout), [
    [0, 300, "steady", 100, 100],
    [300, 300, "steady", 200, 200],
    [600, 150, "ramp", 200, 150],
  ]);
  assert.deepEqual(workout.lapsSeconds, [450]);
  assert.deepEqual(workout.texts, [
    { atSeconds: 30, text: "Go", durationSeconds: 10 },
    { atSeconds: 90, text: "Two words 20" },
  ]);
});

Deno.test("watts that were made for an FTP scale by the rider's, and percents do not", async () => {
  const watts = await fixture("scaled.erg");
  assert.equal(wattsPerUnit(watts, { ftpWatts: 250 }), 1.25);
  assert.equal(wattsPerUnit(watts), 1);
  const percents = await fixture("percent.mrc");
  assert.equal(wattsPerUnit(percents, { ftpWatts: 250 }), 250);
  assert.equal(wattsPerUnit(percents), undefined);
  assert.deepEqual(codes(percents), ["percent_with_ftp", "late_start"]);
});

Deno.test("an MRC file whose first point is late holds that power from the start", async () => {
  assert.deepEqual(targets(await fixture("percent.mrc")), [
    [0, 60, "steady", 0.5, 0.5],
    [60, 60, "steady", 0.5, 0.5],
    [120, 120, "ramp", 1, 1.2],
  ]);
});

Deno.test("the ending decides where a file does not name its units, with a notice", () => {
  const text = erg("0 50\n5 50", "");
  assert.equal(read(text, "x.erg").unit, "W");
  assert.equal(read(text, "x.mrc").unit, "fraction of FTP");
  assert.ok(codes(read(text, "x.mrc")).includes("no_unit"));
});

Deno.test("the JSON of a workout names total, average, maximum and normalized power", () => {
  const json = toWorkoutJson(
    read(
      zwo(
        '<SteadyState Duration="60" Power="0.5"/><Ramp Duration="60" PowerLow="0.5" PowerHigh="1"/>',
      ),
    ),
    "x.zwo",
    { ftpWatts: 200 },
  );
  assert.equal(json["totalS"], 120);
  assert.equal(json["average"], 0.625);
  assert.equal(json["averageWatts"], 125);
  assert.equal(json["maximum"], 1);
  assert.equal(json["stepCount"], 2);
});

const REFUSED: readonly (readonly [
  what: string,
  text: string,
  file: string,
  line: number | undefined,
  reason: RegExp,
])[] = [
  [
    "a word for a number in an attribute",
    zwo('<SteadyState Duration="long" Power="1"/>'),
    "x.zwo",
    3,
    /duration is "long"/,
  ],
  [
    "a power that is no fraction",
    zwo('<SteadyState Duration="60" Power="75"/>'),
    "x.zwo",
    3,
    /power is 75/,
  ],
  [
    "a power below zero",
    zwo('<SteadyState Duration="60" Power="-0.1"/>'),
    "x.zwo",
    3,
    /power is -0.1/,
  ],
  [
    "intervals that are repeated without end",
    zwo('<IntervalsT Repeat="100000" OnDuration="1" OnPower="1"/>'),
    "x.zwo",
    3,
    /Repeat is 100000/,
  ],
  [
    "a workout of days",
    zwo('<SteadyState Duration="1e9" Power="0.5"/>'),
    "x.zwo",
    3,
    /longer than 48 hours/,
  ],
  ["a workout without steps", zwo(""), "x.zwo", 2, /no steps/],
  [
    "an external entity",
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<workout_file>&x;</workout_file>',
    "x.zwo",
    1,
    /document type/,
  ],
  [
    "XML that ends in the middle",
    "<workout_file>\n<workout>",
    "x.zwo",
    2,
    /well-formed/,
  ],
  ["nesting without end", "<a>".repeat(20_000), "x.zwo", 1, /64 deep/],
  ["another root", "<gpx/>", "x.zwo", 1, /"gpx"/],
  [
    "time that goes back",
    erg("0 50\n5 50\n4 60"),
    "x.erg",
    7,
    /goes back to 4/,
  ],
  ["a word in a row", erg("0 50\n5 fast"), "x.erg", 6, /"fast"/],
  ["three columns", erg("0 50 1\n5 50 1"), "x.erg", 5, /3 columns/],
  ["one row alone", erg("0 50"), "x.erg", 5, /at least two/],
  ["no rows", erg(""), "x.erg", undefined, /at least two/],
  [
    "no data",
    "[COURSE HEADER]\nMINUTES WATTS\n",
    "x.erg",
    undefined,
    /COURSE DATA/,
  ],
  [
    "a word for an FTP in a header",
    "[COURSE HEADER]\nFTP = mine\nMINUTES WATTS\n[COURSE DATA]\n0 50\n5 50",
    "x.erg",
    2,
    /FTP is "mine"/,
  ],
  [
    "a word for an FTP in an element",
    "<workout_file><ftpOverride>mine</ftpOverride><workout>\n" +
    '<SteadyState Duration="60" Power="1"/></workout></workout_file>',
    "x.zwo",
    1,
    /ftpOverride is "mine"/,
  ],
  [
    "a time in seconds",
    "[COURSE HEADER]\nSECONDS WATTS\n[COURSE DATA]\n0 50\n300 50",
    "x.erg",
    2,
    /times are in seconds/,
  ],
  ["a plain text", "Ride hard", "x.erg", 1, /like no workout/],
  ["nothing", "", "x.mrc", 1, /like no workout/],
];

for (const [what, text, file, line, reason] of REFUSED) {
  Deno.test(`${what} is refused with its line and the reason`, () => {
    const error = refusal(text, file);
    assert.equal(error.line, line, error.message);
    assert.match(error.message, reason);
    assert.match(error.message, /^Cannot read "x\.\w+": .*expected/s);
  });
}

Deno.test("attributes and elements with names of Object's own mean nothing", () => {
  const workout = read(
    zwo(
      '<__proto__/>\n<constructor Duration="5"/><SteadyState Duration="60" Power="0.5" __proto__="9" constructor="1"/>',
    ),
  );
  assert.equal(workout.steps.length, 1);
  assert.deepEqual(codes(workout), ["unknown_element", "unknown_element"]);
});

const STEP = fc.oneof(
  fc.record({
    d: fc.integer({ min: 1, max: 3600 }),
    p: fc.integer({ min: 0, max: 300 }),
  })
    .map(({ d, p }) => `<SteadyState Duration="${d}" Power="${p / 100}"/>`),
  fc.record({
    n: fc.integer({ min: 0, max: 5 }),
    a: fc.integer({ min: 0, max: 99 }),
    b: fc.integer({ min: 0, max: 99 }),
  })
    .map(({ n, a, b }) =>
      `<IntervalsT Repeat="${n}" OnDuration="${a / 2}" OffDuration="${
        b / 4
      }" OnPower="1" OffPower="0.5"/>`
    ),
  fc.integer({ min: 0, max: 600 }).map((d) =>
    `<FreeRide Duration="${d / 8}"/>`
  ),
);

Deno.test("the steps of any workout stand one behind the other and sum up to its total", () => {
  fc.assert(
    fc.property(fc.array(STEP, { minLength: 1, maxLength: 30 }), (parts) => {
      const text = zwo(
        `${parts.join("\n")}<SteadyState Duration="1" Power="1"/>`,
      );
      const workout = read(text);
      let end = 0;
      for (const { startSeconds, durationSeconds } of workout.steps) {
        assert.ok(Math.abs(startSeconds - end) < 1e-6);
        assert.ok(durationSeconds > 0);
        end += durationSeconds;
      }
      assert.ok(
        Math.abs(Number(toWorkoutJson(workout, "x")["totalS"]) - end) < 1e-3,
      );
    }),
  );
});

Deno.test("whatever stands in a file, it is read or refused with a FileError", () => {
  const piece = fc.constantFrom(
    "<workout_file>",
    "</workout_file>",
    "<workout>",
    "</workout>",
    "&",
    "\0",
    '<SteadyState Duration="5" Power="1"/>',
    "[COURSE DATA]\n",
    "0 1\n",
    "5 2\n",
    "[COURSE HEADER]\n",
    "FTP = x\n",
    "LAP\n",
    "<![CDATA[",
    "]]>",
    "%",
    "\u2028",
  );
  fc.assert(fc.property(
    fc.array(piece, { maxLength: 20 }),
    fc.constantFrom("a.zwo", "a.erg", "a.mrc"),
    (pieces, file) => {
      try {
        read(pieces.join(""), file);
      } catch (error) {
        assert.ok(error instanceof FileError, String(error));
      }
    },
  ));
});
