import assert from "node:assert/strict";
import { helloDescriptor } from "#adapters/io_world/api.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { Client, RemoteObject, Service } from "#lib/objectapi/mod.ts";

Deno.test("RemoteObject tells a property's first value even if it is the default, and then only changes", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using service = new Service("told-service");
  const hello = new Hello();
  const served = new HelloServiceAdapter(hello, service);
  await service.connect(broker.url);
  await served.ready;

  await using client = new Client("told-client");
  const object = new RemoteObject(client, helloDescriptor);
  const told: string[] = [];
  const changed: string[] = [];
  object.told("last").add(({ content }) => told.push(content));
  object.changed("last").add(({ content }) => changed.push(content));
  const first = object.told("last").next();
  await client.connect(broker.url);
  await first;
  assert.deepEqual([told, changed], [[""], []]);

  const second = object.told("last").next();
  hello.setLast({ content: "a" });
  await second;
  assert.deepEqual([told, changed], [["", "a"], ["a"]]);
});
