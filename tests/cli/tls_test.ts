/**
 * The program and brokers that speak TLS, with an authority of their own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { makeCertificates } from "../support/certificates.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { bridgeWebSockets } from "../support/web_socket_bridge.ts";
import { testWith } from "../support/requires.ts";

const REQUIRES = { programs: ["mosquitto", "openssl"] };
const GET = ["io.world.Hello", "get", "last"];

async function makeFiles() {
  const certificates = await makeCertificates();
  const folder = await Deno.makeTempDir({ prefix: "smartbike-tls-" });
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  };
  return {
    certificates,
    ca: await write("ca.pem", certificates.ca),
    cert: await write("cert.pem", certificates.client.cert),
    key: await write("key.pem", certificates.client.key),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

testWith(
  REQUIRES,
  "TLS is used by scheme, and verified against --ca unless --insecure warns",
  async () => {
    await using files = await makeFiles();
    await using broker = await Mosquitto.start({ tls: files.certificates });
    const use = ["--broker", broker.url];
    await using service = startProgram(["service", ...use, "--ca", files.ca]);
    await service.seen(/Serving io.world.Hello on mqtts:/);
    const [trusted, unknown, insecure, refused] = await Promise.all([
      runProgram(["client", ...use, "--ca", files.ca, ...GET]),
      runProgram(["client", ...use, ...GET]),
      runProgram(["client", ...use, "--insecure", ...GET]),
      runProgram(["service", ...use]),
    ]);
    assert.deepEqual(trusted, { code: 0, out: '{"content":""}\n', error: "" });
    assert.deepEqual([unknown.code, unknown.out], [1, ""]);
    assert.match(
      unknown.error,
      /TLS failed \(self-signed certificate.*\nCheck --ca/,
    );
    assert.deepEqual([insecure.code, insecure.out], [0, trusted.out]);
    assert.match(
      insecure.error,
      /^smartbike: warning: the broker's certificate is not checked/,
    );
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(refused.error, /TLS failed/);
  },
);

testWith(
  REQUIRES,
  "a broker that asks for a client certificate gets --cert and --key",
  async () => {
    await using files = await makeFiles();
    const { certificates: tls, ca, cert, key } = files;
    await using broker = await Mosquitto.start({
      tls,
      requireClientCertificate: true,
    });
    const use = ["--broker", broker.url, "--ca", ca];
    await using service = startProgram([
      "service",
      ...use,
      "--cert",
      cert,
      "--key",
      key,
    ]);
    await service.seen(/Serving/);
    const without = await runProgram(["client", ...use, ...GET]);
    assert.deepEqual([without.code, without.out], [1, ""]);
    assert.match(without.error, /TLS failed .*\nCheck --ca/);
  },
);

testWith(
  { programs: ["openssl"] },
  "MQTT goes over WebSockets with ws:// and wss://, which is verified too",
  async () => {
    await using files = await makeFiles();
    const { server } = files.certificates;
    await using broker = await EmbeddedBroker.listen();
    await using plain = bridgeWebSockets(broker.url);
    await using secure = bridgeWebSockets(broker.url, server);
    await using service = startProgram(["service", "--broker", plain.url]);
    await service.seen(/Serving io.world.Hello on ws:/);
    const use = ["client", "--broker", secure.url];
    const [trusted, unknown] = await Promise.all([
      runProgram([...use, "--ca", files.ca, ...GET]),
      runProgram([...use, ...GET]),
    ]);
    assert.deepEqual(trusted, { code: 0, out: '{"content":""}\n', error: "" });
    assert.deepEqual([unknown.code, unknown.out], [1, ""]);
    assert.match(unknown.error, /TLS failed/);
  },
);
