import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { Runner } from "#lib/workout/runner.ts";
import {
  type RunMemory,
  WorkoutService,
} from "#lib/workout/workout_service.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A note that outlives its program. */
class Note implements RunMemory {
  text: string | undefined;

  read() {
    return Promise.resolve(this.text);
  }

  write(text: string | undefined) {
    this.text = text;
    return Promise.resolve();
  }
}

/** A program that takes workouts. */
class Program implements AsyncDisposable {
  readonly bike: Bike;
  readonly runner: Runner;
  readonly service: WorkoutService;
  readonly clock: FakeClock;

  constructor(memory = new Note(), clock = new FakeClock()) {
    this.clock = clock;
    this.bike = new Bike({ clock });
    this.runner = new Runner(this.bike, { clock });
    this.service = new WorkoutService(this.runner, { clock, memory });
  }

  send(payload: unknown): void {
    const text = typeof payload === "string"
      ? payload
      : JSON.stringify(payload);
    this.service.execute("bike/000001/workout", new TextEncoder().encode(text));
  }

  get state(): string {
    const { state, progress } = this.runner.state;
    return state === "idle" ? state : `${state} ${progress?.name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.service[Symbol.dispose]();
    await this.runner[Symbol.asyncDispose]();
    this.bike.close();
  }
}

const ZWO =
  '<workout_file><name>Mine</name><workout><SteadyState Duration="600" Power="0.5"/></workout></workout_file>';
const RUN = {
  command: "run",
  file: "mine.zwo",
  content: new TextEncoder().encode(ZWO).toBase64(),
  ftp: 200,
};

Deno.test("both contracts of the predecessor begin and end its sessions", async () => {
  await using program = new Program();
  program.send("Ramped\n");
  assert.equal(program.state, "running ramped");
  program.send("stop");
  assert.equal(program.state, "idle");
  for (const type of ["ramped", "ftp", "strength", "endurance"]) {
    program.send({ type, command: "start", duration: 10 });
    assert.equal(program.state, `running ${type}`);
    assert.equal(program.runner.state.progress?.total, 600);
    program.send({ type, command: "stop" });
  }
  program.send({ type: "threshold", command: "start", duration: -1, ftp: 220 });
  assert.equal(program.state, "running threshold");
});

const REFUSED: readonly (readonly [
  what: string,
  before: unknown,
  payload: unknown,
  code: string,
])[] = [
  [
    "a start while one is ridden",
    "ramped",
    { type: "ftp", command: "start" },
    "held",
  ],
  ["a change of a session that rises by itself", "ramped", {
    type: "ramped",
    command: "increase",
  }, "unavailable"],
  ["a command for another session", "strength", {
    type: "endurance",
    command: "increase",
  }, "held"],
  [
    "a stop while none is ridden",
    undefined,
    { type: "ftp", command: "stop" },
    "unavailable",
  ],
  ["a threshold without an FTP", undefined, {
    type: "threshold",
    command: "start",
  }, "unavailable"],
  [
    "an unknown session",
    undefined,
    { type: "constructor", command: "start" },
    "payload",
  ],
  [
    "an unknown command",
    undefined,
    { type: "ftp", command: "__proto__" },
    "payload",
  ],
  ["a duration of a day", undefined, {
    type: "ftp",
    command: "start",
    duration: 1440,
  }, "payload"],
  ["broken JSON", undefined, '{"type": ', "payload"],
  ["a list", undefined, "[1]", "payload"],
  ["nothing", undefined, "", "payload"],
  ["a file that is none", undefined, { ...RUN, content: "!!" }, "payload"],
  [
    "a workout that cannot be read",
    undefined,
    { ...RUN, content: "PGE+" },
    "file",
  ],
  ["an FTP of 5000", undefined, { ...RUN, ftp: 5000 }, "payload"],
];

for (const [what, before, payload, code] of REFUSED) {
  Deno.test(`${what} is refused, and changes nothing`, async () => {
    await using program = new Program();
    if (before !== undefined) program.send(before);
    const { state } = program;
    assert.throws(() => program.send(payload), { code });
    assert.equal(program.state, state);
  });
}

Deno.test("a file that comes along is ridden, and verbs change it", async () => {
  await using program = new Program();
  program.send(RUN);
  assert.equal(program.state, "running Mine");
  assert.deepEqual(program.runner.state.target, { kind: "power", watts: 100 });
  program.send({ command: "increase" });
  assert.deepEqual(program.runner.state.target, { kind: "power", watts: 105 });
  program.send("pause");
  assert.equal(program.state, "paused Mine");
  program.send("resume");
  program.send({ command: "skip" });
  assert.equal(program.state, "idle");
});

Deno.test("a workout goes on after a restart, where it stood", async () => {
  const note = new Note();
  const clock = new FakeClock();
  {
    await using program = new Program(note, clock);
    program.send(RUN);
    program.send("increase");
    await clock.advance(60_000);
  }
  await clock.advance(30_000);
  await using program = new Program(note, clock);
  await program.service.restore();
  assert.equal(program.state, "running Mine");
  const { progress, adjusted } = program.runner.state;
  assert.ok(Number(progress?.position) >= 54, String(progress?.position));
  assert.equal(adjusted, 1);
});

for (
  const [what, text] of Object.entries({
    "was ridden long ago":
      '{"version":1,"command":"ZnRw","place":{"position":1,"adjusted":0},"savedMs":1}',
    "is garbage": "garbage",
    "is of another version": '{"version":2}',
  })
) {
  Deno.test(`a note that ${what} begins nothing`, async () => {
    const note = new Note();
    note.text = text;
    await using program = new Program(note);
    await program.service.restore();
    assert.equal(program.state, "idle");
  });
}

Deno.test("a workout that ended is not gone on with", async () => {
  const note = new Note();
  await using program = new Program(note);
  program.send("ftp");
  program.send("stop");
  await program.clock.advance(1);
  assert.equal(note.text, undefined);
});

Deno.test("an FTP test that was ridden to its end comes to 95 % of the mean power", async () => {
  await using program = new Program();
  program.send({ type: "ftp", command: "start", duration: 1 });
  const trainer = program.bike.source("kickr");
  for (let i = 0; i < 61; i++) {
    trainer.report({ powerWatts: 200 });
    await program.clock.advance(1000);
  }
  assert.equal(program.state, "idle");
  assert.equal(Math.round(program.service.measuredFtpWatts ?? 0), 190);
});
