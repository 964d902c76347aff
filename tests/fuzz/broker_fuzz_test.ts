/** The embedded broker under packets that are nearly right. */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { decodeConnect } from "#lib/broker/wire/decode_connect.ts";
import { decodePacket } from "#lib/broker/wire/decode_packet.ts";
import { Framer } from "#lib/broker/wire/framer.ts";
import { ProtocolFault } from "#lib/broker/wire/protocol_fault.ts";
import { startLog } from "#lib/base/logger.ts";
import { loggedIn, RawMqtt } from "../support/raw_mqtt.ts";
import { everyProperty, PROPERTY_IDS, randomPacket } from "./mqtt_packets.ts";
import { planRounds } from "./rounds.ts";

/** Decodes, and lets nothing else pass than a packet or a fault of the protocol. */
function decode(bytes: Uint8Array): void {
  const framer = new Framer();
  framer.push(bytes);
  try {
    for (let frame = framer.next(1000); frame; frame = framer.next(1000)) {
      if (frame.first === 0x10) decodeConnect(frame);
      else {for (const version of ["5", "3.1.1"] as const) {
          decodePacket(frame, version);
        }}
    }
  } catch (error) {
    if (!(error instanceof ProtocolFault)) {
      throw new TypeError(`Cannot decode ${bytes.toHex()}: ${error}`, {
        cause: error,
      });
    }
  }
}

Deno.test("decoding any packet type with any property and value gives a packet or a fault of the protocol", () => {
  assert.equal(new Set(PROPERTY_IDS).size, 31);
  for (const bytes of everyProperty()) decode(bytes);
});

Deno.test("decoding packets with changed bytes gives a packet or a fault of the protocol", () => {
  const rounds = planRounds(50_000);
  for (const _ of rounds) decode(randomPacket(rounds.random));
});

/** Sends packets on a connection of their own, and waits until all were carried out or it is closed. */
async function attack(
  url: string,
  packets: readonly Uint8Array[],
): Promise<void> {
  await using client = packets[0]?.[0] === 0x10
    ? await RawMqtt.open(url)
    : await loggedIn(url, 5, { clientId: "attacker" });
  for (const packet of packets) await client.sendBytes(packet);
  await client.finish();
  await client.closed();
}

Deno.test("EmbeddedBroker outlives packets with changed bytes, serves others meanwhile, and has no fault of its own", async () => {
  const lines: string[] = [];
  await using _log = await startLog({
    level: "error",
    write: (line) => lines.push(line),
  });
  await using broker = await EmbeddedBroker.listen();
  await using witness = await loggedIn(broker.url);
  const rounds = planRounds(400);
  const { random, seed } = rounds;
  for (const round of rounds) {
    const length = Math.floor(random.between(1, 6));
    await attack(
      broker.url,
      Array.from({ length }, () => randomPacket(random)),
    );
    await witness.send({ cmd: "pingreq" });
    const packet = await witness.next();
    assert(packet !== "closed", `seed ${seed}, round ${round}`);
  }
  assert.deepEqual(lines, []);
});
