"""Reads a bike as the apps in the field do; owes nothing to this project: python3-paho-mqtt only.

usage: redback_apps.py PORT

Prints "ready" once it is subscribed, then a JSON line for each message: the
topic, what the mobile app makes of it, what the VR game makes of it. Where an
app throws, the line holds the name of the error instead of a number. Ends with
the first message on `bike/000001/test`.
"""
import json
import sys

from paho.mqtt import client as mqtt

from paho_client import make_client

PREFIX = "bike/000001/"
MOBILE = ["cadence", "speed", "incline/report", "heartrate", "resistance/report"]
GAME = ["speed", "cadence", "heartrate", "power"]


def mobile_app(text):
    """Decodes JSON and assigns to a double, which throws for an integer as Dart does."""
    value = json.loads(text)["value"]
    if not isinstance(value, float):
        raise TypeError(f"{type(value).__name__} is no double")
    return value


def vr_game(text):
    """Cuts the value out of the text, from its name to the next comma."""
    start = text.index('"value":') + len('"value":')
    return float(text[start:text.index(",", start)])


def attempt(read, text):
    try:
        return read(text)
    except (KeyError, TypeError, ValueError) as error:
        return type(error).__name__


def on_connect(client, userdata, flags, code):
    topics = sorted(set(MOBILE + GAME + ["test"]))
    client.subscribe([(PREFIX + topic, 0) for topic in topics])


def on_subscribe(client, userdata, mid, codes):
    print("ready", flush=True)


def on_message(client, userdata, message):
    topic = message.topic[len(PREFIX):]
    if topic == "test":
        client.disconnect()
        return
    text = message.payload.decode()
    line = {"topic": topic}
    if topic in MOBILE:
        line["mobile"] = attempt(mobile_app, text)
    if topic in GAME:
        line["game"] = attempt(vr_game, text)
    print(json.dumps(line), flush=True)


client = make_client("redback-apps", mqtt.MQTTv311)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
