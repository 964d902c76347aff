import assert from "node:assert/strict";
import { Socket } from "node:net";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";

/** Notes which sockets of this process are set to send at once. */
function watchNoDelay(): Disposable & { readonly sockets: Set<Socket> } {
  const sockets = new Set<Socket>();
  const { setNoDelay } = Socket.prototype;
  Socket.prototype.setNoDelay = function (noDelay?: boolean) {
    if (noDelay) sockets.add(this);
    return setNoDelay.call(this, noDelay);
  };
  return {
    sockets,
    [Symbol.dispose]: () => {
      Socket.prototype.setNoDelay = setNoDelay;
    },
  };
}

testWith(
  { programs: ["mosquitto"] },
  "MqttJsEndpoint sets TCP_NODELAY on the first socket and on that of each reconnect",
  async () => {
    using watch = watchNoDelay();
    await using broker = await Mosquitto.start();
    await using endpoint = new MqttJsEndpoint({
      backoff: { firstMs: 10, longestMs: 40 },
    });
    await endpoint.connect(broker.url);
    assert.equal(watch.sockets.size, 1);
    const back = endpoint.onConnected.next();
    await broker.restart();
    await within("the reconnect", back);
    assert.equal(watch.sockets.size, 2);
  },
);
