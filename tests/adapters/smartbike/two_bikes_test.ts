import assert from "node:assert/strict";
import { BikeClientAdapter } from "#adapters/smartbike/client_adapter.gen.ts";
import { type BikeOnNetwork, serveBike } from "#adapters/smartbike/serve.ts";
import { Bike } from "#lib/bike/bike.ts";
import { Client, Service } from "#lib/objectapi/mod.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { BROKERS } from "../../support/brokers.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";

/** Bikes that are shown as `smartbike.Bike`, and clients of them. */
class Bikes implements AsyncDisposable {
  readonly #url: string;
  readonly #stack = new AsyncDisposableStack();

  constructor(url: string) {
    this.#url = url;
  }

  /** Shows a bike as `start` does. */
  async show(bikeId: string, object?: string) {
    const bike = this.#stack.use(new Bike());
    const incline = new FakeActuator<number>();
    bike.source("kickr").actuator("inclinePercent", incline.carryOut);
    const service = this.#stack.use(
      new Service(`smartbike-object-${bikeId}`, {
        serviceId: `bike-${bikeId}`,
      }),
    );
    const shown: BikeOnNetwork = this.#stack.use(
      serveBike(bike, service, { bikeId, object }),
    );
    await service.connect(this.#url);
    return { incline, shown };
  }

  /** A client of the bike with an identity, or of the one without. */
  async use(object?: string): Promise<BikeClientAdapter> {
    const client = this.#stack.use(new Client(`app-${crypto.randomUUID()}`));
    const adapter = this.#stack.use(new BikeClientAdapter(client, { object }));
    await client.connect(this.#url);
    await adapter.ready;
    return adapter;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

for (const { name, requires, start } of BROKERS) {
  testWith(
    requires,
    `of two bikes on one broker a command moves one (${name})`,
    async () => {
      await using broker = await start();
      await using bikes = new Bikes(broker.url);
      const first = await bikes.show("000001");
      await within("the first bike", first.shown.ready);
      const second = await bikes.show("000002");
      await within("the second bike", second.shown.ready);
      const plain = await bikes.use();
      assert.equal(await plain.setIncline(6, "me"), 6);
      assert.deepEqual([first.incline.values, second.incline.values], [
        [6],
        [],
      ]);
      const named = await bikes.use("bike/000002");
      assert.equal(await named.setIncline(3, "me"), 3);
      assert.deepEqual([first.incline.values, second.incline.values], [[6], [
        3,
      ]]);
      assert.equal(plain.getInclinePercent().value, 6);
    },
  );

  testWith(
    requires,
    `of two bikes that start at the same moment a command moves one (${name})`,
    async () => {
      await using broker = await start();
      await using bikes = new Bikes(broker.url);
      const [first, second] = await Promise.all([
        bikes.show("000001"),
        bikes.show("000002"),
      ]);
      await within(
        "both bikes",
        Promise.all([first.shown.ready, second.shown.ready]),
      );
      const named = await bikes.use("bike/000002");
      while (!named.isAvailable) await named.onAvailabilityChanged.next();
      const plain = await bikes.use();
      assert.equal(await plain.setIncline(6, "me"), 6);
      assert.deepEqual([first.incline.values, second.incline.values], [
        [6],
        [],
      ]);
    },
  );

  testWith(
    requires,
    `a bike with an identity is not the one without (${name})`,
    async () => {
      await using broker = await start();
      await using bikes = new Bikes(broker.url);
      const { incline, shown } = await bikes.show("000007", "bike/000007");
      await within("the bike", shown.ready);
      const plain = await bikes.use();
      await assert.rejects(plain.setIncline(6, "me"), {
        reason: "no_service",
        message: /choose one of the objects bike\/000007/,
      });
      assert.deepEqual(incline.values, []);
    },
  );
}
