/**
 * The faults that are injected.
 *
 * @module
 */
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
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
  /** Part of the short run, which CI makes. */
  readonly isShort?: boolean;
  /** Lines of the broker's configuration. */
  readonly config?: readonly string[];
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
    isShort: ms === 2000,
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
    isShort: ms === 5000,
    goalMs: GOAL_MS,
    async inject({ broker }) {
      broker.pause();
      await pass(ms);
      broker.resume();
      return Date.now();
    },
  };
}

/** A fault of a link, and how long all may take until it works again. */
interface LinkFault {
  readonly name: string;
  readonly goalMs?: number;
  /** Side whose link is part of the short run. */
  readonly short?: "client" | "service";
  inject(wire: TcpProxy): Promise<void> | void;
}

/** The same fault on either side. */
function wire({ name, goalMs = GOAL_MS, ...fault }: LinkFault) {
  return (["client", "service"] as const).map((side): Fault => ({
    name: `${name}, ${side}`,
    goalMs,
    isShort: fault.short === side,
    async inject(bench: Bench) {
      const startedMs = Date.now();
      await fault.inject(
        side === "client" ? bench.clientWire : bench.serviceWire,
      );
      return goalMs === HALF_OPEN_GOAL_MS ? startedMs : Date.now();
    },
  }));
}

/** The same service stands still, with a broker that lets it have so many messages at a time. */
function stopped(name: string, config: readonly string[] = []): Fault {
  return {
    name,
    goalMs: GOAL_MS,
    isShort: true,
    config,
    async inject({ service }) {
      service.pause();
      await pass(5000);
      service.resume();
      return Date.now();
    },
  };
}

const LINK_FAULTS: readonly LinkFault[] = [
  { name: "link cut", inject: (link) => link.cut() },
  {
    name: "link cut 10 times",
    async inject(link) {
      for (let cut = 0; cut < 10; cut++) {
        link.cut();
        await pass(300);
      }
    },
  },
  {
    name: "cut in mid-packet 5 times",
    short: "client",
    async inject(link) {
      for (const bytes of [1, 7, 30, 61, 110]) {
        link.cutAfter(bytes);
        await pass(700);
      }
      link.cut();
    },
  },
  {
    name: "half-open link",
    goalMs: HALF_OPEN_GOAL_MS,
    short: "service",
    async inject(link) {
      link.mute();
      await pass(14_000);
    },
  },
  {
    name: "1 KB/s for 10 s",
    short: "client",
    async inject(link) {
      link.limit(1024);
      await pass(10_000);
      link.limit(Infinity);
    },
  },
];

/** All of them. */
export const FAULTS: readonly Fault[] = [
  away(2000),
  { ...away(2000), name: "broker killed again", isShort: false },
  away(20_000),
  frozen(5000),
  frozen(20_000),
  ...LINK_FAULTS.flatMap(wire),
  stopped("service frozen 5 s"),
  stopped("service frozen, window full", ["max_inflight_messages 2"]),
  {
    name: "client id taken over",
    goalMs: GOAL_MS,
    isShort: true,
    async inject({ broker }) {
      await using other = new MqttJsEndpoint({ clientId: "faults-service" });
      await other.connect(broker.url);
      await other.close();
      return Date.now();
    },
  },
];
