import assert from "node:assert/strict";
import { When } from "#adapters/io_world/api.gen.ts";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Client, Service } from "#lib/objectapi/mod.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { Inbox } from "../support/inbox.ts";
import { RabbitMq } from "../support/rabbitmq.ts";
import { needing } from "../support/requires.ts";
import { within } from "../support/within.ts";

needing("rabbitmq-server", "epmd")(
  "RabbitMQ, which may hang up on MQTT 5 and loses the dots of topics, carries the hello object all the same",
  async (t) => {
    await using broker = await RabbitMq.start();

    await t.step(
      "MqttJsEndpoint.connect falls back to 3.1.1 where it must",
      async () => {
        await using endpoint = new MqttJsEndpoint();
        await within("a connection", endpoint.connect(broker.url));
        const version = broker.speaksMqtt5 ? "5" : "3.1.1";
        assert.equal(endpoint.protocolVersion, version);
      },
    );

    await t.step(
      "MqttJsEndpoint finds the handlers of topics with dots, and reports it once",
      async () => {
        await using endpoint = new MqttJsEndpoint();
        const reports: string[] = [];
        endpoint.onError.add(({ message }) => reports.push(message));
        await endpoint.connect(broker.url, { protocolVersion: "3.1.1" });
        const [exact, wild] = [new Inbox(), new Inbox()];
        await endpoint.subscribe("io.world/Hello/prop/a.b", exact.handler)
          .ready;
        await endpoint.subscribe("io.world/+/prop/#", wild.handler).ready;
        await endpoint.publish("io.world/Hello/prop/a.b", "1");
        await within("the messages", exact.received(1));
        assert.equal(exact.messages[0]?.topic, "io.world/Hello/prop/a.b");
        await within("the messages", wild.received(1));
        assert.match(wild.messages[0]?.topic ?? "", /^io\.world\/Hello\/prop/);
        assert.equal(reports.length, 1);
        assert.match(reports[0] ?? "", /as RabbitMQ does/);
      },
    );

    await t.step("Client and Service understand each other", async () => {
      await using service = new Service("rabbit-service");
      await using served = new HelloServiceAdapter(new Hello(), service);
      await service.connect(broker.url);
      await within("the service", served.ready);
      await using client = new Client("rabbit-client");
      await using hello = new HelloClientAdapter(client);
      await client.connect(broker.url);
      await within("the client", hello.ready);
      const changed = hello.onLastChanged.next();
      const said = await within(
        "a call",
        hello.say({ content: "hi" }, When.Now),
      );
      assert.equal(said, 1);
      assert.deepEqual(await within("a change", changed), [{ content: "hi" }]);
    });

    await t.step(
      "status finds a bike and its devices without wildcards, and client its object without a module file",
      () => useBike(broker.url),
    );
  },
);

/** Devices of the simulated bike; each is named after its driver. */
const DEVICES = ["heart-rate", "trainer", "climb", "fan", "cadence"] as const;

async function untilOnline(url: string, ids: readonly string[]): Promise<void> {
  await using endpoint = new MqttJsEndpoint();
  await endpoint.connect(url);
  await Promise.all(ids.map(async (id) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    endpoint.subscribe(`bike/b7/devices/${id}/status`, ({ payload }) => {
      if (new TextDecoder().decode(payload).includes("online")) resolve();
    });
    await within(`${id} online`, promise);
  }));
}

async function useBike(url: string): Promise<void> {
  await using driver = startProgram([
    ...["driver", "simulated", "--bike", "b7", "--broker", url],
  ]);
  await within("the bike", driver.seen(/^Bike b7 on/m));
  await untilOnline(url, DEVICES);
  const status = await runProgram([
    ...["status", "--bike", "b7", "--broker", url],
  ]);
  assert.deepEqual([status.code, status.error], [0, ""]);
  for (const id of DEVICES) {
    assert.match(status.out, new RegExp(`^${id} +${id} +online `, "m"));
  }
  const all = await runProgram([
    ...["status", "--all", "--broker", url],
  ]);
  assert.match(all.error, /stores nothing for wildcards.*--bike/);
  const client = (...words: readonly string[]) =>
    runProgram(["client", "--broker", url, ...words]);
  const list = await client("list");
  assert.match(list.error, /No service was found.*stores nothing/);
  const call = await client("smartbike.Bike", "call", "setFan", "30", "me");
  assert.deepEqual(call, { code: 0, out: "30\n", error: "" });
  const power = await client("smartbike.Bike", "get", "powerWatts");
  assert.deepEqual([power.code, power.error], [0, ""]);
  const { value, device } = JSON.parse(power.out);
  assert.deepEqual([typeof value, device], ["number", "trainer"]);
}
