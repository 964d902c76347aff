/**
 * Carrying out wire cases.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import type { InterfaceDescriptor } from "#lib/objectapi/mod.ts";
import { memberTopics } from "#lib/objectapi/object_topics.ts";
import { testBed } from "../fixtures/test_bed.ts";
import { within } from "../support/within.ts";
import { WirePeer } from "../support/wire_peer.ts";
import {
  ClientUnderTest,
  endpointOf,
  type ObjectUnderTest,
  ServiceUnderTest,
} from "./case_object.ts";
import { fieldsOf, listOf, textOf, type WireCase } from "./wire_case.ts";
import { Memory, readMessage, requireMessage } from "./wire_message.ts";

/** Where a case is run. */
export interface WireSetting {
  /** The broker. */
  readonly url: string;
  /** MQTT version of the object under test. */
  readonly mqtt: ProtocolVersion;
}

/**
 * Carries a case out; throws if an expectation is not met.
 *
 * @param wireCase The case.
 * @param setting Where it is run.
 */
export async function runCase(
  wireCase: WireCase,
  setting: WireSetting,
): Promise<void> {
  const descriptor = testBed[wireCase.object];
  assert(descriptor, `the test bed has no ${wireCase.object}`);
  const { url, mqtt } = setting;
  await using peer = await WirePeer.connect(url, wireCase.peer ?? mqtt);
  try {
    await using object = wireCase.side === "service"
      ? new ServiceUnderTest(descriptor, wireCase.options)
      : new ClientUnderTest(descriptor, wireCase.options);
    const run = new CaseRun(peer, object);
    for (const { verb, detail } of wireCase.before) await run.do(verb, detail);
    await peer.subscribe(...wireCase.subscribe ?? [`${descriptor.module}/#`]);
    await within("readiness", object.start(url, mqtt));
    if (!wireCase.keepFirst) {
      await run.sentinel();
      peer.forget();
    }
    for (const { verb, detail } of wireCase.actions) {
      await run.do(verb, detail);
    }
  } finally {
    await within("clearing", peer.clear(retainedTopics(descriptor)));
  }
}

function retainedTopics(descriptor: InterfaceDescriptor): readonly string[] {
  return Object.keys(descriptor.properties).flatMap((name) =>
    memberTopics(descriptor, "prop", name)
  );
}

let sentinels = 0;

/** One run of one case. */
class CaseRun {
  readonly #peer: WirePeer;
  readonly #object: ObjectUnderTest;
  readonly #memory = new Memory();

  constructor(peer: WirePeer, object: ObjectUnderTest) {
    this.#peer = peer;
    this.#object = object;
  }

  /**
   * Waits until both sides have handled what was sent before: a message goes
   * from the peer to the object, and another one back.
   */
  async sentinel(): Promise<void> {
    const endpoint = endpointOf(this.#object);
    const topic = `test/sentinel/${++sentinels}`;
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    await using subscription = endpoint.subscribe(topic, () => resolve(), {
      qos: 2,
    });
    await within("a sentinel subscription", subscription.ready);
    await this.#peer.subscribe(`${topic}/back`);
    await this.#peer.publish({ topic, payload: "", qos: 2 });
    await within("a sentinel", arrived);
    await new Promise((done) => setTimeout(done));
    const back = endpoint.publish(`${topic}/back`, "", { qos: 2 });
    await within("a sentinel's answer", back);
    await within("a sentinel's answer", this.#peer.take(`${topic}/back`));
  }

  /**
   * Carries one action out.
   *
   * @param verb What is done.
   * @param detail What it is done with.
   */
  async do(verb: string, detail: unknown): Promise<void> {
    const object = this.#object;
    switch (verb) {
      case "publish":
        return await within(
          "the broker to take a message",
          this.#peer.publish(readMessage(detail, this.#memory)),
        );
      case "receive":
        return await this.#receive(detail);
      case "subscribe":
        return await this.#peer.subscribe(...listOf(detail).map(textOf));
      case "settle":
        return await this.sentinel();
      case "silence":
        return await this.#silence(detail);
      case "sequence":
        return await this.#sequence(detail);
      case "set":
        return await this.#set(detail);
      case "value":
        return await this.#value(detail);
      case "counts":
        return await this.#counts(detail);
    }
    return object instanceof ServiceUnderTest
      ? await this.#doOnService(object, verb, detail)
      : await this.#doOnClient(object, verb, detail);
  }

  async #doOnService(
    service: ServiceUnderTest,
    verb: string,
    detail: unknown,
  ): Promise<void> {
    switch (verb) {
      case "implement":
        return service.implement(detail);
      case "release":
        return service.release(detail);
      case "emit": {
        const { signal, args } = fieldsOf(detail, ["signal", "args"]);
        return service.object.emit(textOf(signal), listOf(args));
      }
      case "called": {
        await this.sentinel();
        const calls = service.object.calls.splice(0);
        return assert.deepEqual(calls, detail);
      }
    }
    throw new TypeError(`a service has no action "${verb}"`);
  }

  async #doOnClient(
    client: ClientUnderTest,
    verb: string,
    detail: unknown,
  ): Promise<void> {
    switch (verb) {
      case "call":
        return client.call(detail);
      case "result": {
        const { id, value } = fieldsOf(detail, ["id", "value"]);
        const outcome = within("a result", client.outcome(id));
        return assert.deepEqual(await outcome, value);
      }
      case "failure": {
        const { id, ...expected } = fieldsOf(detail);
        const outcome = within("a failure", client.outcome(id));
        return await assert.rejects(outcome, expected);
      }
      case "refused": {
        const { property, value, ...expected } = fieldsOf(detail);
        const done = client.object.set(textOf(property), value);
        return await assert.rejects(done, expected);
      }
      case "changed": {
        await this.sentinel();
        return eachEntry(
          detail,
          (name, expected) =>
            assert.deepEqual(client.takeChanges(name), expected),
        );
      }
      case "heard": {
        await this.sentinel();
        return eachEntry(
          detail,
          (name, expected) =>
            assert.deepEqual(client.takeSignals(name), expected),
        );
      }
    }
    throw new TypeError(`a client has no action "${verb}"`);
  }

  async #receive(detail: unknown): Promise<void> {
    const { topic } = fieldsOf(detail);
    const name = this.#memory.fill(textOf(topic));
    const message = await within(`a message on ${name}`, this.#peer.take(name));
    requireMessage(message, detail, this.#memory);
  }

  async #sequence(detail: unknown): Promise<void> {
    await this.sentinel();
    const topics = listOf(detail).map(textOf);
    const seen = this.#peer.unread.map(({ topic }) => topic)
      .filter((topic) => topics.includes(topic));
    assert.deepEqual(seen, topics);
  }

  async #silence(detail: unknown): Promise<void> {
    await this.sentinel();
    for (const filter of listOf(detail)) {
      const topics = this.#peer.matching(textOf(filter)).map((m) => m.topic);
      assert.deepEqual(topics, [], `nothing should have come on ${filter}`);
    }
  }

  async #set(detail: unknown): Promise<void> {
    for (const [name, value] of Object.entries(fieldsOf(detail))) {
      await this.#object.object.set(name, value);
    }
  }

  async #value(detail: unknown): Promise<void> {
    await this.sentinel();
    eachEntry(
      detail,
      (name, expected) =>
        assert.deepEqual(this.#object.object.get(name), expected),
    );
  }

  async #counts(detail: unknown): Promise<void> {
    await this.sentinel();
    assert.deepEqual(this.#object.node.counts, detail);
  }
}

function eachEntry(
  detail: unknown,
  check: (name: string, expected: unknown) => void,
): void {
  for (const [name, expected] of Object.entries(fieldsOf(detail))) {
    check(name, expected);
  }
}
