import assert from "node:assert/strict";
import { listValues, renderYaml, toData } from "#lib/config/render.ts";
import { configureFrom } from "./sources.ts";

const GIVEN = {
  text: `
bike: { id: 000007 }
broker: { address: "mqtts://h:1", username: "a \\"b\\"" }
failSafe: { values: { inclinePercent: 0 } }
devices:
  - { driver: heart-rate, options: { adapter: hci0, priority: 3 } }
  - { driver: fan, id: breeze }
  - { driver: fan }
`,
  env: { MQTT_PASSWORD: "pedal-secret" },
};

Deno.test("what is shown is a configuration again, in which all holds that held", () => {
  const { configuration, mistakes } = configureFrom(GIVEN);
  assert.deepEqual(mistakes, []);
  for (const withOrigin of [false, true]) {
    const text = renderYaml(configuration, { withOrigin });
    const again = configureFrom({ text, env: GIVEN.env });
    assert.deepEqual(again.mistakes, []);
    const values = (result: typeof again) =>
      listValues(result.configuration).map(({ path, value }) => [path, value]);
    assert.deepEqual(values(again), values({ configuration, mistakes }));
    const data = configureFrom({ text: JSON.stringify(toData(configuration)) });
    assert.deepEqual(
      data.mistakes.map(({ path }) => path),
      ["broker.password"],
    );
  }
});

Deno.test("each value is shown with where it came from, a secret only with that", () => {
  const { configuration } = configureFrom(GIVEN);
  const text = renderYaml(configuration, { withOrigin: true });
  assert.match(text, /^ {2}id: "000007" # f\.yaml:2:13$/m);
  assert.match(text, /^ {2}qos: 1 # default$/m);
  assert.match(text, /^ {2}# password: \*\*\* # MQTT_PASSWORD$/m);
  assert.match(text, /^ {2}- driver: "fan" # f\.yaml:7:5$/m);
  assert.match(text, /^ {4}id: "breeze" # f\.yaml:7:5$/m);
  const json = JSON.stringify(toData(configuration));
  assert.doesNotMatch(text + json, /pedal-secret/);
});
