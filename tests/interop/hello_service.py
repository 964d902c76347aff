"""A service that owes nothing to this project: python3-paho-mqtt only.

usage: hello_service.py PORT VOID_REPLY

Serves io.world.Hello, and the void operation tb.wire/EveryType/rpc/take, which
it answers with the payload VOID_REPLY, or not at all where that is `none`.
Prints `ready`, and each call of `take`, as JSON lines.
"""
import json
import sys

from paho.mqtt import client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from paho_client import make_client

port, void_reply = sys.argv[1:3]
BASE = "io.world/Hello"
TAKE = "tb.wire/EveryType/rpc/take"
state = {"count": 0, "last": {"content": "kept by Python"}}


def publish_last():
    client.publish(f"{BASE}/prop/last", json.dumps(state["last"]), qos=2, retain=True)


def reply(message, payload):
    properties = Properties(PacketTypes.PUBLISH)
    # Both are read unconditionally, as ApiGear's Python template does.
    properties.CorrelationData = message.properties.CorrelationData
    client.publish(message.properties.ResponseTopic, payload, qos=2, properties=properties)


def on_connect(client, userdata, flags, code, properties):
    topics = [f"{BASE}/set/last", f"{BASE}/rpc/say", TAKE]
    client.subscribe([(topic, 2) for topic in topics])


def on_subscribe(client, userdata, mid, codes, properties):
    publish_last()
    print(json.dumps("ready"), flush=True)


def on_message(client, userdata, message):
    if message.topic == TAKE:
        print(message.payload.decode(), flush=True)
        if void_reply != "none":
            reply(message, void_reply)
    elif message.topic == f"{BASE}/set/last":
        state["last"] = json.loads(message.payload)
        publish_last()
    else:
        msg, when = json.loads(message.payload)
        state["count"] += 1
        client.publish(f"{BASE}/sig/justSaid", json.dumps([msg]), qos=2)
        reply(message, json.dumps(state["count"]))


client = make_client("python-service", mqtt.MQTTv5)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect("127.0.0.1", int(port))
client.loop_forever(retry_first_connection=False)
