import assert from "node:assert/strict";
import { ConnectionError, type ConnectionReason } from "#lib/base/errors.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { Inbox, settled } from "../../support/inbox.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { ROOT } from "../../support/source_files.ts";
import { QUICK } from "./contract.ts";

const needsBroker = { programs: ["mosquitto"] };
const needsTls = { programs: ["mosquitto", "openssl"] };

/** Checks that an error is a ConnectionError of this reason. */
const isFor = (reason: ConnectionReason) => (error: unknown) =>
  error instanceof ConnectionError && error.reason === reason;

testWith(
  needsBroker,
  "MqttJsEndpoint.publish rejects with reason not_authorized where the ACL forbids the topic, and lives on",
  async () => {
    await using broker = await Mosquitto.start({
      acl: ["topic readwrite test/#"],
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url);
    for (const qos of [1, 2] as const) {
      await assert.rejects(
        endpoint.publish("secret", "", { qos }),
        isFor("not_authorized"),
      );
    }
    await settled(endpoint);
    assert.equal(endpoint.connected, true);
  },
);

testWith(
  needsBroker,
  "Subscription.ready rejects with reason not_authorized where the broker forbids the filter",
  async () => {
    await using broker = await startWithSubscribeAcl("test/#");
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url);
    const failed = endpoint.onError.next();
    const { ready } = endpoint.subscribe("secret", () => {});
    await assert.rejects(ready, isFor("not_authorized"));
    const [error] = await failed;
    assert.ok(isFor("not_authorized")(error));
    assert.equal(endpoint.connected, true);
  },
);

testWith(
  needsBroker,
  "MqttJsEndpoint.connect resolves although the broker forbids one of several filters",
  async () => {
    await using broker = await startWithSubscribeAcl("test/#");
    await using endpoint = new MqttJsEndpoint(QUICK);
    const inbox = new Inbox();
    const forbidden = endpoint.subscribe("secret", () => {});
    const allowed = endpoint.subscribe("test/a", inbox.handler);
    await endpoint.connect(broker.url);
    await assert.rejects(forbidden.ready, isFor("not_authorized"));
    await allowed.ready;
    await endpoint.publish("test/a", "text");
    await inbox.received(1);
    assert.deepEqual(inbox.texts, ["text"]);
  },
);

testWith(
  needsTls,
  "MqttJsEndpoint.connect over TLS is let in with the authority's certificate",
  async () => {
    const tls = await makeCertificates();
    await using broker = await Mosquitto.start({ tls });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { tls: { ca: tls.ca } });
    assert.match(endpoint.brokerUrl, /^mqtts:/);
    await settled(endpoint);
  },
);

testWith(
  needsTls,
  "MqttJsEndpoint.connect over TLS rejects with reason tls where the authority is unknown",
  async () => {
    const [tls, other] = await Promise.all([
      makeCertificates(),
      makeCertificates(),
    ]);
    await using broker = await Mosquitto.start({ tls });
    for (const options of [{}, { tls: {} }, { tls: { ca: other.ca } }]) {
      await using endpoint = new MqttJsEndpoint(QUICK);
      await assert.rejects(
        endpoint.connect(broker.url, options),
        isFor("tls"),
      );
      assert.equal(endpoint.connected, false);
    }
    assert.ok(
      !broker.log.some((line) => line.includes("New client connected")),
    );
  },
);

testWith(
  needsTls,
  "MqttJsEndpoint.connect over TLS with insecure takes an unknown authority",
  async () => {
    const tls = await makeCertificates();
    await using broker = await Mosquitto.start({ tls });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { tls: { insecure: true } });
    assert.equal(endpoint.connected, true);
  },
);

testWith(
  needsTls,
  "MqttJsEndpoint.connect over TLS shows its own certificate",
  async () => {
    const tls = await makeCertificates();
    await using broker = await Mosquitto.start({
      tls,
      requireClientCertificate: true,
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { tls: { ca: tls.ca, ...tls.client } });
    assert.equal(endpoint.connected, true);
  },
);

testWith(
  needsTls,
  "MqttJsEndpoint.connect over TLS rejects where its own certificate is missing",
  async () => {
    const tls = await makeCertificates();
    await using broker = await Mosquitto.start({
      tls,
      requireClientCertificate: true,
    });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await assert.rejects(
      endpoint.connect(broker.url, { tls: { ca: tls.ca }, retry: false }),
      ConnectionError,
    );
  },
);

testWith(
  needsTls,
  "MqttJsEndpoint.connect over TLS rejects where the broker speaks plain TCP",
  async () => {
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint(QUICK);
    await assert.rejects(
      endpoint.connect(`mqtts://127.0.0.1:${broker.port}`, { retry: false }),
      ConnectionError,
    );
  },
);

for (const version of ["5", "3.1.1"] as const) {
  testWith(
    needsBroker,
    `MqttJsEndpoint carries messages over WebSocket with MQTT ${version}`,
    async () => {
      await using broker = await Mosquitto.start({ websockets: true });
      await using endpoint = new MqttJsEndpoint(QUICK);
      await endpoint.connect(broker.url, { protocolVersion: version });
      const inbox = new Inbox();
      await endpoint.subscribe("a", inbox.handler).ready;
      await endpoint.publish("a", new Uint8Array(100_000).fill(7));
      const [message] = await inbox.received(1);
      assert.equal(message?.payload.length, 100_000);
    },
  );
}

testWith(
  needsTls,
  "MqttJsEndpoint carries messages over WebSocket with TLS",
  async () => {
    const tls = await makeCertificates();
    await using broker = await Mosquitto.start({ tls, websockets: true });
    await using endpoint = new MqttJsEndpoint(QUICK);
    await endpoint.connect(broker.url, { tls: { ca: tls.ca } });
    await settled(endpoint);
  },
);

Deno.test("MqttJsEndpoint.connect rejects with reason permission where the network is denied", async () => {
  const program = `
    import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
    await using endpoint = new MqttJsEndpoint();
    await endpoint.connect("127.0.0.1:1").catch((error) => {
      Deno.stdout.writeSync(new TextEncoder().encode(error.reason));
    });
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--allow-env",
      "--allow-read",
      "-",
    ],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const text = new TextDecoder();
  assert.equal(text.decode(stdout), "permission", text.decode(stderr));
});

/** A broker that grants one filter only; its ACL file knows no rules for SUBSCRIBE, its plug-in does. */
async function startWithSubscribeAcl(filter: string): Promise<Mosquitto> {
  const acls = [
    "publishClientSend",
    "publishClientReceive",
    "subscribePattern",
    "unsubscribePattern",
  ].map((acltype) => ({ acltype, topic: filter, allow: true }));
  const security = {
    defaultACLAccess: {
      publishClientSend: false,
      publishClientReceive: false,
      subscribe: false,
      unsubscribe: true,
    },
    clients: [],
    groups: [{
      groupname: "everybody",
      roles: [{ rolename: "everybody" }],
      clients: [],
    }],
    anonymousGroup: "everybody",
    roles: [{ rolename: "everybody", acls }],
  };
  return await Mosquitto.start({ dynamicSecurity: security });
}
