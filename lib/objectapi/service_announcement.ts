/**
 * What a service says of itself: whether it is alive and what it serves.
 *
 * Three retained topics, as a last will replaces the whole of a topic: `alive`
 * holds `true`, or `false` once the broker has lost the service; `interfaces`
 * (names) and `definition` stay, so that one can still see what a lost service
 * served. A service that disconnects in good order removes `definition`, and
 * says `"ended"`: its properties stay on the broker, and whoever reads them
 * later must learn that they are old. All of it expires, or is replaced when
 * the id returns; MQTT 3.1.1, where nothing expires, removes it at once.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type {
  MqttEndpoint,
  MqttMessage,
  Qos,
  Subscription,
  Will,
} from "#lib/mqtt/endpoint.ts";
import { addressOf, type InterfaceDescriptor } from "./descriptor.ts";
import {
  encodeDefinitions,
  type ModuleDefinition,
} from "./module_definition.ts";
import { type AnnouncementPart, announcementTopic } from "./object_topics.ts";

const logger = getLogger("objectapi");

/** How long the broker keeps an announcement that nobody repeats, in milliseconds. */
const EXPIRY_MS = 24 * 60 * 60 * 1000;

/** Time between two repetitions, in milliseconds. */
const REPEAT_MS = EXPIRY_MS / 2;

/** An object that is announced. */
interface AnnouncedObject {
  /** Its interface, with its identity. */
  readonly descriptor: Pick<InterfaceDescriptor, "module" | "name" | "object">;
  /** The definition of the interface's module. */
  readonly definition?: ModuleDefinition;
}

/** What an announcement stands on. */
export interface AnnouncementContext {
  /** The service's connection. */
  readonly endpoint: MqttEndpoint;
  /** Quality of service to publish with. */
  readonly qos: Qos;
  /** The service's id, the same after each start. */
  readonly serviceId: string;
  /** Says when an announcement has to be repeated. */
  readonly clock: Clock;
}

/** A service that is back within this time, as over a cut link, is not reported as gone, in seconds; MQTT 5 only. */
const BACK_SECONDS = 1;

/** What `alive` says of a service that ended in good order. */
const ENDED = '"ended"';

/** Publishes what a service serves, on each connection and with each change. */
export class ServiceAnnouncement {
  readonly #context: AnnouncementContext;
  readonly #objects = new Set<AnnouncedObject>();
  #watch: Subscription | undefined;
  #stopTimer = () => {};
  #isQueued = false;
  #isAnnounced = false;
  /** The names that were published last. */
  #announcedNames = "";

  /**
   * Waits for the first connection.
   *
   * @param context What it stands on.
   */
  constructor(context: AnnouncementContext) {
    this.#context = context;
    const { endpoint } = context;
    endpoint.onConnected.add(() => this.#announce());
    endpoint.onDisconnected.add(() => this.#stopTimer());
  }

  /** What the broker says when it has lost the service. */
  get will(): Will {
    const { qos } = this.#context;
    const topic = this.#topic("alive");
    return {
      topic,
      payload: "false",
      qos,
      retain: true,
      delaySeconds: BACK_SECONDS,
    };
  }

  /** Announces one more object. */
  add(object: AnnouncedObject): () => void {
    const { endpoint, qos } = this.#context;
    this.#objects.add(object);
    if (!this.#watch) {
      const topic = this.#topic("alive");
      const onMessage = (message: MqttMessage) => this.#onAlive(message);
      this.#watch = endpoint.subscribe(topic, onMessage, { qos });
      this.#watch.ready.catch(() => {});
    }
    this.#queue();
    return () => {
      this.#objects.delete(object);
      this.#queue();
    };
  }

  /** Takes back what was announced, if there is a connection; nothing is announced any more after that. */
  withdraw(): void {
    this.#objects.clear();
    this.#announce();
  }

  /** Where an older connection's will, or another program of the same id that ends, says that it is gone, it is not. */
  #onAlive({ payload, retain }: MqttMessage): void {
    if (retain || !this.#isAnnounced || payload.length === 4) return;
    this.#announce();
  }

  /** Many objects come and go at once; one message announces them all. */
  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      this.#isQueued = false;
      this.#announce();
    });
  }

  #announce(): void {
    const { clock, endpoint } = this.#context;
    if (!endpoint.connected) return;
    this.#stopTimer();
    if (this.#objects.size > 0) {
      this.#isAnnounced = true;
      this.#stopTimer = clock.setTimeout(() => this.#announce(), REPEAT_MS);
      this.#publish("definition", this.#describe());
      this.#announcedNames = JSON.stringify(this.#names());
      this.#publish("interfaces", this.#announcedNames);
      this.#publish("alive", "true");
    } else if (this.#isAnnounced) {
      this.#isAnnounced = false;
      const expires = endpoint.protocolVersion !== "3.1.1";
      this.#publish("alive", expires ? ENDED : "");
      this.#publish("interfaces", expires ? this.#announcedNames : "");
      this.#publish("definition", "");
    }
  }

  #names(): readonly string[] {
    return [...this.#objects].map(({ descriptor }) => addressOf(descriptor));
  }

  #describe(): string {
    const objects = [...this.#objects];
    return JSON.stringify({
      interfaces: this.#names(),
      definition: encodeDefinitions(
        objects.flatMap(({ definition }) => definition ?? []),
      ),
    });
  }

  #topic(part: AnnouncementPart): string {
    return announcementTopic(this.#context.serviceId, part);
  }

  /** Where the broker does not want to know, the service serves all the same. */
  #publish(part: AnnouncementPart, payload: string): void {
    const { endpoint, qos } = this.#context;
    const properties = payload === ""
      ? undefined
      : { messageExpirySeconds: EXPIRY_MS / 1000 };
    const options = { qos, retain: true, properties };
    endpoint.publish(this.#topic(part), payload, options).catch(
      (error: unknown) =>
        logger.info("Cannot announce the service: {error}", { error }),
    );
  }
}
