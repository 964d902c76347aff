/**
 * Whether each device is there, on its retained topic.
 *
 * @module
 */
import type { DeviceStatus } from "#lib/bike/device.ts";
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import type { TopicsContext } from "./context.ts";
import { NewestPublisher } from "./newest_publisher.ts";
import { stringifyDevicePresence } from "./presence.ts";

/** Reports each device, on each connection and whenever it changes. */
export class DeviceTopics {
  readonly #context: TopicsContext;
  readonly #publisher: NewestPublisher;
  /** The topics that the broker may hold something of. */
  readonly #published = new Set<string>();
  readonly #subscription: Subscription;

  /**
   * Starts to report.
   *
   * @param context What the adapter stands on.
   */
  constructor(context: TopicsContext) {
    const { bike, endpoint, signal } = context;
    this.#context = context;
    this.#publisher = new NewestPublisher(endpoint, context);
    bike.onDeviceChanged.add((status) => this.#publish(status), { signal });
    bike.onDeviceRemoved.add((device) => this.#clear(device), { signal });
    endpoint.onConnected.add(() => this.#publishAll(), { signal });
    this.#subscription = endpoint.subscribe(
      context.topics.devices,
      (message) => this.#clearGhost(message),
    );
    // An account that may not read these topics leaves ghosts where they are.
    this.#subscription.ready.catch(() => {});
    this.#publishAll();
  }

  /** Clears all topics, as nobody keeps them true any more. */
  async end(): Promise<void> {
    const { endpoint, qos } = this.#context;
    await Promise.allSettled([
      this.#subscription.unsubscribe(),
      ...Array.from(
        this.#published,
        (topic) => endpoint.publish(topic, "", { qos, retain: true }),
      ),
    ]);
  }

  #publishAll(): void {
    for (const status of this.#context.bike.devices) this.#publish(status);
  }

  #publish(status: DeviceStatus): void {
    const { clock, deviceName, endpoint, topics } = this.#context;
    if (!endpoint.connected) return;
    const topic = topics.device(status.device);
    this.#published.add(topic);
    this.#publisher.put(
      topic,
      stringifyDevicePresence({ status, timeMs: clock.now(), deviceName }),
      true,
    );
  }

  /** What an earlier program kept of a device that this one does not have would say for ever that it is there. */
  #clearGhost({ topic, payload, retain }: MqttMessage): void {
    const { bike, topics } = this.#context;
    if (!retain || payload.length === 0) return;
    const isOwn = bike.devices.some(({ device }) =>
      topics.device(device) === topic
    );
    if (!isOwn) this.#publisher.put(topic, "", true);
  }

  #clear(device: string): void {
    this.#publisher.put(this.#context.topics.device(device), "", true);
  }
}
