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
  "MqttJsEndpoint on NATS sends QoS 2 and dots, or refuses both by name where that takes neither, and goes on",
  async () => {
    await using nats = await Nats.start();
    await using endpoint = new MqttJsEndpoint({
      backoff: { firstMs: 10, longestMs: 40 },
    });
    await endpoint.connect(nats.url);
    const taken = async (sent: Promise<unknown>, refusal: RegExp) => {
      if (nats.takesAll) await sent;
      else await assert.rejects(sent, refused(refusal));
    };
    await within(
      "the message of QoS 2",
      taken(
        endpoint.publish("twice", "", { qos: 2 }),
        /"twice": the connection ends whenever it is sent/,
      ),
    );
    const noDots = /take no dots in topics/;
    await within("the dots", taken(endpoint.publish("io.world", ""), noDots));
    await taken(endpoint.subscribe("io.world/#", () => {}).ready, noDots);
    await within("a message", endpoint.publish("world", ""));
  },
);

function refused(what: RegExp) {
  return (error: ConnectionError) =>
    error.reason === "refused" && what.test(error.message);
}
