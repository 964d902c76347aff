/**
 * The documented client, with an inbox.
 *
 * @module
 */
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import { MQTTClient } from "#lib/mqtt/mqtt_client.ts";
import type { MQTTClientOptions } from "#lib/mqtt/mqtt_client_options.ts";
import { Inbox } from "../../support/inbox.ts";

/** Short waits, so that tests of reconnecting are quick. */
export const QUICK: MQTTClientOptions = {
  backoff: { firstMs: 10, longestMs: 40 },
};

/** A client that keeps what it gets. */
export class TestClient extends MQTTClient {
  /** What it got. */
  readonly inbox: Inbox = new Inbox();

  /**
   * Makes a client that comes back quickly.
   *
   * @param address Where the broker is.
   * @param username Account name.
   * @param password Password of the account.
   * @param port TCP port.
   * @param options What else differs.
   */
  constructor(
    address: string,
    username = "",
    password = "",
    port?: number,
    options: MQTTClientOptions = {},
  ) {
    super(address, username, password, port, { ...QUICK, ...options });
  }

  /** Keeps the message. */
  override onMessage(
    client: MqttEndpoint,
    userdata: unknown,
    message: MqttMessage,
  ): unknown {
    super.onMessage(client, userdata, message);
    return this.inbox.handler(message);
  }
}

/**
 * Makes a client that is connected.
 *
 * @param url The broker.
 * @returns The client.
 */
export async function connectedClient(url: string): Promise<TestClient> {
  const client = new TestClient(url);
  const connected = client.getClient().onConnected.next();
  client.setupMqttClient();
  await connected;
  return client;
}
