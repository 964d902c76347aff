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

# The same in a program of theirs, with the library of a clone.
mkdir app
cd app
cat >deno.json <<JSON
{
  "links": ["$LIBRARY"],
  "imports": { "@smartbike/smartbike": "jsr:@smartbike/smartbike@^0.1.0" }
}
JSON
cat >app.ts <<'TS'
import { Client, RemoteError } from "@smartbike/smartbike";
import { BikeClientAdapter } from "@smartbike/smartbike/bike";

await using client = new Client("my-app");
const bike = new BikeClientAdapter(client);
const rode = new Promise<void>((resolve) =>
  bike.onPowerWattsChanged.add(({ value }) => {
    console.log("power is", value);
    resolve();
  })
);
await client.connect(`mqtt://${Deno.args[0]}`);
await rode;
console.log("incline is", await bike.setIncline(6, "my-app"));
await bike.setIncline(99, "my-app").catch((error: unknown) => {
  if (!(error instanceof RemoteError)) throw error;
  console.log("refused:", error.message);
});
TS
deno check app.ts
sed 's/setIncline(6/setIncline("6"/' app.ts >wrong.ts
refused deno check wrong.ts
deno run --allow-net=127.0.0.1 --allow-env app.ts "$BROKER"
