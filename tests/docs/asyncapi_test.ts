/**
 * That the AsyncAPI file says what a ride really sends.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { startProgram } from "../support/cli.ts";
import { ROOT } from "../support/source_files.ts";
import { within } from "../support/within.ts";

const BIKE = "000042";

interface Reference {
  readonly $ref: string;
}

interface Channel {
  readonly address: string;
  readonly parameters: Readonly<Record<string, { readonly enum?: string[] }>>;
  readonly messages: Readonly<Record<string, Reference>>;
}

interface Operation {
  readonly action: "send" | "receive";
  readonly channel: Reference;
  readonly bindings?: { readonly mqtt: { readonly retain: boolean } };
}

interface AsyncApi {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: object }>>;
  };
}

async function readApi(): Promise<AsyncApi> {
  const text = await Deno.readTextFile(new URL("docs/asyncapi.yaml", ROOT));
  return parse(text);
}

/** What a channel's topics look like. */
function topicPattern({ address, parameters }: Channel): RegExp {
  const source = address.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === "bikeId") return BIKE;
    return `(?:${parameters[name]?.enum?.join("|") ?? "[^/]+"})`;
  });
  return new RegExp(`^${source}$`);
}

/** All that a ride sends, commands and an end included, and what is retained of it. */
async function hearRide() {
  await using broker = await EmbeddedBroker.listen();
  const { host } = new URL(broker.url);
  const heard: MqttMessage[] = [];
  await using keep = new AsyncDisposableStack();
  const endpoint = new MqttJsEndpoint();
  keep.defer(() => endpoint.close());
  await endpoint.connect(broker.url);
  const changed = new EventTarget();
  await endpoint.subscribe(`bike/${BIKE}/#`, (message) => {
    heard.push(message);
    changed.dispatchEvent(new Event("message"));
  }).ready;
  const seen = (topic: string) =>
    within(
      topic,
      new Promise<void>((resolve) => {
        const look = () => {
          const whole = `bike/${BIKE}/${topic}`;
          if (heard.some((message) => message.topic === whole)) resolve();
        };
        changed.addEventListener("message", look);
        look();
      }),
    );
  await using ride = startProgram([
    ...["driver", "simulated", "--broker", host, "--bike", BIKE],
    ...["--speed-up", "20", "--log-level", "error"],
  ]);
  for (const value of ["heartrate", "speed", "incline", "fan"]) {
    await seen(`${value}/report`);
  }
  const control = `bike/${BIKE}/incline/control`;
  await endpoint.publish(control, '{"incline": 99}');
  await seen("incline/status");
  await seen("health");
  const late = new MqttJsEndpoint();
  keep.defer(() => late.close());
  await late.connect(broker.url);
  const retained = new Set<string>();
  await late.subscribe(`bike/${BIKE}/#`, ({ topic, retain }) => {
    if (retain) retained.add(topic);
  }).ready;
  ride.kill("SIGTERM");
  await within("the end of the ride", ride.result);
  return { heard, retained };
}

Deno.test("each topic of a ride is in the AsyncAPI file, each payload fits its schema, and each is retained as it says", async () => {
  const api = await readApi();
  const { heard, retained } = await hearRide();
  const ajv = new Ajv2020({ allowUnionTypes: true });
  const checks = new Map(
    Object.entries(api.components.messages)
      .map(([name, { payload }]) => [name, ajv.compile(payload)]),
  );
  const channels = Object.entries(api.channels).map(([name, channel]) => ({
    name,
    pattern: topicPattern(channel),
    messages: Object.values(channel.messages)
      .map(({ $ref }) => $ref.replace(/.*\//, "")),
    isRetained: Object.values(api.operations).some(({ channel, bindings }) =>
      channel.$ref === `#/channels/${name}` && bindings?.mqtt.retain === true
    ),
  }));
  const used = new Set<string>();
  for (const { topic, payload } of heard) {
    const channel = channels.find(({ pattern }) => pattern.test(topic));
    assert.ok(channel, `${topic} is in no channel`);
    used.add(channel.name);
    const text = new TextDecoder().decode(payload);
    if (text === "") continue;
    const value: unknown = JSON.parse(text);
    assert.ok(
      channel.messages.some((name) => checks.get(name)?.(value)),
      `${topic} does not fit ${channel.messages}: ${text}`,
    );
    assert.equal(retained.has(topic), channel.isRetained, topic);
  }
  assert.deepEqual(
    [...used].toSorted(),
    channels.map(({ name }) => name).toSorted(),
    "a channel was never used",
  );
});
