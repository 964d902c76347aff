/**
 * What `smartbike doctor` looks at.
 *
 * @module
 */
import type { FileDevice } from "#lib/config/file_devices.ts";
import { formatMistake } from "#lib/config/setting.ts";
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
import { adviceFor } from "../advice.ts";
import type { BrokerSettings } from "../options/broker_options.ts";
import { clientId } from "../client_id.ts";
import type { LoadedConfig } from "../options/config_options.ts";

/** How long radios are listened to, at most, in milliseconds. */
const LISTEN_MS = 3000;

/** How long a broker may take to answer, in milliseconds. */
const BROKER_MS = 5000;

/** One thing that was looked at. */
export interface Finding {
  /** Whether it is in order; a note is neither here nor there. */
  readonly state: "ok" | "wrong" | "note";
  /** What was looked at, in a word. */
  readonly subject: string;
  /** How it is. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

/**
 * Looks at the configuration.
 *
 * @param loaded The configuration, with its mistakes.
 * @returns One finding a mistake; or that there is none.
 */
export function checkConfig(
  { file, mistakes }: LoadedConfig,
): Promise<readonly Finding[]> {
  const subject = "config";
  const found = mistakes.map((mistake): Finding => ({
    state: "wrong",
    subject,
    text: formatMistake(mistake),
  }));
  if (found.length > 0) return Promise.resolve(found);
  return Promise.resolve([
    file === undefined
      ? { state: "note", subject, text: "there is no file, defaults hold" }
      : { state: "ok", subject, text: `${file} has no mistakes` },
  ]);
}

/** What puts a radio on. */
const REMEDIES = {
  off: 'run "bluetoothctl power on"',
  blocked: 'run "rfkill unblock bluetooth", then "bluetoothctl power on"',
} as const;

/**
 * Looks at BlueZ and its radios, and listens for a device.
 *
 * @param ble The radios.
 * @param options Whether the program is to put radios on.
 * @returns One finding a radio, and what was heard; or why there is none.
 */
export async function checkRadios(
  ble: BleCentral,
  options: HardwareOptions = {},
): Promise<readonly Finding[]> {
  const subject = "bluetooth";
  try {
    const adapters = await ble.adapters();
    const findings = adapters.map((adapter) => findAdapter(adapter, options));
    if (!adapters.some(({ state }) => state === "on")) {
      if (findings.length > 0) return findings;
      const text = "there is no radio, plug one in or enable it";
      return [{ state: "wrong", subject, text }];
    }
    return [...findings, await listen(ble)];
  } catch (error) {
    if (!(error instanceof HardwareUnavailableError)) throw error;
    return [{ state: "wrong", subject, text: error.message }];
  }
}

function findAdapter(
  { name, address, state }: BleAdapter,
  { powerOn = false }: HardwareOptions,
): Finding {
  const found = { subject: name, text: `radio ${address} is ${state}` };
  if (state === "on") return { ...found, state: "ok" };
  return powerOn && state === "off"
    ? { ...found, state: "note", advice: "bluetooth.powerOn puts it on" }
    : { ...found, state: "wrong", advice: REMEDIES[state] };
}

/** The first device will do: the radio hears. */
async function listen(ble: BleCentral): Promise<Finding> {
  const signal = AbortSignal.timeout(LISTEN_MS);
  for await (const { name, address, adapter } of ble.scan({}, { signal })) {
    const text = `${adapter} hears ${name || address}`;
    return { state: "ok", subject: "devices", text };
  }
  return {
    state: "note",
    subject: "devices",
    text: `nothing was heard in ${LISTEN_MS / 1000} s`,
    advice: 'wake a device and run "smartbike scan"',
  };
}

/**
 * Looks for the radios that the configuration gives to devices.
 *
 * @param devices The devices.
 * @param ble The radios.
 * @returns One finding a radio that is not there.
 */
export async function checkDevices(
  devices: readonly FileDevice[],
  ble: BleCentral,
): Promise<readonly Finding[]> {
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
    state: "wrong",
    subject: id,
    text: `its radio ${adapter} is not there`,
    advice: `choose one of ${
      adapters.map(({ name }) => name).join(", ") || "those you plug in"
    }, or leave it out`,
  }));
}

/** Why there are none is told by another check. */
async function adaptersOf(ble: BleCentral): Promise<readonly BleAdapter[]> {
  try {
    return await ble.adapters();
  } catch (error) {
    if (!(error instanceof HardwareUnavailableError)) throw error;
    return [];
  }
}

/**
 * Looks for the pins that the configuration needs.
 *
 * @param devices The devices of the configuration.
 * @param gpio The pins of this machine.
 * @returns One finding a chip; none where no device needs any.
 */
export async function checkPins(
  devices: readonly FileDevice[],
  gpio: Gpio,
): Promise<readonly Finding[]> {
  const subject = "pins";
  const chips = devices
    .filter(({ definition }) => definition.transport === "gpio")
    .map(({ options }) => options.get("chip")?.value?.toString());
  return await Promise.all(
    [...new Set(chips)].map(async (chip): Promise<Finding> => {
      try {
        return { state: "ok", subject, text: await gpio.findChip(chip) };
      } catch (error) {
        if (!(error instanceof HardwareUnavailableError)) throw error;
        return { state: "wrong", subject, text: error.message };
      }
    }),
  );
}

/**
 * Looks at the serial ports.
 *
 * @param serial The ports.
 * @param devices The devices of the configuration.
 * @returns One finding a port; or that there is none. A port that may not be opened is wrong where a device needs one.
 */
export async function checkSerialPorts(
  serial: SerialPorts,
  devices: readonly FileDevice[],
): Promise<readonly Finding[]> {
  const subject = "serial";
  try {
    const ports = await serial.list();
    if (ports.length === 0) {
      return [{ state: "note", subject, text: "there is no port" }];
    }
    const isNeeded = devices.some(({ definition }) =>
      definition.transport === "serial"
    );
    return ports.map(({ path, product, usbId, isDenied }): Finding => {
      const text = [path, product ?? "", usbId ?? ""].filter(Boolean).join(
        "  ",
      );
      if (!isDenied) return { state: "ok", subject, text };
      return {
        state: isNeeded ? "wrong" : "note",
        subject,
        text: `${text} may not be opened by this user`,
        advice: 'run "sudo usermod -aG dialout $USER", then log in again',
      };
    });
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    return [{ state: "wrong", subject, text: error.message }];
  }
}

/**
 * Connects to the broker, and leaves again.
 *
 * @param settings The broker and the account.
 * @param ownBroker Where this program listens as a broker itself when it runs; undefined if it does not.
 * @returns Whether it takes this account.
 */
export async function checkBroker(
  settings: BrokerSettings,
  ownBroker?: string,
): Promise<readonly Finding[]> {
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
    return [{ state: "ok", subject, text }];
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    if (ownBroker !== undefined && error.reason === "unreachable") {
      const text = `"smartbike start" runs it at ${ownBroker}, not now`;
      return [{ state: "note", subject, text }];
    }
    const advice = adviceFor(error);
    return [{
      state: "wrong",
      subject,
      text: error.message,
      ...(advice !== undefined && { advice }),
    }];
  }
}
