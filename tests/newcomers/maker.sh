# A maker with an object that is no bike.
. "$EXAMPLES/terminal.sh"

cat >lamp.idl <<'IDL'
module home.light 1.0

interface Lamp {
  brightness: int
  toggle(): bool
  signal burnedOut()
}
IDL
cat >lamp.ts <<'TS'
import type { Simulation } from "@smartbike/smartbike";

export default (simulation: Simulation) => {
  const lamp = simulation.object("home.light.Lamp");
  let isOn = false;
  lamp.implement("toggle", () => (isOn = !isOn));
};
TS

smartbike check lamp.idl
smartbike generate lamp.idl --package lamp --out lamp
sed 's/brightness: int/brightness: imt/' lamp.idl >wrong.idl
refused smartbike check wrong.idl

refused smartbike client --broker "$BROKER" --module lamp.idl home.light.Lamp call toggle
beside smartbike service --broker "$BROKER" --module lamp.idl --script lamp.ts
smartbike client --broker "$BROKER" home.light.Lamp list
smartbike client --broker "$BROKER" home.light.Lamp call toggle
smartbike client --broker "$BROKER" home.light.Lamp call toggle
smartbike client --broker "$BROKER" home.light.Lamp set brightness 40
smartbike client --broker "$BROKER" home.light.Lamp get brightness
refused smartbike client --broker "$BROKER" home.light.Lamp set brightness bright
