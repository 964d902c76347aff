"""Publishes as a driver does, with nothing but python3-paho-mqtt.

usage: publisher.py PORT COUNT_PER_SECOND

Publishes one message to bench/python as soon as it is connected, then that many
a second; none with 0.
"""
import json
import sys
import time

from paho.mqtt import client as mqtt

port, rate = int(sys.argv[1]), float(sys.argv[2])


def publish():
    report = {"ts": time.time(), "value": 210}
    client.publish("bench/python", json.dumps(report), qos=1)


if hasattr(mqtt, "CallbackAPIVersion"):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
else:
    client = mqtt.Client(protocol=mqtt.MQTTv5)
client.on_connect = lambda *_: publish()
client.connect("127.0.0.1", port)
client.loop_start()
while True:
    if rate == 0:
        time.sleep(1)
    else:
        time.sleep(1 / rate)
        publish()
