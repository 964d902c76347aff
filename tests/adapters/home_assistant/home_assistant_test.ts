import assert from "node:assert/strict";
import { offlineWill } from "#adapters/bike_topics/availability.ts";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { serveHomeAssistant } from "#adapters/home_assistant/serve.ts";
import { Bike } from "#lib/bike/bike.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";
import { checkDiscovery, checkTogether } from "./home_rules.ts";

const NEEDS = { programs: ["mosquitto"] };
const QUICK = { backoff: { firstMs: 10, longestMs: 40 } };
const CONFIG = "homeassistant/device/smartbike_000001/config";
const STATE = "bike/000001/home/state";

/** Home Assistant's side: what stands at the broker for it. */
class Home implements AsyncDisposable {
  readonly endpoint = new MqttJsEndpoint({ clientId: "home", ...QUICK });
  readonly topics = new Map<string, string>();
  #waiters: (() => void)[] = [];

  static async connect(broker: string): Promise<Home> {
    const home = new Home();
    const take = (
      { topic, payload }: { topic: string; payload: Uint8Array },
    ) => {
      home.topics.set(topic, new TextDecoder().decode(payload));
      const waiters = home.#waiters;
      home.#waiters = [];
      for (const wake of waiters) wake();
    };
    for (const filter of ["homeassistant/#", "bike/000001/#"]) {
      home.endpoint.subscribe(filter, take);
    }
    await home.endpoint.connect(broker);
    return home;
  }

  /** Waits until a topic's newest payload fits. */
  async seen(topic: string, fits: (text: string) => boolean): Promise<string> {
    const wait = async () => {
      for (;;) {
        const text = this.topics.get(topic);
        if (text !== undefined && fits(text)) return text;
        await new Promise<void>((resolve) => this.#waiters.push(resolve));
      }
    };
    return await within(`${topic}, had ${this.topics.get(topic)}`, wait());
  }

  /** All discovery messages that are not empty. */
  get discovery(): ReadonlyMap<string, string> {
    return new Map(
      [...this.topics].filter(([topic, text]) =>
        topic.endsWith("/config") && text !== ""
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endpoint.close();
  }
}

/** A bike with a trainer, a fan and a strap with a name that is none of Home Assistant's. */
async function shownBike(broker: string, isEnabled = true) {
  await using stack = new AsyncDisposableStack();
  const bike = stack.use(new Bike());
  const endpoint = stack.use(
    new MqttJsEndpoint({ clientId: "bike", ...QUICK }),
  );
  const trainer = bike.source("kickr");
  const incline = new FakeActuator<number>();
  const fan = new FakeActuator<number>();
  trainer.actuator("inclinePercent", incline.carryOut);
  trainer.actuator("resistancePercent", () => Promise.resolve());
  trainer.actuator("targetPowerWatts", () => Promise.resolve());
  trainer.calibration(() => Promise.resolve({ kind: "zero_offset" }));
  bike.source("headwind").actuator("fanPercent", fan.carryOut);
  const strap = bike.source("D4:CA:6E:00 <b>");
  strap.reportDevice({ batteryPercent: 80, signalDbm: -60 });
  trainer.reportButton("LEFT", false);
  const bikeId = "000001";
  stack.use(serveBikeTopics(bike, endpoint, { bikeId }));
  const shown = stack.use(
    serveHomeAssistant(bike, endpoint, { bikeId, version: "0.1.0", isEnabled }),
  );
  await endpoint.connect(broker, { will: offlineWill({ bikeId }) });
  await within("the bike", shown.ready);
  const parts = stack.move();
  return {
    bike,
    trainer,
    strap,
    incline,
    fan,
    endpoint,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

testWith(
  NEEDS,
  "everything that is announced keeps Home Assistant's rules",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using _bike = await shownBike(broker.url);
    await home.seen(CONFIG, (text) => text.includes("button_LEFT"));
    await home.seen("bike/000001/home/device/kickr", (text) => text !== "");
    const { discovery } = home;
    assert.equal(discovery.size, 4);
    for (const [topic, text] of discovery) {
      assert.deepEqual(checkDiscovery(topic, text), []);
    }
    assert.deepEqual(checkTogether(discovery), []);
    const { components } = JSON.parse(discovery.get(CONFIG) ?? "");
    assert.deepEqual(
      [components.incline.min, components.incline.max, components.incline.step],
      [-10, 19, 0.5],
    );
    assert.equal(components.work.enabled_by_default, false);
  },
);

testWith(
  NEEDS,
  "every template of an entity finds its value in what is published",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using bike = await shownBike(broker.url);
    bike.trainer.report({ powerWatts: 211, speedMetersPerSecond: 10 });
    await home.seen(STATE, (text) => text.includes('"power":211'));
    assert.equal(JSON.parse(home.topics.get(STATE) ?? "").speed, 36);
    for (const text of home.discovery.values()) {
      for (
        const [key, component] of Object.entries(JSON.parse(text).components)
      ) {
        const templates = JSON.stringify(component);
        const topic = /"state_topic":"([^"]+)"/.exec(templates)?.[1] ?? "";
        const own =
          /"(?:state_|percentage_)?value_template":"[^"]*?value_json\.(\w+)/
            .exec(templates);
        if (!own || topic === "") continue;
        const payload = JSON.parse(home.topics.get(topic) ?? "{}");
        assert.ok(
          own[1] !== undefined && (own[1] in payload || own[1] === "state"),
          `${key}: ${own[1]}`,
        );
      }
    }
  },
);

testWith(
  NEEDS,
  "values come at most once a second, and a value that is gone is null",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using bike = await shownBike(broker.url);
    bike.trainer.report({ powerWatts: 211 });
    await home.seen(STATE, (text) => text.includes('"power":211'));
    let count = 0;
    await home.endpoint.subscribe(STATE, ({ retain }) => {
      if (!retain) count++;
    }).ready;
    const started = performance.now();
    for (let watts = 1; watts <= 50; watts++) {
      bike.trainer.report({ powerWatts: watts });
    }
    await home.seen(STATE, (text) => text.includes('"power":50'));
    assert.ok(count <= 2 + (performance.now() - started) / 1000);
    bike.trainer.setConnected(false);
    await home.seen(STATE, (text) => text.includes('"power":null'));
  },
);

testWith(
  NEEDS,
  "a command is carried out within the limits, and a refusal is answered and shown",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using bike = await shownBike(broker.url);
    const set = (command: string, payload: string) =>
      home.endpoint.publish(`bike/000001/home/${command}/set`, payload);
    await set("incline", "2.5");
    await home.seen(
      "bike/000001/home/incline/answer",
      (text) => text === '{"value":2.5}',
    );
    await home.seen(STATE, (text) => text.includes('"incline":2.5'));
    await set("incline", "99");
    await home.seen(
      "bike/000001/home/incline/answer",
      (text) => text.includes('"out_of_range"'),
    );
    await home.seen(STATE, (text) => text.includes("it may go from -10 to 19"));
    await set("fan", "ON");
    await home.seen(STATE, (text) => text.includes('"fan":50'));
    await set("fan_percentage", "70");
    await home.seen(STATE, (text) => text.includes('"fan":70'));
    await set("fan", "OFF");
    await home.seen(STATE, (text) => text.includes('"fan":0'));
    await set("calibrate", '{"device":"kickr"}');
    await home.seen(
      "bike/000001/home/calibrate/answer",
      (text) => text === "{}",
    );
    await set("stop", "PRESS");
    await home.seen("bike/000001/home/stop/answer", (text) => text === "{}");
    await set("incline", "drop table");
    await home.seen(
      "bike/000001/home/incline/answer",
      (text) => text.includes('"payload"'),
    );
    assert.deepEqual(bike.incline.values, [2.5, 0]);
  },
);

testWith(
  NEEDS,
  "another controller that holds an actuator keeps Home Assistant out",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using bike = await shownBike(broker.url);
    await bike.bike.controller("game", { priority: 5 }).set(
      "inclinePercent",
      3,
    );
    await home.endpoint.publish("bike/000001/home/incline/set", "0");
    await home.seen(
      "bike/000001/home/incline/answer",
      (text) => text.includes('"held"'),
    );
    assert.deepEqual(bike.incline.values, [3]);
  },
);

testWith(
  NEEDS,
  "a press of a button is an event, and never retained",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using bike = await shownBike(broker.url);
    await home.seen(CONFIG, (text) => text.includes("button_LEFT"));
    bike.trainer.reportButton("LEFT", true);
    const topic = "bike/000001/home/button/LEFT";
    await home.seen(topic, (text) => text === '{"event_type":"press"}');
    await using late = await Home.connect(broker.url);
    await late.seen(CONFIG, () => true);
    assert.equal(late.topics.has(topic), false);
  },
);

testWith(
  NEEDS,
  "all is there again after a broker without memory, and after Home Assistant's birth",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using bike = await shownBike(broker.url);
    await home.seen(CONFIG, () => true);
    const before = [...home.discovery.keys()].sort();
    await broker.kill();
    home.topics.clear();
    await broker.restart();
    await home.seen(CONFIG, () => true);
    await home.seen(
      "homeassistant/device/smartbike_000001_kickr/config",
      () => true,
    );
    await home.seen(STATE, () => true);
    bike.strap.reportDevice({ batteryPercent: 79 });
    await home.seen(
      `bike/000001/home/device/${
        [...before].join().match(/smartbike_000001_(D4[^/]+)/)?.[1]
      }`,
      (text) => text.includes('"battery":79'),
    );
    assert.deepEqual([...home.discovery.keys()].sort(), before);
    home.topics.clear();
    await home.endpoint.publish("homeassistant/status", "online");
    await home.seen(CONFIG, () => true);
    await home.seen(STATE, () => true);
  },
);

testWith(
  NEEDS,
  "a device that is taken off the bike is removed, and a limit that changes is announced",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    await using bike = await shownBike(broker.url);
    const topic = "homeassistant/device/smartbike_000001_kickr/config";
    await home.seen(topic, (text) => text !== "");
    bike.trainer.close();
    await home.seen(topic, (text) => text === "");
    bike.bike.limits.set("inclinePercent", { max: 5 });
    await home.seen(
      CONFIG,
      (text) => JSON.parse(text).components.incline.max === 5,
    );
  },
);

testWith(
  NEEDS,
  "what an earlier run announced is removed once the option is gone, and its devices before",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    {
      await using bike = await shownBike(broker.url);
      await home.seen(CONFIG, (text) => text !== "");
      bike.bike.source("old-strap");
      await home.seen(
        "homeassistant/device/smartbike_000001_old-strap/config",
        (text) => text !== "",
      );
    }
    assert.notEqual(home.topics.get(CONFIG), "");
    {
      await using _bike = await shownBike(broker.url);
      await home.seen(
        "homeassistant/device/smartbike_000001_old-strap/config",
        (text) => text === "",
      );
    }
    await using _bike = await shownBike(broker.url, false);
    await home.seen(CONFIG, (text) => text === "");
    await home.seen(
      "homeassistant/device/smartbike_000001_kickr/config",
      (text) => text === "",
    );
    await home.seen("bike/000001/home/registry", (text) => text === "");
  },
);

testWith(
  NEEDS,
  "single messages of the same bike are migrated, then removed",
  async () => {
    await using broker = await Mosquitto.start();
    await using home = await Home.connect(broker.url);
    const old = "homeassistant/sensor/smartbike_000001/power/config";
    await home.endpoint.publish(
      old,
      '{"unique_id": "smartbike_000001_power"}',
      { retain: true },
    );
    const seen: string[] = [];
    await home.endpoint.subscribe("homeassistant/#", ({ topic, payload }) => {
      if (topic === old) seen.push(new TextDecoder().decode(payload));
    }).ready;
    await using _bike = await shownBike(broker.url);
    await home.seen(old, (text) => text === "");
    assert.deepEqual(seen.slice(-2), ['{"migrate_discovery": true}', ""]);
  },
);
