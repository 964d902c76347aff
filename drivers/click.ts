/**
 * Zwift's controllers as buttons: Click, Play and Ride, without encryption. A
 * Click is `PLUS` and `MINUS`; Play and Ride have `UP`, `A`, `SHIFT_LEFT` and
 * so on. The second Click reports nothing unless Zwift's own app has unlocked
 * it lately.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { decodeZwiftEvent, RIDE_ON } from "#lib/gatt/zwift_controller.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";

/** Reports the buttons of a controller. */
export const driver: DriverDefinition = bleDriver({
  name: "click",
  summary: "Zwift Click, Play or Ride, as buttons",
  fits: { services: [SERVICES.zwiftController, SERVICES.zwiftRide] },
  requires: [CHARACTERISTICS.zwiftEvents],
  async start(session) {
    const { device, peripheral, signal } = session;
    const { zwiftAnswers, zwiftCommands, zwiftEvents } = CHARACTERISTICS;
    await session.onFrame(zwiftEvents, decodeZwiftEvent, (buttons) => {
      for (const { button, isPressed } of buttons) {
        device.reportButton(button, isPressed);
      }
    });
    await session.attempt(
      "answers",
      () => session.onFrame(zwiftAnswers, (bytes) => bytes, () => {}),
    );
    await peripheral.write(zwiftCommands, RIDE_ON, {
      signal,
      withoutResponse: true,
    });
  },
});
