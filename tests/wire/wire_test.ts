/** Every case of every `*.yaml` here, on every broker, over both MQTT versions. */
import { PROTOCOL_VERSIONS } from "#lib/mqtt/endpoint.ts";
import { BROKERS } from "../support/brokers.ts";
import { testWith } from "../support/requires.ts";
import { runCase } from "./run_case.ts";
import { parseWireCases, type WireCase } from "./wire_case.ts";

const folder = new URL("./", import.meta.url);

function readCases(): ReadonlyMap<string, readonly WireCase[]> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".yaml")).sort();
  return new Map(names.map((name) => {
    try {
      return [
        name,
        parseWireCases(Deno.readTextFileSync(new URL(name, folder))),
      ];
    } catch (cause) {
      throw new TypeError(`Cannot read the cases of "${name}"`, { cause });
    }
  }));
}

for (const [name, cases] of readCases()) {
  for (const broker of BROKERS) {
    for (const mqtt of PROTOCOL_VERSIONS) {
      const chosen = cases.filter((wireCase) =>
        (wireCase.mqtt ?? mqtt) === mqtt &&
        (!wireCase.needsReasonCodes || broker.reportsNoSubscribers)
      );
      if (chosen.length === 0) continue;
      testWith(
        broker.requires,
        `the cases of ${name} hold over MQTT ${mqtt} with ${broker.name}`,
        async (t) => {
          await using running = await broker.start();
          for (const wireCase of chosen) {
            const { condition, expect } = wireCase;
            await t.step(`${condition}: ${expect}`, async () => {
              await runCase(wireCase, { url: running.url, mqtt });
            });
          }
        },
      );
    }
  }
}
