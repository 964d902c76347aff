/**
 * The faults that are injected.
 *
 * @module
 */
import type { Mosquitto } from "../support/mosquitto.ts";
import type { TcpProxy } from "../support/tcp_proxy.ts";
import type { PeerProcess } from "./peer_process.ts";

/** What a fault can be done to. */
export interface Bench {
  /** The broker, a process of its own. */
  readonly broker: Mosquitto;
  /** The wire of the service. */
  readonly serviceWire: TcpProxy;
  /** The wire of the client. */
  readonly clientWire: TcpProxy;
  /** The service, a process of its own. */
  readonly service: PeerProcess;
}

/** A fault. */
export interface Fault {
  /** Stands in the table. */
  readonly name: string;
  /** Within this time all should work again, in milliseconds. */
  readonly goalMs: number;
  /**
   * Injects it.
   *
   * @returns When it was over, in milliseconds since 1970.
   */
  inject(bench: Bench): Promise<number>;
}

/** Worst time from the end of a fault until calls succeed again, in milliseconds. */
const GOAL_MS = 5000;

/** A half-open link is noticed first. */
const HALF_OPEN_GOAL_MS = 15_000;

/**
 * Lets time pass.
 *
 * @param ms How much, in milliseconds.
 */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function away(ms: number): Fault {
  return {
    name: `broker killed, ${ms / 1000} s away`,
    goalMs: GOAL_MS,
    async inject({ broker }) {
      await broker.kill();
      await pass(ms);
      await broker.restart();
      return Date.now();
    },
  };
}

function frozen(ms: number): Fault {
  return {
    name: `broker frozen ${ms / 1000} s`,
    goalMs: GOAL_MS,
    async inject({ broker }) {
      broker.pause();
      await pass(ms);
      broker.resume();
      return Date.now();
    },
  };
}

function wire(
  name: string,
  goalMs: number,
  inject: (wire: TcpProxy) => Promise<void> | void,
): readonly Fault[] {
  return (["client", "service"] as const).map((side) => ({
    name: `${name}, ${side}`,
    goalMs,
    async inject(bench: Bench) {
      const startedMs = Date.now();
      await inject(side === "client" ? bench.clientWire : bench.serviceWire);
      return goalMs === HALF_OPEN_GOAL_MS ? startedMs : Date.now();
    },
  }));
}

/** All of them. */
export const FAULTS: readonly Fault[] = [
  away(2000),
  away(2000),
  away(20_000),
  frozen(5000),
  frozen(20_000),
  ...wire("link cut", GOAL_MS, (link) => link.cut()),
  ...wire("link cut 10 times", GOAL_MS, async (link) => {
    for (let cut = 0; cut < 10; cut++) {
      link.cut();
      await pass(300);
    }
  }),
  ...wire("half-open link", HALF_OPEN_GOAL_MS, async (link) => {
    link.mute();
    await pass(14_000);
  }),
  ...wire("1 KB/s for 10 s", GOAL_MS, async (link) => {
    link.limit(1024);
    await pass(10_000);
    link.limit(Infinity);
  }),
  {
    name: "service frozen 5 s",
    goalMs: GOAL_MS,
    async inject({ service }) {
      service.pause();
      await pass(5000);
      service.resume();
      return Date.now();
    },
  },
];
