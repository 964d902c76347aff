import assert from "node:assert/strict";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { Service } from "#lib/objectapi/mod.ts";
import { type BrokerKind, BROKERS } from "../support/brokers.ts";
import { testWith } from "../support/requires.ts";
import { output, Program, script, testWithPaho } from "./program.ts";

const CALL = "io.world/Hello/rpc/say";
const tools = { programs: ["mosquitto", "mosquitto_pub", "mosquitto_sub"] };

/** Runs a test beside our service. */
async function withService(
  kind: BrokerKind,
  fn: (port: string, hello: Hello, service: Service) => Promise<void>,
): Promise<void> {
  await using broker = await kind.start();
  await using service = new Service("our-service");
  const hello = new Hello();
  await using adapter = new HelloServiceAdapter(hello, service);
  await service.connect(broker.url);
  await adapter.ready;
  await fn(new URL(broker.url).port, hello, service);
}

/** What foreign clients send with a request. */
const forms = [
  { who: "Python", correlation: "00", response: `${CALL}/b'python'/result` },
  { who: "C++", correlation: "3438323133", response: `${CALL}/cpp/result` },
  { who: "Qt", correlation: "0000000000000005", response: `${CALL}qt/result` },
  {
    who: "Unreal",
    correlation:
      "3546304332413645394237443443333141304531384435423346374339413234",
    response: `${CALL}/unreal/result`,
  },
  { who: "Rust", correlation: "37", response: `${CALL}/rust/result` },
  { who: "nobody's", correlation: "-", response: `${CALL}/x/result` },
  { who: "a silent", correlation: "-", response: "-" },
];

for (const kind of BROKERS) {
  for (const { who, correlation, response } of forms) {
    testWithPaho(
      `a paho client with ${who} correlation data and response topic uses our service [${kind.name}]`,
      (python) =>
        withService(kind, async (port, hello, service) => {
          const lines = await output(python, [
            script("hello_client.py"),
            port,
            `client-${who}`,
            correlation,
            response,
          ]);
          const seen = Object.fromEntries(lines.map((line) => {
            const { kind, ...rest } = JSON.parse(line);
            return [kind, rest];
          }));
          const said = { content: "said by Python" };
          assert.deepEqual(seen, {
            last: { json: said },
            justSaid: { json: [said], retain: false },
            ...(response !== "-" && {
              say: {
                json: 1,
                topic: response,
                names: [],
                correlation: correlation === "-" ? null : correlation,
              },
            }),
          });
          assert.deepEqual(hello.getLast(), said);
          assert.deepEqual(service.counts, {});
        }),
    );
  }

  testWith(
    tools,
    `mosquitto_sub reads the kept value of our service [${kind.name}]`,
    () =>
      withService(kind, async (port, hello) => {
        const changed = [
          "-p",
          port,
          "-t",
          "io.world/Hello/prop/last",
          "-C",
          "1",
        ];
        assert.deepEqual(await output("mosquitto_sub", changed), [
          '{"content":""}',
        ]);
        hello.setLast({ content: "new" });
        const args = [...changed, "-F", "%r %p"];
        await using watcher = Program.start("mosquitto_sub", [
          "-p",
          port,
          "-t",
          "io.world/Hello/prop/last",
          "-F",
          "%p",
        ]);
        while (await watcher.line() !== '{"content":"new"}');
        assert.deepEqual(await output("mosquitto_sub", args), [
          '1 {"content":"new"}',
        ]);
      }),
  );

  for (const version of ["mqttv5", "mqttv311"]) {
    testWith(
      tools,
      `mosquitto_pub over ${version} sets a property of our service [${kind.name}]`,
      () =>
        withService(kind, async (port, hello) => {
          const changed = hello.onLastChanged.next();
          const topic = "io.world/Hello/set/last";
          const message = '{ "content": "gr\\u00fc\\u00df" }';
          await output("mosquitto_pub", [
            ...["-p", port, "-V", version, "-t", topic, "-m", message],
          ]);
          assert.deepEqual(await changed, [{ content: "grüß" }]);
        }),
    );
  }

  testWith(
    tools,
    `mosquitto_pub calls say and mosquitto_sub gets the reply and the signal [${kind.name}]`,
    () =>
      withService(kind, async (port, hello) => {
        const response = `${CALL}/tools/result`;
        await using replies = Program.start("mosquitto_sub", [
          ...[
            "-V",
            "mqttv5",
            "-p",
            port,
            "-t",
            response,
            "-t",
            "io.world/Hello/#",
          ],
          ...["-F", "%t %r %p"],
        ]);
        assert.equal(
          await replies.line(),
          'io.world/Hello/prop/last 1 {"content":""}',
        );
        await output("mosquitto_pub", [
          ...["-V", "mqttv5", "-p", port, "-t", CALL, "-q", "1"],
          ...["-m", '[{"content":"hi"},1]'],
          ...["-D", "publish", "response-topic", response],
          ...["-D", "publish", "correlation-data", "48213"],
        ]);
        const lines = new Set<string | undefined>();
        while (!lines.has(`${response} 0 1`)) lines.add(await replies.line());
        assert(lines.has('io.world/Hello/sig/justSaid 0 [{"content":"hi"}]'));
        assert.deepEqual(hello.getLast(), { content: "hi" });
      }),
  );

  testWith(
    tools,
    `mosquitto_pub over MQTT 3.1.1 calls say in the JSON of 3.1.1 [${kind.name}]`,
    () =>
      withService(kind, async (port) => {
        const response = "io.world/Hello/rpc/v3/say/tools/result";
        await using replies = Program.start("mosquitto_sub", [
          ...["-V", "mqttv311", "-p", port, "-t", response],
          ...["-t", "io.world/Hello/prop/last"],
        ]);
        assert.equal(await replies.line(), '{"content":""}');
        const request = {
          correlationData: "7",
          responseTopic: response,
          arguments: [{ content: "" }, 0],
        };
        await output("mosquitto_pub", [
          ...["-V", "mqttv311", "-p", port, "-t", "io.world/Hello/rpc/v3/say"],
          ...["-m", JSON.stringify(request)],
        ]);
        assert.equal(
          await replies.line(),
          '{"correlationData":"7","result":1}',
        );
      }),
  );
}
