/** The roles on the embedded broker and on a real mosquitto: each does its job, and nothing else. */
import assert from "node:assert/strict";
import { rightsOf, type Role, ROLES } from "#lib/app/roles.ts";
import { ConnectionError } from "#lib/base/errors.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeCliIo } from "../../fakes/fake_cli_io.ts";
import { compose } from "../../fakes/test_bed.ts";
import { BikeFollower, valueOf } from "../../support/bike_follower.ts";
import { Inbox } from "../../support/inbox.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";

const BIKE = "b7";

type Account = { readonly username: string; readonly password: string };

const OWNER: Account = { username: "owner", password: "owner-secret" };

const accountOf = (role: Role): Account => ({
  username: role,
  password: `${role}-secret`,
});

/** A broker with an account for each role, and one that may do everything. */
interface RoleBroker extends AsyncDisposable {
  readonly url: string;
}

async function startMosquitto(): Promise<RoleBroker> {
  const io = new FakeCliIo();
  const args = ["broker-config", "mosquitto", "--bike", BIKE];
  const object = ["--object", "io.world.Hello"];
  const code = await runCli([...args, ...object, "--part", "acl"], compose(io));
  assert.deepEqual([code, io.error], [0, ""]);
  return await Mosquitto.start({
    account: OWNER,
    accounts: ROLES.map(accountOf),
    acl: [...io.out.split("\n"), "user owner", "topic readwrite #"],
  });
}

async function startEmbedded(): Promise<RoleBroker> {
  const adapters = await compose(new FakeCliIo()).bikeAdapters();
  const interfaces = [{ module: "io.world", name: "Hello" }];
  return await EmbeddedBroker.listen({
    account: OWNER,
    accounts: ROLES.map((role) => ({
      ...accountOf(role),
      rights: rightsOf(role, { bikeId: BIKE, adapters, interfaces }),
    })),
  });
}

const KINDS = [
  {
    name: "mosquitto",
    requires: { programs: ["mosquitto", "mosquitto_passwd"] },
    start: startMosquitto,
  },
  { name: "embedded broker", requires: { programs: [] }, start: startEmbedded },
];

/** Topics, and which roles may publish to each and receive it. */
const TOPICS: readonly (readonly [
  topic: string,
  publishers: readonly Role[],
  receivers: readonly Role[],
])[] = [
  ["other/topic", [], []],
  ["bike/b8/fan/control", [], []],
  ["bike/b8/speed/report", [], []],
  ["apigear/services/x/alive/y", [], []],
  [`bike/${BIKE}/speed/report`, ["driver"], [
    "driver",
    "app",
    "dashboard",
    "recorder",
  ]],
  [`bike/${BIKE}/fan/control`, ["driver", "app", "dashboard"], [
    "driver",
    "app",
    "dashboard",
    "recorder",
  ]],
  [`bike/${BIKE}/workout/control`, ["driver", "app", "dashboard"], [
    "driver",
    "app",
    "dashboard",
    "recorder",
  ]],
  ["Turn/Left", ["driver"], ["app", "dashboard", "recorder"]],
  ["smartbike/Bike/prop/powerWatts", ["driver"], ["app"]],
  ["smartbike/Bike/set/powerWatts", ["app"], ["driver"]],
  ["smartbike/Bike/rpc/setFan", ["app"], ["driver"]],
  ["smartbike/Bike/rpc/v3/setFan", ["app"], ["driver"]],
  ["smartbike/Bike/rpc/setFan/me/result", ["driver"], ["app"]],
  ["io.world/Hello/prop/last", ["service"], ["app"]],
  ["io.world/Hello/rpc/say", ["app"], ["service"]],
  ["io.world/Hello/rpc/v3/say/me/result", ["service"], ["app"]],
  ["apigear/services/x/alive", ["driver", "service"], [
    "driver",
    "service",
    "app",
  ]],
];

async function connected(
  url: string,
  account: Account,
): Promise<MqttJsEndpoint> {
  const endpoint = new MqttJsEndpoint();
  await endpoint.connect(url, account);
  return endpoint;
}

async function mayPublish(
  endpoint: MqttJsEndpoint,
  topic: string,
): Promise<boolean> {
  try {
    await endpoint.publish(topic, "");
    return true;
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    assert.equal(error.reason, "not_authorized");
    return false;
  }
}

for (const { name, requires, start } of KINDS) {
  testWith(
    requires,
    `each role may publish what its job needs and nothing else [${name}]`,
    async () => {
      await using broker = await start();
      for (const role of ROLES) {
        await using endpoint = await connected(broker.url, accountOf(role));
        for (const [topic, publishers] of TOPICS) {
          assert.equal(
            await mayPublish(endpoint, topic),
            publishers.includes(role),
            `${role} publishes to ${topic}`,
          );
        }
      }
    },
  );

  testWith(
    requires,
    `each role receives what its job needs and nothing else [${name}]`,
    async () => {
      await using broker = await start();
      await using owner = await connected(broker.url, OWNER);
      for (const role of ROLES) {
        await using endpoint = await connected(broker.url, accountOf(role));
        const inbox = new Inbox();
        await endpoint.subscribe("#", inbox.handler).ready;
        for (const [topic] of TOPICS) await owner.publish(topic, "");
        const wanted = TOPICS.filter(([, , receivers]) =>
          receivers.includes(role)
        )
          .map(([topic]) => topic);
        // What it may receive comes in order, so nothing else can be on its way before the last.
        await within(`the topics of ${role}`, inbox.received(wanted.length));
        assert.deepEqual(inbox.messages.map(({ topic }) => topic), wanted);
      }
    },
  );

  testWith(
    requires,
    `the bike rides with the account of a driver, and an app commands and calls it [${name}]`,
    async () => {
      await using broker = await start();
      const io = new FakeCliIo({
        files: {
          "smartbike.yaml": `bike: { id: ${BIKE} }
broker: { address: "${broker.url}", username: driver, passwordFile: secret }
devices: [{ driver: heart-rate, id: strap }, { driver: fan }]
`,
          secret: accountOf("driver").password,
        },
      });
      const args = ["start", "simulated", "--speed-up", "10"];
      const done = runCli(args, compose(io));
      await within("the bike", io.seen(/^Bike .*\n/m));
      const follower = new BikeFollower(BIKE);
      await follower.connect(broker.url, accountOf("app"));
      await follower.seen(
        "heartrate/report",
        (text) => Number(valueOf(text)) > 0,
      );
      await follower.seen(
        "devices/fan/status",
        (text) => text.includes("online"),
      );
      await follower.command("fan", "40");
      await follower.seen("fan/report", (text) => valueOf(text) === 40);
      await follower.endpoint.close();

      const { username, password } = accountOf("app");
      const app = new FakeCliIo({
        env: { MQTT_USERNAME: username, MQTT_PASSWORD: password },
      });
      const get = ["smartbike.Bike", "get", "fanPercent"];
      const code = await runCli(
        ["client", "--broker", broker.url, ...get],
        compose(app),
      );
      assert.deepEqual([code, app.error], [0, ""]);
      assert.match(app.out, /"value":\s*40/);

      io.interrupt("SIGTERM");
      assert.equal(await within("the end", done), 0);
      const refused = [
        ...io.error.split("\n").filter((line) => /may not|denied/i.test(line)),
        ...broker instanceof Mosquitto
          ? broker.log.filter((line) => /Denied/.test(line))
          : [],
      ];
      assert.deepEqual(refused, []);
    },
  );
}

Deno.test("broker-config refuses what it does not know", async () => {
  for (
    const args of [
      [],
      ["nats"],
      ["mosquitto", "--role", "rider"],
      ["mosquitto", "--role", "app=a b"],
      ["mosquitto", "--role", "app=x", "--role", "driver=x"],
      ["mosquitto", "--object", "Hello"],
    ]
  ) {
    const io = new FakeCliIo();
    assert.equal(await runCli(["broker-config", ...args], compose(io)), 2);
    assert.equal(io.out, "");
  }
});

Deno.test("broker-config prints the account of one role under its own name, and commands that ask for its password", async () => {
  const io = new FakeCliIo();
  const args = ["broker-config", "mosquitto", "--role", "recorder=logger"];
  assert.equal(await runCli([...args, "--all-bikes"], compose(io)), 0);
  assert.match(io.out, /user logger\ntopic read bike\/\+\/#\n/);
  assert.match(io.out, /mosquitto_passwd \S+\/passwords logger\n/);
  assert.doesNotMatch(io.out, /topic write|user driver/);
});
