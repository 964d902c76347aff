/**
 * The hello object over any broker.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  helloDescriptor,
  type HelloMembers,
  When,
} from "#adapters/io_world/api.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { TimeoutError } from "#lib/base/errors.ts";
import {
  Client,
  type InterfaceDescriptor,
  RemoteObject,
  ServedObject,
  Service,
} from "#lib/objectapi/mod.ts";
import type { Inabilities } from "./broker_records.ts";
import type { BrokerCase } from "./broker_suite.ts";

/** A property, an operation and a signal of a served object, and a call that nobody serves. */
export const HELLO: readonly BrokerCase[] = [
  {
    name: "a client gets the property, the result and the signal of a service",
    async run({ url, topic, cannot }) {
      const descriptor = describe(cannot);
      await using service = new Service(`${topic}-service`);
      await using served = serve(service, descriptor);
      await service.connect(url);
      await served.ready;
      await using client = new Client(`${topic}-client`);
      await using hello = new RemoteObject(client, descriptor);
      await client.connect(url);
      await hello.ready;
      const said = hello.signal("justSaid").next();
      const changed = hello.onPropertyChanged("last").next();
      assert.equal(await hello.call("say", [{ content: "a" }, When.Now]), 1);
      assert.deepEqual(await said, [{ content: "a" }]);
      assert.deepEqual(await changed, [{ content: "a" }]);
      const changedAgain = hello.onPropertyChanged("last").next();
      await hello.set("last", { content: "b" });
      assert.deepEqual(await changedAgain, [{ content: "b" }]);
    },
  },
  {
    name: "a client that comes later gets the property as it is",
    async run({ url, topic, cannot }) {
      const descriptor = describe(cannot);
      await using service = new Service(`${topic}-service`);
      const object = new Hello();
      object.setLast({ content: "before" });
      await using served = serve(service, descriptor, object);
      await service.connect(url);
      await served.ready;
      await using client = new Client(`${topic}-client`);
      await using hello = new RemoteObject(client, descriptor);
      await client.connect(url);
      await hello.ready;
      assert.deepEqual(hello.get("last"), { content: "before" });
    },
  },
  {
    name:
      "a call that nobody serves ends at once over MQTT 5, and with its time limit over 3.1.1",
    async run({ url, topic, cannot }) {
      await using client = new Client(`${topic}-client`);
      const descriptor = { ...describe(cannot), name: "Nobody" };
      await using hello = new RemoteObject(client, descriptor);
      await client.connect(url);
      const timeoutMs = cannot.mqtt5 ? 300 : 600_000;
      const call = hello.call("say", [{ content: "a" }, When.Now], {
        timeoutMs,
      });
      await assert.rejects(
        call,
        cannot.mqtt5 ? TimeoutError : { reason: "no_service" },
      );
    },
  },
];

/** The hello object, in a module without dots where the broker takes none. */
function describe(cannot: Inabilities): InterfaceDescriptor<HelloMembers> {
  return cannot.dots === "cuts"
    ? { ...helloDescriptor, module: "world" }
    : helloDescriptor;
}

function serve(
  service: Service,
  descriptor: InterfaceDescriptor<HelloMembers>,
  hello = new Hello(),
): ServedObject<HelloMembers> {
  return new ServedObject(service, descriptor, {
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
}
