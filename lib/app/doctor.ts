/**
 * Checks of a machine and its configuration.
 *
 * @module
 */
import type { ConfiguredDevice } from "#lib/config/devices.ts";
import { formatMistake, type Mistake } from "#lib/config/source.ts";
import {
  ConnectionError,
  HardwareUnavailableError,
  SmartbikeError,
} from "#lib/base/errors.ts";
import type { BleAdapter, BleCentral } from "#lib/hardware/ble.ts";
import type { Gpio } from "#lib/hardware/gpio.ts";
import type { HardwareOptions } from "#lib/driver/driver.ts";
import type { SerialPorts } from "#lib/hardware/serial.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { adviceFor } from "./advice.ts";
import type { BrokerSettings } from "./broker_settings.ts";
import type { Check } from "./check.ts";
import { clientId } from "./client_id.ts";
import { checkTopics, type TopicPurpose } from "./topic_checks.ts";

/** How long radios are listened to, at most, in milliseconds. */
const LISTEN_MS = 3000;

/** How long a broker may take to answer, in milliseconds. */
const BROKER_MS = 5000;

/**
 * Checks the configuration.
 *
 * @param file Its file; undefined if there is none.
 * @param mistakes What is wrong with it.
 * @returns One outcome a mistake; or that there is none.
 */
export function checkConfig(
  file: string | undefined,
  mistakes: readonly Mistake[],
): readonly Check[] {
  const subject = "config";
  const found = mistakes.map((mistake): Check => ({
    state: "error",
    subject,
    text: formatMistake(mistake),
  }));
  if (found.length > 0) return found;
  return [
    file === undefined
      ? { state: "note", subject, text: "no file, the defaults are used" }
      : { state: "ok", subject, text: `${file} has no mistakes` },
  ];
}

/** What switches a radio on. */
const REMEDIES = {
  off: 'run "bluetoothctl power on"',
  blocked: 'run "rfkill unblock bluetooth", then "bluetoothctl power on"',
} as const;

/**
 * Checks BlueZ and its radios, and scans for a device.
 *
 * @param options Whether the program switches radios on.
 * @returns One check a radio, and what was found; or why there is none.
 */
export async function checkRadios(
  ble: BleCentral,
  options: HardwareOptions = {},
): Promise<readonly Check[]> {
  const subject = "bluetooth";
  try {
    const adapters = await ble.adapters();
    const checks = adapters.map((adapter) => findAdapter(adapter, options));
    if (!adapters.some(({ state }) => state === "on")) {
      if (checks.length > 0) return checks;
      const text = "there is no radio, plug one in or enable it";
      return [{ state: "error", subject, text }];
    }
    return [...checks, await listen(ble)];
  } catch (error) {
    if (!(error instanceof HardwareUnavailableError)) throw error;
    return [{ state: "error", subject, text: error.message }];
  }
}

function findAdapter(
  { name, address, state }: BleAdapter,
  { powerOn = false }: HardwareOptions,
): Check {
  const found = { subject: name, text: `radio ${address} is ${state}` };
  if (state === "on") return { ...found, state: "ok" };
  return powerOn && state === "off"
    ? { ...found, state: "note", advice: "bluetooth.powerOn switches it on" }
    : { ...found, state: "error", advice: REMEDIES[state] };
}

/** The first device is enough: the radio works. */
async function listen(ble: BleCentral): Promise<Check> {
  const signal = AbortSignal.timeout(LISTEN_MS);
  for await (const { name, address, adapter } of ble.scan({}, { signal })) {
    const text = `${adapter} receives ${name || address}`;
    return { state: "ok", subject: "devices", text };
  }
  return {
    state: "note",
    subject: "devices",
    text: `no device was found in ${LISTEN_MS / 1000} s`,
    advice: 'wake a device and run "smartbike scan"',
  };
}

/**
 * Checks the radios that the configuration gives to devices.
 *
 * @returns One check a radio that is not there.
 */
export async function checkDevices(
  devices: readonly ConfiguredDevice[],
  ble: BleCentral,
): Promise<readonly Check[]> {
  const wanted = devices.flatMap(({ id, options }) => {
    const adapter = options.get("adapter")?.value;
    return typeof adapter === "string" ? [{ id, adapter }] : [];
  });
  if (wanted.length === 0) return [];
  const adapters = await adaptersOf(ble);
  const isThere = (wanted: string) =>
    adapters.some(({ name, address }) =>
      name === wanted || address === wanted.toUpperCase()
    );
  return wanted.filter(({ adapter }) => !isThere(adapter)).map((
    { id, adapter },
  ) => ({
    state: "error",
    subject: id,
    text: `its radio ${adapter} is not there`,
    advice: `choose one of ${
      adapters.map(({ name }) => name).join(", ") || "those you plug in"
    }, or leave it out`,
  }));
}

/** Why there are none is reported by another check. */
async function adaptersOf(ble: BleCentral): Promise<readonly BleAdapter[]> {
  try {
    return await ble.adapters();
  } catch (error) {
    if (!(error instanceof HardwareUnavailableError)) throw error;
    return [];
  }
}

/**
 * Checks the pins that the configuration needs.
 *
 * @param gpio The pins of this machine.
 * @returns One check a chip; none where no device needs any.
 */
export async function checkPins(
  devices: readonly ConfiguredDevice[],
  gpio: Gpio,
): Promise<readonly Check[]> {
  const subject = "pins";
  const chips = devices
    .filter(({ definition }) => definition.transport === "gpio")
    .map(({ options }) => options.get("chip")?.value?.toString());
  return await Promise.all(
    [...new Set(chips)].map(async (chip): Promise<Check> => {
      try {
        return { state: "ok", subject, text: await gpio.findChip(chip) };
      } catch (error) {
        if (!(error instanceof HardwareUnavailableError)) throw error;
        return { state: "error", subject, text: error.message };
      }
    }),
  );
}

/**
 * Checks the serial ports.
 *
 * @returns One check a port; or that there is none. A port that may not be opened is wrong where a device needs one.
 */
export async function checkSerialPorts(
  serial: SerialPorts,
  devices: readonly ConfiguredDevice[],
): Promise<readonly Check[]> {
  const subject = "serial";
  try {
    const ports = await serial.list();
    if (ports.length === 0) {
      return [{ state: "note", subject, text: "there is no port" }];
    }
    const isNeeded = devices.some(({ definition }) =>
      definition.transport === "serial"
    );
    return ports.map(({ path, product, usbId, isDenied }): Check => {
      const text = [path, product ?? "", usbId ?? ""].filter(Boolean).join(
        "  ",
      );
      if (!isDenied) return { state: "ok", subject, text };
      return {
        state: isNeeded ? "error" : "note",
        subject,
        text: `${text} may not be opened by this user`,
        advice: 'run "sudo usermod -aG dialout $USER", then log in again',
      };
    });
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    return [{ state: "error", subject, text: error.message }];
  }
}

/**
 * Connects to the broker, tries the topics of a bike, and leaves again.
 *
 * @param settings The broker and the account.
 * @param topics What the account needs.
 * @param ownBroker Where this program listens as a broker itself when it runs; undefined if it does not.
 * @returns Whether it takes this account, and what the account may do.
 */
export async function checkBroker(
  settings: BrokerSettings,
  topics: readonly TopicPurpose[],
  ownBroker?: string,
): Promise<readonly Check[]> {
  const { broker, connect } = settings;
  const subject = "broker";
  await using endpoint = new MqttJsEndpoint({ clientId: clientId("doctor") });
  try {
    await endpoint.connect(broker, {
      ...connect,
      retry: false,
      connectTimeoutMs: BROKER_MS,
    });
    const version = endpoint.protocolVersion;
    const text =
      `${endpoint.brokerUrl} takes this account, with MQTT ${version}`;
    return [
      { state: "ok", subject, text },
      ...await checkTopics(endpoint, topics),
    ];
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    if (ownBroker !== undefined && error.reason === "unreachable") {
      const text = `"smartbike start" runs it at ${ownBroker}, not now`;
      return [{ state: "note", subject, text }];
    }
    const advice = adviceFor(error);
    return [{
      state: "error",
      subject,
      text: error.message,
      ...(advice !== undefined && { advice }),
    }];
  }
}
