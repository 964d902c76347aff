/** Every case of every `*.yaml` here, on each broker, over both MQTT versions. */
import { BROKERS } from "../support/brokers.ts";
import { testWith } from "../support/requires.ts";
import { LEVELS, parseBrokerCases } from "./broker_case.ts";
import { runBrokerCase } from "./run_broker_case.ts";

const folder = new URL("./", import.meta.url);

const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
  .filter((name) => name.endsWith(".yaml")).sort();

for (const name of names) {
  const cases = parseBrokerCases(Deno.readTextFileSync(new URL(name, folder)));
  for (const broker of BROKERS) {
    for (const level of LEVELS) {
      const chosen = cases.filter((brokerCase) =>
        (brokerCase.level ?? level) === level &&
        !Object.hasOwn(brokerCase.except, broker.name)
      );
      testWith(
        broker.requires,
        `the cases of ${name} hold at protocol level ${level} with ${broker.name}`,
        async (t) => {
          for (const brokerCase of chosen) {
            const { condition, expect } = brokerCase;
            await t.step(`${condition}: ${expect}`, async () => {
              await using running = await broker.start();
              await runBrokerCase(brokerCase, { url: running.url, level });
            });
          }
        },
      );
    }
  }
}
