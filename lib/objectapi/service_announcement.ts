/**
 * What a service tells of itself: whether it is alive and what it serves.
 *
 * Two retained topics, as a last will replaces the whole of a topic: `alive`
 * holds `true`, or `false` once the broker has lost the service; `definition`
 * stays, so that one can still see what a lost service served. A service that
 * disconnects in good order removes both.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";
import type { MqttEndpoint, Qos, Will } from "#lib/mqtt/endpoint.ts";
import { type InterfaceDescriptor, qualifiedName } from "./descriptor.ts";
import {
  encodeDefinitions,
  type ModuleDefinition,
} from "./module_definition.ts";
import { announcementTopic } from "./topics.ts";

const logger = getLogger("objectapi");

/** An object that is told of. */
export interface AnnouncedObject {
  /** Its interface. */
  readonly descriptor: Pick<InterfaceDescriptor, "module" | "name">;
  /** The definition of the interface's module. */
  readonly definition?: ModuleDefinition;
}

/** Publishes what a service serves, on each connection and with each change. */
export class ServiceAnnouncement {
  readonly #endpoint: MqttEndpoint;
  readonly #qos: Qos;
  readonly #objects = new Set<AnnouncedObject>();
  #isQueued = false;
  #isTold = false;

  /**
   * Waits for the first connection.
   *
   * @param endpoint The service's connection.
   * @param qos Quality of service to publish with.
   */
  constructor(endpoint: MqttEndpoint, qos: Qos) {
    this.#endpoint = endpoint;
    this.#qos = qos;
    endpoint.onConnected.add(() => this.#tell());
  }

  /** What the broker tells when it has lost the service. */
  get will(): Will {
    const topic = announcementTopic(this.#endpoint.clientId, "alive");
    return { topic, payload: "false", qos: this.#qos, retain: true };
  }

  /**
   * Tells of one more object.
   *
   * @param object The object.
   * @returns Stops telling of it.
   */
  add(object: AnnouncedObject): () => void {
    this.#objects.add(object);
    this.#queue();
    return () => {
      this.#objects.delete(object);
      this.#queue();
    };
  }

  /** Takes back what was told, if there is a connection; nothing is told any more after that. */
  withdraw(): void {
    this.#objects.clear();
    this.#tell();
  }

  /** Many objects come and go at once; one message tells of them all. */
  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      this.#isQueued = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (!this.#endpoint.connected) return;
    if (this.#objects.size > 0) {
      this.#isTold = true;
      this.#publish("definition", this.#describe());
      this.#publish("alive", "true");
    } else if (this.#isTold) {
      this.#isTold = false;
      this.#publish("alive", "");
      this.#publish("definition", "");
    }
  }

  #describe(): string {
    const objects = [...this.#objects];
    return JSON.stringify({
      interfaces: objects.map(({ descriptor }) => qualifiedName(descriptor)),
      definition: encodeDefinitions(
        objects.flatMap(({ definition }) => definition ?? []),
      ),
    });
  }

  /** Where the broker does not want to know, the service serves all the same. */
  #publish(part: "alive" | "definition", payload: string): void {
    const topic = announcementTopic(this.#endpoint.clientId, part);
    const options = { qos: this.#qos, retain: true };
    this.#endpoint.publish(topic, payload, options).catch((error: unknown) =>
      logger.info("Cannot announce the service: {error}", { error })
    );
  }
}
