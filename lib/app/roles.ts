/**
 * What each kind of program may do on a broker: the same for the embedded one
 * and for others.
 *
 * @module
 */
import type { BrokerRights } from "#lib/broker/embedded_broker.ts";
import { callingAccess, servingAccess } from "#lib/objectapi/access_topics.ts";
import type { InterfaceDescriptor } from "#lib/objectapi/mod.ts";
import type { BikeAdapters } from "./bike_adapters.ts";

/** The kinds of programs. */
export const ROLES = [
  "driver",
  "service",
  "app",
  "dashboard",
  "recorder",
] as const;

/** A kind of program. */
export type Role = (typeof ROLES)[number];

/** What each kind of program is, in a few words. */
export const ROLE_SUMMARIES: Readonly<Record<Role, string>> = {
  driver: "runs the bike: start, driver",
  service: "serves objects of other modules: service",
  app: "rides: reads the bike, commands it and calls objects",
  dashboard: "shows the bike and commands it: dashboard",
  recorder: "reads the bike and nothing else",
};

/** What rights are about. */
export interface RoleTopics {
  /** Id of the bike; `+` for all bikes. */
  readonly bikeId: string;
  /** How bikes are shown. */
  readonly adapters: Pick<BikeAdapters, "access" | "descriptor">;
  /** Objects besides the bike that are served and called. */
  readonly interfaces: readonly Pick<InterfaceDescriptor, "module" | "name">[];
}

/**
 * Finds what a kind of program may do.
 *
 * @param role The kind of program.
 * @param topics What its rights are about.
 * @returns Topic filters that it may publish to and subscribe to.
 */
export function rightsOf(
  role: Role,
  { bikeId, adapters, interfaces }: RoleTopics,
): BrokerRights {
  const bike = adapters.access(bikeId);
  const { descriptor } = adapters;
  const calling = [descriptor, ...interfaces].map(callingAccess);
  switch (role) {
    case "driver":
      return join(bike.run, bike.home, servingAccess(descriptor));
    case "service":
      return join(...interfaces.map(servingAccess));
    case "app":
      return join(bike.use, ...calling);
    case "dashboard":
      return bike.use;
    case "recorder":
      return bike.watch;
  }
}

function join(...parts: readonly BrokerRights[]): BrokerRights {
  const all = (key: keyof BrokerRights) => [
    ...new Set(parts.flatMap((part) => part[key])),
  ];
  return { publish: all("publish"), subscribe: all("subscribe") };
}
