/**
 * The least that MQTT.js can do it with: four bytes of correlation data, one
 * subscription, a Map; a service that answers a constant. Nothing is checked.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { connectRaw } from "../peer.ts";
import { type Caller, Countdown, runPair } from "./pair.ts";

const ROOT = "lean.world/Hello";
const RESULT = `${ROOT}/rpc/say/bench/result`;
const REQUEST = JSON.stringify([{ content: "hi" }, 1]);
const NOTHING = Buffer.alloc(0);
const SIGNAL = JSON.stringify([{ content: "hi" }]);

async function serve(broker: string, qos: Qos): Promise<void> {
  const client = await connectRaw(broker);
  client.on("message", (topic, payload, { properties }) => {
    if (topic === `${ROOT}/rpc/say`) {
      const { responseTopic = "", correlationData = NOTHING } = properties ??
        {};
      client.publish(responseTopic, "1", {
        qos,
        properties: { correlationData },
      });
    } else if (topic === `${ROOT}/set/last`) {
      client.publish(`${ROOT}/prop/last`, payload, { qos, retain: true });
    } else {
      for (let i = Number(payload.toString()); i > 0; i--) {
        client.publish(`${ROOT}/sig/justSaid`, SIGNAL, { qos });
      }
    }
  });
  const topics = [`${ROOT}/rpc/say`, `${ROOT}/set/last`, `${ROOT}/burst`];
  await client.subscribeAsync(topics, { qos });
}

async function caller(broker: string, qos: Qos): Promise<Caller> {
  const client = await connectRaw(broker);
  const pending = new Map<number, (result: unknown) => void>();
  const signals = new Countdown();
  let onChanged = () => {};
  let count = 0;
  client.on("message", (topic, payload, { properties }) => {
    const value: unknown = JSON.parse(payload.toString());
    if (topic === RESULT) {
      const id = properties?.correlationData?.readUInt32BE() ?? 0;
      pending.get(id)?.(value);
      pending.delete(id);
    } else if (topic === `${ROOT}/prop/last`) {
      onChanged();
    } else {
      signals.count();
    }
  });
  await client.subscribeAsync(
    [RESULT, `${ROOT}/prop/last`, `${ROOT}/sig/justSaid`],
    { qos },
  );
  return {
    call: () => {
      const correlationData = Buffer.allocUnsafe(4);
      correlationData.writeUInt32BE(++count);
      client.publish(`${ROOT}/rpc/say`, REQUEST, {
        qos,
        properties: { responseTopic: RESULT, correlationData },
      });
      return new Promise((resolve) => pending.set(count, resolve));
    },
    change: () => {
      const payload = `{"content":"${++count}"}`;
      client.publish(`${ROOT}/set/last`, payload, { qos });
      return new Promise((resolve) => onChanged = resolve);
    },
    signal: (number) => {
      const done = signals.expect(number);
      client.publish(`${ROOT}/burst`, `${number}`, { qos: 1 });
      return done;
    },
  };
}

await runPair({ serve, caller });
