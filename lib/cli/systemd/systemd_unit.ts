/**
 * The service as systemd runs it.
 *
 * @module
 */

/** The user that the service runs as. */
const SERVICE_USER = "smartbike";

/** Groups that may use radios, serial ports and pins, where they exist. */
export const DEVICE_GROUPS: readonly string[] = [
  "bluetooth",
  "dialout",
  "gpio",
];

/** Kinds of devices that drivers open; whatever else is under `/dev` is refused. */
const DEVICES = [
  "char-ttyUSB",
  "char-ttyACM",
  "char-ttyAMA",
  "char-ttyS",
  "char-gpiochip",
] as const;

/**
 * What the service cannot reach. Memory stays writable and executable at once,
 * as V8 compiles while it runs.
 */
const SANDBOX = `NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateMounts=yes
DevicePolicy=closed
${DEVICES.map((device) => `DeviceAllow=${device} rw`).join("\n")}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM`;

/** Several times what a ride takes; a program that leaks must not take the machine along. */
const MEMORY_MAX = "512M";

/**
 * Half a second's garbage is collected at once rather than kept: a ride takes
 * 15 % less memory, at the same processor time.
 */
const V8_FLAGS = "--max-semi-space-size=1";

/** What the unit is made of. */
interface UnitOptions {
  /** Path of the executable. */
  readonly executable: string;
  /** Path of the settings. */
  readonly config: string;
  /** Groups of the service besides its own; each must exist. */
  readonly groups: readonly string[];
}

/**
 * Writes the unit file of the service. It starts again after a failure, but
 * not after a mistake in its settings (exit code 2), and is ended when it no
 * longer reports that it is alive.
 *
 * @param options What it is made of.
 * @returns The text of the file.
 */
export function toServiceUnit(options: UnitOptions): string {
  const { executable, config, groups } = options;
  const words = [executable, "start", "--config", config].map(quote).join(" ");
  return `[Unit]
Description=Smart bike hardware over MQTT
Documentation=man:smartbike(1)
Wants=network-online.target
After=network-online.target bluetooth.target dbus.service mosquitto.service

[Service]
Type=notify
NotifyAccess=main
ExecStart=${words}
ExecReload=/bin/kill -HUP $MAINPID
User=${SERVICE_USER}
Group=${SERVICE_USER}
${groups.length > 0 ? `SupplementaryGroups=${groups.join(" ")}\n` : ""}\
WatchdogSec=30
TimeoutStartSec=120
TimeoutStopSec=20
Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
StandardOutput=journal
StandardError=journal
ConfigurationDirectory=smartbike
StateDirectory=smartbike
CacheDirectory=smartbike
UMask=0077
Environment=DENO_V8_FLAGS=${V8_FLAGS}
MemoryMax=${MEMORY_MAX}

${SANDBOX}

[Install]
WantedBy=multi-user.target
`;
}

/**
 * Writes what `systemd-sysusers` makes the service's user from.
 *
 * @returns The text of the file.
 */
export function toSystemUsers(): string {
  return `u ${SERVICE_USER} - "Smart bike service" /var/lib/smartbike\n`;
}

/** A word of a command line, in which systemd replaces neither `%` nor `$`. */
function quote(word: string): string {
  const literal = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./-]+$/.test(literal)
    ? literal
    : `"${literal.replace(/["\\]/g, "\\$&")}"`;
}
