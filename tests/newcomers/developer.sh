# A developer of an app: looks at what is there, reads, calls, and makes the
# mistakes that everybody makes.
. "$EXAMPLES/terminal.sh"

export MQTT_HOSTNAME=127.0.0.1 MQTT_PORT="$PORT"
refused smartbike client smartbike.Bike get powerWatts --timeout 2s
beside smartbike driver simulated

smartbike client list
smartbike client smartbike.Bike watch powerWatts --count 3
smartbike client smartbike.Bike get heartRate
smartbike client smartbike.Bike call setIncline 6 my-app
refused smartbike client smartbike.Bike call setIncline 99 my-app
refused smartbike client smartbike.Bike call setInclin 6 my-app
refused smartbike client smartbike.Byke list

smartbike bike watch --count 2
smartbike bike set fan 30
refused smartbike bike set fan 300
smartbike bike stop
