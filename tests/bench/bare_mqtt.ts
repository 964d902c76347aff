/**
 * The least that a process can do on MQTT.js: `get` reads one stored message and
 * ends, `stay` remains connected.
 *
 * @module
 */
import mqtt from "mqtt";

const [broker = "", what] = Deno.args;
const client = await mqtt.connectAsync(broker, { protocolVersion: 5 });
const message = new Promise((resolve) => client.once("message", resolve));
await client.subscribeAsync("bare/value", { qos: 1 });
await client.publishAsync("bare/value", "1", { qos: 1 });
await message;
if (what === "get") await client.endAsync();
