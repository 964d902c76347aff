/**
 * Generic tools for MQTT 5 requests, against our service.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { startLog } from "#lib/base/logger.ts";
import { Service } from "#lib/objectapi/mod.ts";
import { type BrokerKind, BROKERS } from "../support/brokers.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";
import { Program } from "./program.ts";

const CALL = "io.world/Hello/rpc/say";

async function withService(
  kind: BrokerKind,
  use: (ask: (responseTopic: string) => Program, service: Service) => Promise<
    void
  >,
): Promise<void> {
  await using broker = await kind.start();
  await using service = new Service("tools-service");
  await using adapter = new HelloServiceAdapter(new Hello(), service);
  await service.connect(broker.url);
  await adapter.ready;
  const { port } = new URL(broker.url);
  await use((responseTopic) =>
    Program.start("mosquitto_rr", [
      ...["-h", "127.0.0.1", "-p", port, "-V", "5", "-t", CALL],
      ...["-e", responseTopic, "-m", `[{"content":"hi"}, 0]`],
    ]), service);
}

for (const kind of BROKERS) {
  const tools = { programs: [...kind.requires.programs, "mosquitto_rr"] };

  testWith(
    tools,
    `mosquitto_rr gets the reply on a result topic [${kind.name}]`,
    () =>
      withService(kind, async (ask) => {
        await using asking = ask(`${CALL}/me/result`);
        assert.equal(await asking.line(), "1");
      }),
  );

  testWith(
    tools,
    `mosquitto_rr with a response topic elsewhere is in the service's log, with one that is answered [${kind.name}]`,
    () =>
      withService(kind, async (ask, service) => {
        const lines: string[] = [];
        await using _log = await startLog({
          write: (line) => lines.push(line),
        });
        const refused = service.onError.next();
        await using _asking = ask("reply/me");
        const [error] = await within("the refusal", refused);
        assert.equal(error.code, "payload");
        assert.equal(lines.length, 1);
        assert.match(
          lines[0] ?? "",
          /^warning objectapi: .*"reply\/me".* such as io\.world\/Hello\/rpc\/say\/me\/result/,
        );
      }),
  );
}
