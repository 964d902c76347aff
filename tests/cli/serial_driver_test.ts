/**
 * Drivers of serial devices as a process, with the permissions that it has in
 * the field, from a real pty to a real broker.
 *
 * Not emulated: a process that is cannot start another one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { Inbox } from "../support/inbox.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { Pty } from "../support/pty.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

const REQUIRES = { programs: ["mosquitto", "socat"] };
const LINE =
  "O2: 150000 ppm, CO2: -- ppm, Inflow: 0 mL/min, Outflow: 9000 mL/min";

testWith(
  REQUIRES,
  "gas sensors are on the network, away when they are unplugged, and back again",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect(broker.url);
    const inbox = new Inbox();
    await endpoint.subscribe("bike/000007/gas/report", inbox.handler).ready;
    await using pty = await Pty.start();
    await using program = startProgram([
      ...["driver", "gas", "--bike", "000007", "--broker", broker.url],
      ...["--option", `gas.port=${pty.path}`, "--log-level", "info"],
    ]);
    const gasOf = (index: number) => {
      const { ts: _, ...gas } = JSON.parse(inbox.texts[index] ?? "{}");
      return gas;
    };
    const gas = { O2: 150_000, CO2: null, Inflow: 0, Outflow: 9000 };
    await within("the port", program.seen(/gas is connected/));
    await pty.send(`ppm\n${LINE}\n`);
    await within("a report", inbox.received(1));
    assert.deepEqual(gasOf(0), gas);
    await pty.unplug();
    await within("the loss", program.seen(/unplugged/));
    await pty.plug();
    await within("the port", program.seen(/is connected[^]*is connected/));
    await pty.send(`\n${LINE}\n`);
    await within("a report again", inbox.received(2));
    assert.deepEqual(gasOf(1), gas);
    program.kill("SIGINT");
    const { error } = await within("the end", program.result);
    assert.doesNotMatch(error, /unexpected|NotCapable/);
  },
);

testWith(
  { programs: ["mosquitto"] },
  "gas sensors are simulated where there are none",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect(broker.url);
    const inbox = new Inbox();
    await endpoint.subscribe("bike/000007/gas/report", inbox.handler).ready;
    await using program = startProgram([
      ...["driver", "simulated", "gas", "--speed-up", "10"],
      ...["--bike", "000007", "--broker", broker.url],
    ]);
    await within("reports", inbox.received(3));
    assert.match(inbox.texts[2] ?? "", /"CO2": (400|52632), /);
    program.kill("SIGINT");
    await within("the end", program.result);
  },
);

Deno.test("ports lists the ports of this machine with the permissions of its task", async () => {
  const { code, error } = await runProgram(["ports", "--json"]);
  assert.equal(code, 0, error);
});
