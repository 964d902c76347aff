import assert from "node:assert/strict";
import { NewestPublisher } from "#adapters/bike_topics/newest_publisher.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { settled } from "../../support/inbox.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";
import { within } from "../../support/within.ts";
import { TopicLog } from "./topic_log.ts";

const mosquitto = { programs: ["mosquitto"] };

/** A publisher on a broker, and somebody who reads all. */
async function publisher(
  broker: Mosquitto,
  made: AsyncDisposableStack,
  qos: 0 | 1 | 2 = 1,
) {
  const backoff = { firstMs: 10, longestMs: 40 };
  const endpoint = made.use(new MqttJsEndpoint({ backoff }));
  const reader = made.use(new MqttJsEndpoint({ backoff }));
  const wire = made.use(TcpProxy.to(broker.url));
  await endpoint.connect(wire.url);
  await reader.connect(broker.url);
  const log = new TopicLog();
  await reader.subscribe("bike/#", log.handler).ready;
  const end = new AbortController();
  const { signal } = end;
  return {
    endpoint,
    wire,
    end,
    publisher: new NewestPublisher(endpoint, { qos, signal }),
    texts: async () => {
      await within("all messages", settled(reader, endpoint));
      await within("all messages", settled(reader, endpoint));
      return log.readAll().map(({ topic, text }) =>
        `${topic.slice("bike/".length)} ${text}`
      );
    },
  };
}

testWith(
  mosquitto,
  "NewestPublisher.put keeps only the newest of each topic while the broker does not answer",
  async () => {
    await using broker = await Mosquitto.start();
    await using made = new AsyncDisposableStack();
    const { publisher: one, texts } = await publisher(broker, made);
    broker.pause();
    for (let value = 1; value <= 1000; value++) {
      one.put("bike/speed", `${value}`);
      one.put("bike/power", `${value}`);
    }
    broker.resume();
    assert.deepEqual((await texts()).toSorted(), [
      "power 1",
      "power 1000",
      "speed 1",
      "speed 1000",
    ]);
  },
);

testWith(
  mosquitto,
  "NewestPublisher.send sends each of a hundred, and bounds what waits beyond",
  async () => {
    await using broker = await Mosquitto.start();
    await using made = new AsyncDisposableStack();
    const { publisher: one, texts } = await publisher(broker, made);
    broker.pause();
    for (let value = 1; value <= 1000; value++) {
      one.send("bike/answer", `${value}`);
    }
    broker.resume();
    const expected = Array.from({ length: 101 }, (_, at) => `answer ${at + 1}`);
    assert.deepEqual(await texts(), [...expected, "answer 1000"]);
  },
);

testWith(
  mosquitto,
  "NewestPublisher.send takes the place of an older message that waits",
  async () => {
    await using broker = await Mosquitto.start();
    await using made = new AsyncDisposableStack();
    const { publisher: one, texts } = await publisher(broker, made);
    for (const value of ["1", "2", "3"]) one.put("bike/incline", value);
    one.send("bike/incline", "4");
    assert.deepEqual(await texts(), ["incline 1", "incline 4"]);
  },
);

for (const qos of [0, 1, 2] as const) {
  testWith(
    mosquitto,
    `NewestPublisher with QoS ${qos} sends the newest of each topic when the connection is there again, and nothing that was dropped`,
    async () => {
      await using broker = await Mosquitto.start();
      await using made = new AsyncDisposableStack();
      const { endpoint, publisher: one, texts, wire } = await publisher(
        broker,
        made,
        qos,
      );
      const lost = endpoint.onDisconnected.next();
      wire.hold();
      await within("the loss", lost);
      for (const value of ["1", "2", "3"]) {
        one.put("bike/speed", value);
        one.send("bike/answer", value);
        one.put("bike/gone", value);
      }
      one.drop("bike/gone");
      const back = endpoint.onConnected.next();
      wire.mend();
      await within("the connection", back);
      assert.deepEqual((await texts()).toSorted(), ["answer 3", "speed 3"]);
    },
  );
}

testWith(
  mosquitto,
  "NewestPublisher goes on after a message that the broker refuses",
  async () => {
    await using broker = await Mosquitto.start({
      config: ["max_packet_size 4096"],
    });
    await using made = new AsyncDisposableStack();
    const { publisher: one, texts } = await publisher(broker, made);
    one.put("bike/speed", "x".repeat(5000));
    one.send("+", "1");
    one.put("bike/speed", "2");
    assert.deepEqual(await texts(), ["speed 2"]);
  },
);

testWith(
  mosquitto,
  "NewestPublisher sends nothing that waits once it has ended",
  async () => {
    await using broker = await Mosquitto.start();
    await using made = new AsyncDisposableStack();
    const { publisher: one, end, texts } = await publisher(broker, made);
    for (const value of ["1", "2", "3"]) one.put("bike/speed", value);
    end.abort();
    assert.deepEqual(await texts(), ["speed 1"]);
  },
);
