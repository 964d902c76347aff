"""The exchange with python3-paho-mqtt, the way ApiGear's Python template does it:
paho's thread reads, and hands each reply to the loop of asyncio.

usage: pair.py serve|call mqtt://127.0.0.1:PORT QOS, see pair.ts
"""
import asyncio
import json
import sys
import time
from urllib.parse import urlparse

from paho.mqtt import client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

ROOT = "python.world/Hello"
RESULT = f"{ROOT}/rpc/say/bench/result"
IN_FLIGHT = 64
QOS = int(sys.argv[3])


def connect(topics, on_message):
    if hasattr(mqtt, "CallbackAPIVersion"):
        version = mqtt.CallbackAPIVersion.VERSION2
        client = mqtt.Client(version, protocol=mqtt.MQTTv5)
    else:
        client = mqtt.Client(protocol=mqtt.MQTTv5)
    left = set()
    client.max_inflight_messages_set(1000)
    client.on_message = on_message
    client.on_connect = lambda *_: left.update(
        client.subscribe(topic, QOS)[1] for topic in topics
    )

    def on_subscribe(_client, _userdata, mid, *_):
        left.discard(mid)
        if not left:
            print("ready", flush=True)

    client.on_subscribe = on_subscribe
    client.connect("127.0.0.1", urlparse(sys.argv[2]).port, keepalive=3600)
    return client


def serve():
    def on_message(client, _userdata, message):
        if message.topic == f"{ROOT}/rpc/say":
            json.loads(message.payload)
            properties = Properties(PacketTypes.PUBLISH)
            properties.CorrelationData = message.properties.CorrelationData
            client.publish(
                message.properties.ResponseTopic, "1", QOS, properties=properties
            )
        elif message.topic == f"{ROOT}/set/last":
            value = json.dumps(json.loads(message.payload))
            client.publish(f"{ROOT}/prop/last", value, QOS, retain=True)
        else:
            signal = json.dumps([{"content": "hi"}])
            for _ in range(int(message.payload)):
                client.publish(f"{ROOT}/sig/justSaid", signal, QOS)

    topics = [f"{ROOT}/rpc/say", f"{ROOT}/set/last", f"{ROOT}/burst"]
    connect(topics, on_message).loop_forever()


class Caller:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.pending = {}
        self.count = 0
        self.signals = 0
        self.signalled = self.changed = None
        topics = [RESULT, f"{ROOT}/prop/last", f"{ROOT}/sig/justSaid"]
        self.client = connect(topics, self.on_message)
        self.client.loop_start()

    def on_message(self, _client, _userdata, message):
        value = json.loads(message.payload)
        if message.retain:
            return
        if message.topic == RESULT:
            id = int.from_bytes(message.properties.CorrelationData, "big")
            future = self.pending.pop(id)
            self.loop.call_soon_threadsafe(future.set_result, value)
        elif message.topic == f"{ROOT}/prop/last":
            self.loop.call_soon_threadsafe(self.changed.set_result, value)
        else:
            self.signals -= 1
            if self.signals == 0:
                self.loop.call_soon_threadsafe(self.signalled.set_result, None)

    async def call(self):
        self.count += 1
        properties = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic = RESULT
        properties.CorrelationData = self.count.to_bytes(4, "big")
        future = self.pending[self.count] = self.loop.create_future()
        payload = json.dumps([{"content": "hi"}, 1])
        self.client.publish(f"{ROOT}/rpc/say", payload, QOS, properties=properties)
        return await asyncio.wait_for(future, 500)

    async def change(self):
        self.count += 1
        self.changed = self.loop.create_future()
        payload = json.dumps({"content": str(self.count)})
        self.client.publish(f"{ROOT}/set/last", payload, QOS)
        await self.changed

    async def signal(self, count):
        self.signals = count
        self.signalled = self.loop.create_future()
        self.client.publish(f"{ROOT}/burst", str(count), 1)
        await self.signalled

    async def many(self, count):
        left = iter(range(count))

        async def lane():
            for _ in left:
                await self.call()

        await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))


async def call():
    caller = Caller()
    while line := await caller.loop.run_in_executor(None, sys.stdin.readline):
        exchange, count = line.split()
        times = []
        started = time.perf_counter()
        if exchange in ("one", "change"):
            for _ in range(int(count)):
                before = time.perf_counter()
                await (caller.call() if exchange == "one" else caller.change())
                times.append(time.perf_counter() - before)
        else:
            await getattr(caller, exchange)(int(count))
        seconds = time.perf_counter() - started
        times = sorted(times) or [0]
        p50, p99 = (times[len(times) * share // 100] * 1e6 for share in (50, 99))
        timing = {"seconds": seconds, "p50": round(p50), "p99": round(p99)}
        print(json.dumps(timing), flush=True)


if sys.argv[1] == "serve":
    serve()
else:
    asyncio.run(call())
