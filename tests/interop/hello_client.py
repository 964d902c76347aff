"""A client of io.world.Hello that owes nothing to this project: python3-paho-mqtt only.

usage: hello_client.py PORT CLIENT_ID CORRELATION RESPONSE_TOPIC

CORRELATION is hexadecimal; `-` sends none. RESPONSE_TOPIC `-` sends none.
Sets `last`, calls `say`, hears `justSaid`, and prints what came as JSON lines.
"""
import json
import sys

from paho.mqtt import client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from paho_client import make_client

port, client_id, correlation, response_topic = sys.argv[1:5]
BASE = "io.world/Hello"
expected = {"last", "justSaid"} | ({"say"} if response_topic != "-" else set())


def show(kind, message, **more):
    print(json.dumps({"kind": kind, "json": json.loads(message.payload), **more}), flush=True)
    expected.discard(kind)
    if not expected:
        client.disconnect()


def on_connect(client, userdata, flags, code, properties):
    topics = [f"{BASE}/prop/last", f"{BASE}/sig/justSaid"]
    if response_topic != "-":
        topics.append(response_topic)
    client.subscribe([(topic, 2) for topic in topics])


def on_subscribe(client, userdata, mid, codes, properties):
    properties = Properties(PacketTypes.PUBLISH)
    if response_topic != "-":
        properties.ResponseTopic = response_topic
    if correlation != "-":
        properties.CorrelationData = bytes.fromhex(correlation)
    client.publish(f"{BASE}/set/last", json.dumps({"content": "set by Python"}), qos=2)
    client.publish(f"{BASE}/rpc/say", json.dumps([{"content": "said by Python"}, 0]), qos=2, properties=properties)


def on_message(client, userdata, message):
    if message.topic == f"{BASE}/prop/last":
        if json.loads(message.payload)["content"] == "said by Python":
            show("last", message)
    elif message.topic == f"{BASE}/sig/justSaid":
        show("justSaid", message, retain=bool(message.retain))
    else:
        data = getattr(message.properties, "CorrelationData", None)
        names = [pair[0] for pair in getattr(message.properties, "UserProperty", [])]
        show("say", message, topic=message.topic, names=names, correlation=None if data is None else data.hex())


client = make_client(client_id, mqtt.MQTTv5)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect("127.0.0.1", int(port))
client.loop_forever(retry_first_connection=False)
