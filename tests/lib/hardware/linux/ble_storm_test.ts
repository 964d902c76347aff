/**
 * Everything at once that can go wrong, in an order left to chance.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause, systemClock } from "#lib/base/clock.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import type { BleFilter } from "#lib/hardware/ble.ts";
import { Random } from "#lib/simulator/random.ts";
import { within } from "../../../support/within.ts";
import { collect, MEASUREMENT, NEVER } from "../ble_setup.ts";
import { type BluezSetup, setUp, test, untilSearch } from "./setup.ts";

/** How many faults a storm has. */
const FAULTS = 40;

/** What can go wrong; each leaves the world as it found it, sooner or later. */
const STORM: readonly ((setup: BluezSetup) => Promise<void> | void)[] = [
  ({ strap }) => strap.drop(),
  ({ strap }) => {
    strap.sleep();
    strap.wake();
  },
  ({ bluez }) => bluez.hangUp("TICKR 4"),
  ({ other }) => other.drop(),
  ({ strap }) => {
    strap.refusedConnections = 1;
  },
  ({ bluez }) => {
    bluez.adapter("hci0").setPowered(false);
    bluez.adapter("hci0").setPowered(true);
  },
  async ({ bluez }) => {
    bluez.adapter("hci0").setPowered(false);
    await pause(systemClock, 20, NEVER);
    bluez.adapter("hci0").setPowered(true);
  },
  ({ bluez }) => {
    bluez.removeAdapter("hci1");
    bluez.addAdapter("hci1", "00:AA:01:00:00:01");
  },
  ({ bluez }) => bluez.restart(),
  ({ bluez }) => bluez.restartBus(),
];

/** Keeps a strap connected as a host does, and counts its values. */
async function keepConnected(
  { central }: BluezSetup,
  filter: BleFilter,
  onValue: (value: Uint8Array) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await using connection = await central.connect(filter, { signal });
      await connection.subscribe(MEASUREMENT, onValue);
      await untilAborted(AbortSignal.any([connection.lost, signal]));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SmartbikeError)) throw error;
      await pause(systemClock, 5, signal);
    }
  }
}

for (const seed of [1, 2, 3]) {
  test(`two straps come back after a storm of faults, with seed ${seed}`, async () => {
    await using setup = await setUp({
      bluez: { adapters: ["hci0", "hci1"], timings: { silentMs: 50 } },
    });
    const { strap, other, bluez } = setup;
    const random = new Random(seed);
    const end = new AbortController();
    const [values, others] = [collect(), collect()];
    const riders = [
      keepConnected(setup, { namePrefix: "TICKR 4" }, values.add, end.signal),
      keepConnected(setup, { namePrefix: "TICKR 4" }, values.add, end.signal),
      keepConnected(setup, { namePrefix: "TICKR 77" }, others.add, end.signal),
    ];
    for (let fault = 0; fault < FAULTS; fault++) {
      await STORM[Math.floor(random.between(0, STORM.length))]?.(setup);
      await pause(systemClock, random.between(0, 100), NEVER);
    }
    const calm = new AbortController();
    const beating = (async () => {
      for (; !calm.signal.aborted; await pause(systemClock, 10, calm.signal)) {
        strap.notify(MEASUREMENT, Uint8Array.of(6, 222));
        other.notify(MEASUREMENT, Uint8Array.of(6, 223));
      }
    })();
    const before = [values.values.length, others.values.length];
    await values.until((before[0] ?? 0) + 4);
    await others.until((before[1] ?? 0) + 2);
    calm.abort();
    end.abort();
    await Promise.all([...riders, beating]);
    await within("the end", setup.central[Symbol.asyncDispose]());
    assert(!strap.isConnected && !other.isConnected);
    for (const name of ["hci0", "hci1"]) {
      await untilSearch(bluez, [], name);
    }
  });
}
