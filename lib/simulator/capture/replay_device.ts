/**
 * One device of a capture, as a peripheral.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { attError } from "#lib/simulator/att_error.ts";
import {
  type FakeCharacteristic,
  FakePeripheral,
} from "#lib/simulator/fake_peripheral.ts";
import { Answers } from "./answers.ts";
import type { CapturedDevice, CapturedEvent } from "./captured.ts";
import type { Action, Timeline } from "./timeline.ts";

/** How long before its next connection a device that was lost can be found, in ms. */
const FOUND_BEFORE_MS = 1000;

/**
 * Makes a peripheral of a captured device: it sends what it has sent when the
 * time comes, and starts the time when somebody subscribes.
 *
 * @param clock What answers take their time from.
 */
export function replayDevice(
  device: CapturedDevice,
  timeline: Timeline,
  clock: Clock,
): FakePeripheral {
  const { address, name, services, events } = device;
  const answers = new Answers(events);
  const characteristics = device.characteristics.map((
    one,
  ): FakeCharacteristic => ({
    ...one,
    value: () => {
      const value = valueAt(events, one.uuid, timeline.nowMs);
      if (value) return value;
      throw attError("readNotPermitted", name, `read ${one.uuid}`);
    },
    onWrite: (request) => {
      const answer = answers.next(one.uuid, request);
      if (!answer) return;
      const { value, delayMs } = answer;
      timeline.later(delayMs, () => peripheral.notify(one.uuid, value));
    },
  }));
  const peripheral = new FakePeripheral({
    address,
    name,
    services,
    characteristics,
    clock,
  });
  peripheral.onSubscribed.add(() => timeline.start());
  const unasked = events.filter((event) => !answers.has(event));
  timeline.plan(
    unasked.flatMap((event, index) =>
      event.dir === "lost"
        ? lostActions(event, nextFound(unasked, index), peripheral)
        : actionsOf(event, peripheral)
    ),
  );
  return peripheral;
}

/** What was read last at a moment; what was read first before that. */
function valueAt(
  events: readonly CapturedEvent[],
  characteristic: string,
  tMs: number,
): Uint8Array | undefined {
  const reads = events.filter((event) =>
    event.dir === "read" && event.characteristic === characteristic
  );
  return (reads.findLast((read) => read.tMs <= tMs) ?? reads[0])?.value;
}

/** When the device was found again after an event; undefined if it was not. */
function nextFound(
  events: readonly CapturedEvent[],
  index: number,
): number | undefined {
  for (let at = index + 1; at < events.length; at++) {
    const { dir, tMs } = events[at] ?? {};
    if (dir === "connect" || dir === "advertise") return tMs;
  }
  return undefined;
}

/** The device falls asleep, and wakes a little before it was found again. */
function lostActions(
  { tMs }: CapturedEvent,
  foundMs: number | undefined,
  peripheral: FakePeripheral,
): readonly Action[] {
  const sleep = { tMs, run: () => peripheral.sleep() };
  if (foundMs === undefined) return [sleep];
  const wakeMs = Math.max(tMs, foundMs - FOUND_BEFORE_MS);
  return [sleep, { tMs: wakeMs, run: () => peripheral.wake() }];
}

/** What the device does of itself. */
function actionsOf(
  { tMs, dir, characteristic, value, signalDbm }: CapturedEvent,
  peripheral: FakePeripheral,
): readonly Action[] {
  if (dir === "notify" || dir === "indicate") {
    return [{ tMs, run: () => peripheral.notify(characteristic, value) }];
  }
  if (signalDbm === undefined) return [];
  return [{ tMs, run: () => peripheral.setSignal(signalDbm) }];
}
