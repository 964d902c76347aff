# A student with the apps of the Python drivers: the same topics, the same
# payloads, and the bare topics of the game, for one switch. The clients of
# mosquitto stand in for the apps.
. "$EXAMPLES/terminal.sh"

reads() { mosquitto_sub -p "$PORT" -W 30 -C 1 -v -t "$1"; }
# sends TOPIC PAYLOAD ANSWER: sends a command, and reads the answer.
sends() { mosquitto_rr -p "$PORT" -W 30 -v -t "$1" -m "$2" -e "$3"; }

export MQTT_HOSTNAME=127.0.0.1 MQTT_PORT="$PORT" DEVICE_ID=000042
beside smartbike driver simulated --compatible redback

reads bike/000042/speed
reads bike/000042/heartrate/report
reads bike/000042/power/report
sends bike/000042/resistance 40 bike/000042/resistance/report
sends bike/000042/fan/control '{"fan": 30}' bike/000042/fan/status
sends bike/000042/incline '{"incline": 99}' bike/000042/incline/status
