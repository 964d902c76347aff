/**
 * A bike whose account may use its own topics and nothing else.
 *
 * @module
 */
import assert from "node:assert/strict";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { startProgram } from "../support/cli.ts";
import { Inbox } from "../support/inbox.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

const account = { username: "bike", password: "a secret of the bike" };
const acl = ["user bike", "topic readwrite bike/000001/#"];

testWith(
  { programs: ["mosquitto", "mosquitto_passwd"] },
  "driver rides with an account that may use the bike's topics only, and names once what it may not use",
  async () => {
    await using broker = await Mosquitto.start({ account, acl });
    await using bike = startProgram(
      [
        ...["driver", "simulated", "--bike", "000001", "--broker", broker.url],
        ...["--username", account.username],
      ],
      { env: { MQTT_PASSWORD: account.password } },
    );
    await bike.seen(/^Bike 000001/m);
    await using app = new MqttJsEndpoint();
    await app.connect(broker.url, account);
    const inbox = new Inbox();
    await app.subscribe("bike/000001/incline/report", inbox.handler).ready;
    await app.publish("bike/000001/incline/control", "6");
    await within("the incline", inbox.received(1));
    bike.kill("SIGTERM");
    const { code, error } = await within("the end", bike.result);
    assert.equal(code, 0);
    const refused = error.split("\n")
      .filter((line) => line.includes("smartbike/Bike/prop/"));
    assert.equal(refused.length, 1, error);
    assert.match(refused[0] ?? "", /has no right to publish there/);
  },
);
