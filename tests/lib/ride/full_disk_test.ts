import assert from "node:assert/strict";
import { EventHook } from "#lib/base/event_hook.ts";
import { ReportBacklog } from "#lib/ride/report_backlog.ts";
import {
  type BacklogState,
  type ForwardingEndpoint,
  StoreAndForward,
} from "#lib/ride/store_and_forward.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { testWith } from "../../support/requires.ts";
import { SmallDisk } from "../../support/small_disk.ts";

/** A connection that comes and goes. */
class FakeEndpoint implements ForwardingEndpoint {
  connected = false;
  readonly onConnected = new EventHook<[info: unknown]>("connected");
  readonly published: string[] = [];

  connect(): void {
    this.connected = true;
    this.onConnected.fire({});
  }

  publish(_topic: string, payload: string): Promise<void> {
    this.published.push(payload);
    return Promise.resolve();
  }
}

const REQUIRES = { programs: ["mount"], root: true };
const TOPIC = "bike/000001/power/history";

/** Reports that are kept on a disk which can be filled. */
class Bench implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly endpoint = new FakeEndpoint();
  readonly states: BacklogState[] = [];
  readonly disk: SmallDisk;
  readonly kept: StoreAndForward;
  #count = 0;

  constructor(disk: SmallDisk) {
    this.disk = disk;
    const { clock, endpoint } = this;
    const path = `${disk.path}/reports.db`;
    const backlog = new ReportBacklog({ path, maxBytes: 1_000_000 });
    this.kept = new StoreAndForward(backlog, endpoint, { clock });
    this.kept.onChanged.add((state) => this.states.push(state));
  }

  /** Measures for some seconds. */
  async measure(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      for (let j = 0; j < 50; j++) {
        this.kept.keep(TOPIC, `${this.#count++}`.padEnd(200));
      }
      await this.clock.advance(1000);
    }
  }

  /** What was published, once each. */
  get numbers(): readonly number[] {
    return this.endpoint.published.map(Number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const end = this.kept[Symbol.asyncDispose]();
    await this.clock.advance(1000);
    await end;
  }
}

testWith(
  REQUIRES,
  "reports are kept again when a full disk has room, and its state is reported both times",
  async () => {
    await using disk = await SmallDisk.mount();
    await using bench = new Bench(disk);
    await bench.measure(3);
    disk.fill();
    await bench.measure(3);
    assert.deepEqual(bench.states.map(({ trouble }) => trouble?.reason), [
      "full",
    ]);
    disk.free();
    await bench.measure(3);
    assert.deepEqual(bench.states.map(({ trouble }) => trouble?.reason), [
      "full",
      undefined,
    ]);
    bench.endpoint.connect();
    await bench.clock.advance(1000);
    const { numbers } = bench;
    // In their order, each once: those before, and those after.
    assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b));
    assert.ok(numbers.includes(149) && numbers.includes(449), `${numbers}`);
  },
);

testWith(
  REQUIRES,
  "what waits on a full disk is published once when the broker is back, and taken away when there is room",
  async () => {
    await using disk = await SmallDisk.mount();
    await using bench = new Bench(disk);
    await bench.measure(3);
    disk.fill();
    await bench.measure(1);
    bench.endpoint.connect();
    await bench.clock.advance(60_000);
    assert.deepEqual(bench.numbers.slice(0, 150), [...Array(150).keys()]);
    assert.equal(new Set(bench.numbers).size, bench.numbers.length);
    disk.free();
    await bench.clock.advance(60_000);
    assert.equal(new Set(bench.numbers).size, bench.numbers.length);
    assert.equal(bench.kept.state.waiting, 0);
    assert.equal(bench.states.at(-1)?.trouble, undefined);
  },
);
