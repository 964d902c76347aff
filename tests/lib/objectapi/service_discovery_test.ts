import assert from "node:assert/strict";
import { parseModules } from "#lib/idl/definition_json.ts";
import { ioWorldDefinition } from "#adapters/io_world/definition.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { TimeoutError } from "#lib/base/errors.ts";
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import { PROTOCOL_VERSIONS } from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import {
  discover,
  forgetService,
  Service,
  SimulatedObject,
} from "#lib/objectapi/mod.ts";
import { type BrokerKind, BROKERS } from "../../support/brokers.ts";
import { testWith } from "../../support/requires.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";

/** An interface whose module has no definition. */
const LAMP = {
  module: "demo",
  name: "Lamp",
  properties: {},
  operations: {},
  signals: {},
};

function each(
  behaviour: string,
  run: (kind: BrokerKind, protocolVersion: ProtocolVersion) => Promise<void>,
) {
  for (const kind of BROKERS) {
    for (const version of PROTOCOL_VERSIONS) {
      const name = `${behaviour} (${kind.name}, MQTT ${version})`;
      testWith(kind.requires, name, () => run(kind, version));
    }
  }
}

each(
  "discover finds a living service with its definition",
  async (kind, protocolVersion) => {
    await using broker = await kind.start();
    await using service = new Service("hello-service");
    const adapter = new HelloServiceAdapter(new Hello(), service);
    await service.connect(broker.url, undefined, { protocolVersion });
    await adapter.ready;
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url, { protocolVersion });
    const [found, ...others] = await discover(endpoint);
    assert.deepEqual(others, []);
    assert.equal(found?.id, "hello-service");
    assert.equal(found.alive, true);
    assert.deepEqual(found.interfaces, ["io.world.Hello"]);
    const { modules, findings } = parseModules(found.definition, found.id);
    assert.deepEqual(findings, []);
    assert.deepEqual(modules.map(({ name }) => name), [
      ioWorldDefinition.document["name"],
    ]);
  },
);

each(
  "discover reports that a service was lost, and what it served",
  async (kind, protocolVersion) => {
    await using broker = await kind.start();
    await using proxy = TcpProxy.to(broker.url);
    await using lost = new Service("lost-service");
    const object = new SimulatedObject(LAMP).serve(lost);
    await lost.connect(proxy.url, undefined, { protocolVersion });
    await object.ready;
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url, { protocolVersion });
    const withdrawn = Promise.withResolvers<void>();
    const watch = endpoint.subscribe(
      "apigear/services/lost-service/alive",
      ({ payload }) => {
        if (new TextDecoder().decode(payload) === "false") withdrawn.resolve();
      },
    );
    await watch.ready;
    proxy.hold();
    await withdrawn.promise;
    const [found] = await discover(endpoint);
    assert.equal(found?.alive, false);
    assert.deepEqual(found?.interfaces, ["demo.Lamp"]);
  },
);

each(
  "discover finds a service again that was lost and has come back",
  async (kind, protocolVersion) => {
    await using broker = await kind.start();
    await using proxy = TcpProxy.to(broker.url);
    await using service = new Service("returning-service");
    const object = new SimulatedObject(LAMP).serve(service);
    await service.connect(proxy.url, undefined, { protocolVersion });
    await object.ready;
    const back = object.onReady.next();
    proxy.cut();
    await back;
    await service.endpoint.publish("barrier", "");
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url, { protocolVersion });
    const [found] = await discover(endpoint);
    assert.equal(found?.alive, true);
  },
);

each(
  "discover finds nothing once a service has disconnected",
  async (kind, protocolVersion) => {
    await using broker = await kind.start();
    const service = new Service("short-service");
    const object = new SimulatedObject(LAMP).serve(service);
    await service.connect(broker.url, undefined, { protocolVersion });
    await object.ready;
    await service.disconnect();
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url, { protocolVersion });
    assert.deepEqual(await discover(endpoint), []);
  },
);

each(
  "discover finds objects that are served later, and not those that are closed",
  async (kind, protocolVersion) => {
    await using broker = await kind.start();
    await using service = new Service("busy-service");
    await service.connect(broker.url, undefined, { protocolVersion });
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url, { protocolVersion });
    const object = new SimulatedObject(LAMP).serve(service);
    const hello = new HelloServiceAdapter(new Hello(), service);
    await Promise.all([object.ready, hello.ready]);
    await service.endpoint.publish("barrier", "");
    const [both] = await discover(endpoint);
    assert.deepEqual(both?.interfaces, ["demo.Lamp", "io.world.Hello"]);
    await object.close();
    await service.endpoint.publish("barrier", "");
    const [one] = await discover(endpoint);
    assert.deepEqual(one?.interfaces, ["io.world.Hello"]);
  },
);

each(
  "a service that shall not announce itself is not found",
  async (kind, protocolVersion) => {
    await using broker = await kind.start();
    await using service = new Service("quiet-service", { announce: false });
    const object = new SimulatedObject(LAMP).serve(service);
    await service.connect(broker.url, undefined, { protocolVersion });
    await object.ready;
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url, { protocolVersion });
    assert.deepEqual(await discover(endpoint), []);
  },
);

/** What anybody may have written, and what is made of it. */
const FOREIGN: readonly (readonly [string, string, readonly string[]])[] = [
  ["no JSON", "{", []],
  ["a number", "7", []],
  ["nothing but an object", "{}", ["x"]],
  ["names that are none", '{"interfaces":[7,"a b","\\u001b[2J","a.B"]}', ["x"]],
  ["a deep list", "[".repeat(9000) + "]".repeat(9000), []],
];

for (const [what, payload, ids] of FOREIGN) {
  each(
    `discover bears ${what} on a service's topic`,
    async (kind, protocolVersion) => {
      await using broker = await kind.start();
      await using endpoint = new MqttJsEndpoint({});
      await endpoint.connect(broker.url, { protocolVersion });
      const topic = "apigear/services/x/definition";
      await endpoint.publish(topic, payload, { retain: true });
      await endpoint.publish("apigear/services/x/alive", "maybe", {
        retain: true,
      });
      const found = await discover(endpoint);
      assert.deepEqual(found.map(({ id }) => id), ids);
      assert.ok(found.every(({ alive }) => !alive));
      const names = found.flatMap(({ interfaces }) => interfaces);
      assert.ok(names.every((name) => name === "a.B"));
    },
  );
}

Deno.test("discover gives up after its time where there is no broker", async () => {
  await using endpoint = new MqttJsEndpoint({});
  await assert.rejects(discover(endpoint, { timeoutMs: 1 }), TimeoutError);
});

Deno.test("discover rejects with the reason of its signal", async () => {
  await using endpoint = new MqttJsEndpoint({});
  const end = new AbortController();
  const found = discover(endpoint, { signal: end.signal });
  end.abort(new TypeError("enough"));
  await assert.rejects(found, { message: "enough" });
});

each(
  "discover finds a service that ended in good order only where it is asked to",
  async (kind, protocolVersion) => {
    await using broker = await kind.start();
    const service = new Service("ended-service");
    const object = new SimulatedObject(LAMP).serve(service);
    await service.connect(broker.url, undefined, { protocolVersion });
    await object.ready;
    await service.disconnect();
    await object.close();
    await using endpoint = new MqttJsEndpoint({});
    await endpoint.connect(broker.url, { protocolVersion });
    assert.deepEqual(await discover(endpoint), []);
    const all = await discover(endpoint, { includesEnded: true });
    // Where nothing expires, nothing is left.
    const ended = {
      id: "ended-service",
      alive: false,
      interfaces: ["demo.Lamp"],
      definition: "{}",
    };
    assert.deepEqual(all, protocolVersion === "5" ? [ended] : []);
    await forgetService(endpoint, "ended-service");
    assert.deepEqual(await discover(endpoint, { includesEnded: true }), []);
  },
);
