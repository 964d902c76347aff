import assert from "node:assert/strict";
import {
  helloDescriptor,
  type HelloMembers,
  When,
} from "#adapters/io_world/api.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import {
  Client,
  type InterfaceDescriptor,
  RemoteObject,
  ServedObject,
  Service,
} from "#lib/objectapi/mod.ts";
import type { ConnectionError } from "#lib/base/errors.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Nats } from "../support/nats.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

/** NATS takes no dots in topics. */
const undotted: InterfaceDescriptor<HelloMembers> = {
  ...helloDescriptor,
  module: "world",
};

testWith(
  { programs: ["nats-server"] },
  "Client and Service fall back to MQTT 3.1.1 on a broker that refuses MQTT 5, and understand each other",
  async () => {
    await using nats = await Nats.start();
    await using service = new Service("nats-service");
    const hello = new Hello();
    const served = new ServedObject(service, undotted, {
      properties: {
        last: {
          get: () => hello.getLast(),
          set: (last) => hello.setLast(last),
          onChanged: hello.onLastChanged,
        },
      },
      operations: { say: (msg, when) => hello.say(msg, when) },
      signals: { justSaid: hello.onJustSaid },
    });
    await service.connect(nats.url);
    await served.ready;

    await using client = new Client("nats-client");
    const remote = new RemoteObject(client, undotted);
    await client.connect(nats.url);
    await remote.ready;
    assert.equal(client.endpoint.protocolVersion, "3.1.1");

    const changed = remote.onPropertyChanged("last").next();
    const said = remote.signal("justSaid").next();
    const message = { content: "hi" };
    assert.equal(await remote.call("say", [message, When.Soon]), 1);
    assert.deepEqual(await changed, [message]);
    assert.deepEqual(await said, [message]);
  },
);

testWith(
  { programs: ["nats-server"] },
  "MqttJsEndpoint on NATS, which takes neither QoS 2 nor dots, refuses both by name and goes on",
  async () => {
    await using nats = await Nats.start();
    await using endpoint = new MqttJsEndpoint({
      backoff: { firstMs: 10, longestMs: 40 },
    });
    await endpoint.connect(nats.url);
    const refused = (what: RegExp) => (error: ConnectionError) =>
      error.reason === "refused" && what.test(error.message);
    await within(
      "the refusal of QoS 2",
      assert.rejects(
        endpoint.publish("twice", "", { qos: 2 }),
        refused(/"twice": the connection ends whenever it is sent/),
      ),
    );
    await within(
      "the refusal of dots",
      assert.rejects(
        endpoint.publish("io.world", ""),
        refused(/take no dots in topics/),
      ),
    );
    await assert.rejects(
      endpoint.subscribe("io.world/#", () => {}).ready,
      refused(/take no dots in topics/),
    );
    await within("a message", endpoint.publish("world", ""));
  },
);
