/** Names of `Object.prototype`, on every surface of the broker, from real clients. */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { requireProgram, testWith } from "../../support/requires.ts";

const NAMES = Object.getOwnPropertyNames(Object.prototype);

const CLIENTS = { programs: ["mosquitto_pub", "mosquitto_sub"] };

/** Runs a client to its end; `start` is called once it listens. */
async function run(
  program: "mosquitto_pub" | "mosquitto_sub",
  args: readonly string[],
): Promise<{ readonly code: number; readonly out: string }> {
  const command = new Deno.Command(requireProgram(program), {
    args: [...args],
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
}

function at({ url }: EmbeddedBroker): readonly string[] {
  const { hostname, port } = new URL(url);
  return ["-V", "mqttv5", "-h", hostname, "-p", port];
}

for (const name of NAMES) {
  testWith(
    CLIENTS,
    `EmbeddedBroker takes ${name} as topic, filter, client id, user property and shared group`,
    async () => {
      await using broker = await EmbeddedBroker.listen();
      const place = at(broker);
      for (const topic of [name, `a/${name}`, `${name}/b`]) {
        const sent = await run("mosquitto_pub", [
          ...place,
          ...["-t", topic, "-m", topic, "-q", "2", "-r", "-i", name],
          ...["-D", "publish", "user-property", name, name],
          ...["-D", "publish", "response-topic", name],
          ...["--will-topic", name, "--will-payload", "gone"],
        ]);
        assert.deepEqual(sent, { code: 0, out: "" });
      }
      for (const [filter, count] of [[name, 1], [`+/${name}`, 1], ["#", 3]]) {
        const heard = await run("mosquitto_sub", [
          ...place,
          ...["-t", `${filter}`, "-U", name, "-C", `${count}`, "-q", "2"],
          ...["-i", name, "-c", "-x", "60", "-W", "20"],
        ]);
        assert.equal(heard.code, 0, heard.out);
        assert.equal(heard.out.trim().split("\n").length, count);
      }
      const shared = await run("mosquitto_sub", [
        ...[...place, "-t", `$share/${name}/${name}`, "-E"],
      ]);
      assert.deepEqual(shared, { code: 0, out: "" });
    },
  );

  testWith(
    CLIENTS,
    `EmbeddedBroker knows ${name} as an account only where there is one`,
    async () => {
      const account = { username: name, password: name };
      await using broker = await EmbeddedBroker.listen({ account });
      await using other = await EmbeddedBroker.listen({
        account: { username: "rider", password: "p" },
      });
      const args = ["-u", name, "-P", name, "-t", "a", "-m", "b"];
      const known = await run("mosquitto_pub", [...at(broker), ...args]);
      assert.equal(known.code, 0, known.out);
      const unknown = await run("mosquitto_pub", [...at(other), ...args]);
      assert.notEqual(unknown.code, 0);
      assert.match(unknown.out, /user name or password/i);
    },
  );
}
