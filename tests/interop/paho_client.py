"""Makes a client of paho-mqtt 1.x and 2.x alike, with the callbacks of 1.x."""
from paho.mqtt import client as mqtt


def make_client(name, protocol):
    # From 2.0 on the first argument says which callbacks are meant.
    version = getattr(mqtt, "CallbackAPIVersion", None)
    first = [version.VERSION1] if version else []
    return mqtt.Client(*first, name, protocol=protocol)
