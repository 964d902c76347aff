/**
 * An interface with a member of every type, and the program that knows it.
 *
 * @module
 */
import { serveBikePanel } from "#adapters/bike_panel/serve.ts";
import { bikeWire } from "#adapters/bike_panel/wire.ts";
import { bikeAccess } from "#adapters/bike_topics/access.ts";
import { bikeDescriptor } from "#adapters/smartbike/api.gen.ts";
import { offlineWill } from "#adapters/bike_topics/availability.ts";
import {
  parseRecordedTopic,
  recordedFilters,
} from "#adapters/bike_topics/ride_topics.ts";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { BikeTopics } from "#adapters/bike_topics/topics.ts";
import { serveHomeAssistant } from "#adapters/home_assistant/serve.ts";
import { serveBike } from "#adapters/smartbike/serve.ts";
import { serveGears } from "#adapters/workout_topics/gear_topics.ts";
import { serveWorkouts } from "#adapters/workout_topics/serve.ts";
import { workoutTopics } from "#adapters/workout_topics/workout_topic_names.ts";
import { DRIVERS } from "#drivers/all.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import type { Composition } from "#lib/cli/command.ts";
import {
  EventHook,
  type InterfaceDescriptor,
  ServedObject,
  type Service,
} from "#lib/objectapi/mod.ts";
import type { FakeCliIo } from "./fake_cli_io.ts";

type TestBedMembers = {
  properties: {
    name: string;
    gear: number;
    total: number | bigint;
    mode: number;
    data: Uint8Array;
    any: unknown;
    fixed: number;
  };
  operations: {
    echo: { params: [text: string, mode: number]; result: string };
    reset: { params: []; result: void };
    fail: { params: []; result: number };
  };
  signals: { rang: [text: string, mode: number]; quiet: [] };
};

const mode = {
  kind: "enum",
  name: "Mode",
  members: { Off: 0, Erg: 10, Sim: -2 },
} as const;

/** A member of every type. */
export const testBedDescriptor: InterfaceDescriptor<TestBedMembers> = {
  module: "test.bed",
  name: "Bed",
  properties: {
    name: { type: { kind: "string" } },
    gear: { type: { kind: "int" } },
    total: { type: { kind: "int64" } },
    mode: { type: mode },
    data: { type: { kind: "bytes" } },
    any: { type: { kind: "any" } },
    fixed: { type: { kind: "float" }, readonly: true },
  },
  operations: {
    echo: {
      params: [{ name: "text", type: { kind: "string" } }, {
        name: "mode",
        type: mode,
      }],
      returns: { kind: "string" },
    },
    reset: { params: [] },
    fail: { params: [], returns: { kind: "int" } },
  },
  signals: {
    rang: {
      params: [{ name: "text", type: { kind: "string" } }, {
        name: "mode",
        type: mode,
      }],
    },
    quiet: { params: [] },
  },
};

/** The object behind the interface. */
export class TestBed {
  /** Fires as signal `rang`. */
  readonly onRang: EventHook<[text: string, mode: number]> = new EventHook(
    "onRang",
  );
  /** Fires as signal `quiet`. */
  readonly onQuiet: EventHook<[]> = new EventHook("onQuiet");

  /** Shows it on a service. */
  serve(service: Service): ServedObject<TestBedMembers> {
    return new ServedObject(service, testBedDescriptor, {
      properties: {
        name: property(""),
        gear: property(0),
        total: property<number | bigint>(0),
        mode: property(0),
        data: property(new Uint8Array()),
        any: property<unknown>(null),
        fixed: property(0.5),
      },
      operations: {
        echo: (text, mode) => `${text}/${mode}`,
        reset: () => {},
        fail: () => {
          throw new RangeError("the pedal is\x1b[2J stuck");
        },
      },
      signals: { rang: this.onRang, quiet: this.onQuiet },
    });
  }
}

function property<T>(value: T) {
  const onChanged = new EventHook<[value: T]>("changed");
  const set = (next: T) => {
    value = next;
    onChanged.fire(next);
  };
  return { get: () => value, set, onChanged };
}

/** The program with {@linkcode TestBed} as its only interface, and no hardware unless some is given. */
export function compose(
  io: FakeCliIo,
  bed = new TestBed(),
  hardware = absentHardware("tests have none"),
): Composition {
  return {
    version: "1.2.3",
    interfaces: [{
      descriptor: testBedDescriptor,
      serve: (service) => bed.serve(service),
    }],
    drivers: DRIVERS,
    hardware: () => hardware,
    bikeAdapters: {
      names: (bikeId) => new BikeTopics(bikeId),
      workouts: serveWorkouts,
      gears: serveGears,
      workoutNames: workoutTopics,
      recorded: { filters: recordedFilters, parse: parseRecordedTopic },
      will: offlineWill,
      topics: serveBikeTopics,
      panel: serveBikePanel,
      homeAssistant: serveHomeAssistant,
      wire: bikeWire,
      access: bikeAccess,
      descriptor: bikeDescriptor,
      object: serveBike,
    },
    demonstrate: (_broker, say) => Promise.resolve(say("shown")),
    demonstrateRide: (_broker, say) => Promise.resolve(say("ridden")),
    io,
  };
}
