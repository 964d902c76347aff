import assert from "node:assert/strict";
import { helloDescriptor } from "#adapters/io_world/api.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { Client, RemoteObject, Service } from "#lib/objectapi/mod.ts";

Deno.test("RemoteObject reports a property's first value even if it is the default, and then only changes", async () => {
  await using broker = await EmbeddedBroker.listen();
  await using service = new Service("received-service");
  const hello = new Hello();
  const served = new HelloServiceAdapter(hello, service);
  await service.connect(broker.url);
  await served.ready;

  await using client = new Client("received-client");
  const object = new RemoteObject(client, helloDescriptor);
  const received: string[] = [];
  const changed: string[] = [];
  object.onPropertyReceived("last").add(({ content }) =>
    received.push(content)
  );
  object.onPropertyChanged("last").add(({ content }) => changed.push(content));
  const first = object.onPropertyReceived("last").next();
  await client.connect(broker.url);
  await first;
  assert.deepEqual([received, changed], [[""], []]);

  const second = object.onPropertyReceived("last").next();
  hello.setLast({ content: "a" });
  await second;
  assert.deepEqual([received, changed], [["", "a"], ["a"]]);
});
