/**
 * What `smartbike doctor` looks at.
 *
 * @module
 */
import {
  ConnectionError,
  HardwareUnavailableError,
  SmartbikeError,
} from "#lib/errors.ts";
import type { BleAdapter, BleCentral } from "#lib/hardware/ble.ts";
import type { SerialPorts } from "#lib/hardware/serial.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { adviceFor } from "./advice.ts";
import type { BrokerSettings } from "./broker_options.ts";
import { clientId } from "./client_id.ts";

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

/** What puts a radio on. */
const REMEDIES = {
  off: 'run "bluetoothctl power on"',
  blocked: 'run "rfkill unblock bluetooth", then "bluetoothctl power on"',
} as const;

/**
 * Looks at BlueZ and its radios, and listens for a device.
 *
 * @param ble The radios.
 * @returns One finding a radio, and what was heard; or why there is none.
 */
export async function checkRadios(
  ble: BleCentral,
): Promise<readonly Finding[]> {
  const subject = "bluetooth";
  try {
    const adapters = await ble.adapters();
    const findings = adapters.map(findAdapter);
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

function findAdapter({ name, address, state }: BleAdapter): Finding {
  const found = { subject: name, text: `radio ${address} is ${state}` };
  return state === "on"
    ? { ...found, state: "ok" }
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
 * Looks at the serial ports.
 *
 * @param serial The ports.
 * @returns One finding a port; or that there is none.
 */
export async function checkSerialPorts(
  serial: SerialPorts,
): Promise<readonly Finding[]> {
  const subject = "serial";
  try {
    const ports = await serial.list();
    if (ports.length === 0) {
      return [{ state: "note", subject, text: "there is no port" }];
    }
    return ports.map(({ path, product, usbId }) => ({
      state: "ok",
      subject,
      text: [path, product ?? "", usbId ?? ""].filter(Boolean).join("  "),
    }));
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    return [{ state: "wrong", subject, text: error.message }];
  }
}

/**
 * Connects to the broker, and leaves again.
 *
 * @param settings The broker and the account.
 * @returns Whether it takes this account.
 */
export async function checkBroker(
  settings: BrokerSettings,
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
    const advice = adviceFor(error);
    return [{
      state: "wrong",
      subject,
      text: error.message,
      ...(advice !== undefined && { advice }),
    }];
  }
}
