/**
 * What a client sees of a service while a broker that keeps everything on its
 * disk is killed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { HelloClientAdapter } from "#adapters/io_world/client_adapter.gen.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { Client, Service } from "#lib/objectapi/mod.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing } from "../support/requires.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { within } from "../support/within.ts";

/** Time between two changes, in milliseconds. */
const EVERY_MS = 10;

/** What is killed while what is away. */
interface Wires {
  readonly broker: Mosquitto;
  readonly client: TcpProxy;
  readonly service: TcpProxy;
}

const FAULTS: Readonly<Record<string, (wires: Wires) => Promise<void>>> = {
  "broker is killed": killed,
  "client is away and the broker is killed": async (wires) => {
    wires.client.hold();
    await killed(wires);
    wires.client.mend();
  },
  "client and service are away and the broker is killed": async (wires) => {
    wires.client.hold();
    wires.service.hold();
    await killed(wires);
    wires.client.mend();
    wires.service.mend();
  },
};

/** Ends the broker at once, after it has written to its disk. */
async function killed({ broker }: Wires): Promise<void> {
  for (let times = 0; times < 2; times++) {
    await within("the disk", broker.waitForLog(/Saving in-memory database/));
  }
  await broker.kill();
  await broker.restart();
}

/** Cuts a link; mosquitto keeps on its disk only sessions that were resumed once. */
async function resume(node: Client | Service, wire: TcpProxy): Promise<void> {
  const back = node.endpoint.onConnected.next();
  wire.cut();
  await within("the connection", back);
}

for (const [name, inject] of Object.entries(FAULTS)) {
  needing("mosquitto")(
    `a property never goes back and ends at its newest value, and no signal comes twice, while the ${name}`,
    async () => {
      const folder = await Deno.makeTempDir({ prefix: "smartbike-kept-" });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(folder, { recursive: true }));
      const broker = stack.use(
        await Mosquitto.start({
          config: [
            "persistence true",
            `persistence_location ${folder}/`,
            "autosave_interval 1",
          ],
        }),
      );
      const wires = {
        broker,
        client: stack.use(TcpProxy.to(broker.url)),
        service: stack.use(TcpProxy.to(broker.url)),
      };
      const service = stack.use(new Service("kept-service"));
      const hello = new Hello();
      stack.use(new HelloServiceAdapter(hello, service));
      await service.connect(wires.service.url);
      const client = stack.use(new Client("kept-client"));
      const remote = stack.use(new HelloClientAdapter(client));
      const values: number[] = [];
      const signals: number[] = [];
      remote.onLastChanged.add(({ content }) => values.push(Number(content)));
      remote.onJustSaid.add(({ content }) => signals.push(Number(content)));
      await client.connect(wires.client.url);
      await within("the object", remote.ready);
      await resume(client, wires.client);
      await resume(service, wires.service);
      let count = 0;
      const change = () => {
        const content = String(++count);
        hello.setLast({ content });
        hello.onJustSaid.fire({ content });
      };
      const timer = setInterval(change, EVERY_MS);
      const back = [client, service].map((node) => node.onConnected.next());
      await inject(wires);
      await within("both", Promise.all(back));
      clearInterval(timer);
      change();
      const last = async () => {
        while (signals.at(-1) !== count) await remote.onJustSaid.next();
        while (values.at(-1) !== count) await remote.onLastChanged.next();
      };
      await within("the last change", last());
      assert.equal(remote.getLast().content, String(count));
      for (const seen of [values, signals]) {
        assert.deepEqual(seen, [...new Set(seen)].sort((a, b) => a - b));
      }
    },
  );
}
