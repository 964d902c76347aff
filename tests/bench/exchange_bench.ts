/**
 * What the layer costs: operations, changes of a property and signals through
 * adapters, beside the least that MQTT.js can do it with, C and Python, in
 * turn, in one run. Client, service and broker are processes of their own, as
 * on a bike.
 *
 * @module
 */
import { Mosquitto } from "../support/mosquitto.ts";
import { alignColumns } from "./compare.ts";
import { type Exchange, IN_FLIGHT, type Timing } from "./pairs/pair.ts";
import { type PairProcesses, startPairs, type Way } from "./pairs/processes.ts";

/** How often each way is measured: many short rounds, so that a busy moment of the machine hits all ways alike. */
const ROUNDS = 9;

/** Operations that each way does before, so that its code is compiled. */
const WARM_UP = 4000;

/** What is done, and how often in one round. */
const EXCHANGES: readonly (readonly [Exchange, name: string, count: number])[] =
  [
    ["one", "operation, one at a time", 150],
    ["many", `operation, ${IN_FLIGHT} in flight`, 640],
    ["change", "property, set to changed", 150],
    ["signal", "signal, one way", 640],
  ];

/** One way to do an exchange, once. */
interface Sample extends Timing {
  /** Processor time of client and service for one, in microseconds. */
  readonly cpuUs: number;
  /** How many a second. */
  readonly perSecond: number;
}

type Samples = Readonly<Partial<Record<Way, readonly Sample[]>>>;

const HEAD = [
  "p50 µs",
  "p99 µs",
  "a second",
  "CPU µs",
  "time : lean",
  "CPU : lean",
];

/**
 * Measures all exchanges over QoS 0 and 1 on mosquitto.
 *
 * @returns Tables, each as soon as it is measured.
 */
export async function* measureExchanges(): AsyncGenerator<string> {
  await using broker = await Mosquitto.start({
    config: ["max_queued_messages 0", "max_inflight_messages 0"],
    logTypes: ["information"],
  });
  for (const qos of [0, 1] as const) {
    await using pairs = await startPairs(broker.url, qos);
    for (const remark of pairs.remarks) yield `${remark}\n`;
    for (const pair of pairs.ways.values()) await pair.run("many", WARM_UP);
    for (const [exchange, name, count] of EXCHANGES) {
      const rows = toRows(await measure(pairs.ways, exchange, count));
      yield alignColumns([[`${name}, QoS ${qos}`, ...HEAD], ...rows]);
    }
  }
}

/** Measures in turn, so that a busy moment of the machine hits all ways. */
async function measure(
  ways: ReadonlyMap<Way, PairProcesses>,
  exchange: Exchange,
  count: number,
): Promise<Samples> {
  const samples: Partial<Record<Way, Sample[]>> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [way, pair] of ways) {
      const before = await pair.cpuUs();
      const timing = await pair.run(exchange, count);
      const cpuUs = (await pair.cpuUs() - before) / count;
      const perSecond = count / timing.seconds;
      const taken = samples[way] ??= [];
      if (round > 0) taken.push({ ...timing, cpuUs, perSecond });
    }
  }
  return samples;
}

function toRows(
  samples: Samples,
): readonly (readonly string[])[] {
  const lean = samples.lean ?? [];
  return Object.entries(samples).map(([way, taken]) => {
    const middle = (pick: (sample: Sample) => number) =>
      quantile(taken.map(pick), 0.5);
    const figure = (value: number) => Math.round(value).toLocaleString("en");
    const p50 = middle((sample) => sample.p50);
    return [
      way,
      p50 > 0 ? figure(p50) : "",
      p50 > 0 ? figure(middle(({ p99 }) => p99)) : "",
      figure(middle(({ perSecond }) => perSecond)),
      figure(middle(({ cpuUs }) => cpuUs)),
      ratio(taken, lean, ({ p50, seconds }) => p50 || seconds),
      ratio(taken, lean, ({ cpuUs }) => cpuUs),
    ];
  });
}

/** The median of the rounds' ratios, and the quartiles around it. */
function ratio(
  taken: readonly Sample[],
  lean: readonly Sample[],
  pick: (sample: Sample) => number,
): string {
  const ratios = taken.map((sample, at) => {
    const beside = lean[at];
    return beside ? pick(sample) / pick(beside) : NaN;
  });
  const [low, middle, high] = [0.25, 0.5, 0.75]
    .map((share) => quantile(ratios, share).toFixed(2));
  return `${middle} (${low}–${high})`;
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}
