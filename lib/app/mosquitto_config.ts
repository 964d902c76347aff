/**
 * Accounts, access rules and TLS as mosquitto reads them.
 *
 * @module
 */
import type { BrokerRights } from "#lib/broker/embedded_broker.ts";

/** An account with what it may do. */
export interface NamedRights {
  /** Account name. */
  readonly username: string;
  /** What it may do. */
  readonly rights: BrokerRights;
}

/** Where mosquitto's files are put; any folder that only root may write does. */
const FOLDER = "/etc/mosquitto/smartbike";

/** What `mosquitto.conf` holds: nobody without an account, and TLS off this machine. */
export const MOSQUITTO_CONF = `# In a file in /etc/mosquitto/conf.d
per_listener_settings false
allow_anonymous false
password_file ${FOLDER}/passwords
acl_file ${FOLDER}/acl

# This machine
listener 1883 127.0.0.1

# Others, with TLS; without certificates leave these lines out
listener 8883
certfile ${FOLDER}/server.crt
keyfile ${FOLDER}/server.key
tls_version tlsv1.2
`;

/**
 * Writes an access control list.
 *
 * @returns The file that `acl_file` names.
 */
export function mosquittoAcl(accounts: readonly NamedRights[]): string {
  return accounts.map(({ username, rights: { publish, subscribe } }) => {
    const both = publish.filter((filter) => subscribe.includes(filter));
    const only = (filters: readonly string[]) =>
      filters.filter((filter) => !both.includes(filter));
    return [
      `user ${username}`,
      ...both.map((filter) => `topic readwrite ${filter}`),
      ...only(publish).map((filter) => `topic write ${filter}`),
      ...only(subscribe).map((filter) => `topic read ${filter}`),
      "",
    ].join("\n");
  }).join("\n");
}

/**
 * Writes the commands that make the accounts. They ask for the passwords, so
 * that none stands in a command line.
 *
 * @returns Lines for a shell.
 */
export function mosquittoUsers(accounts: readonly NamedRights[]): string {
  const lines = accounts.map(({ username }) =>
    `mosquitto_passwd ${FOLDER}/passwords ${username}`
  );
  return [
    `install -d -m 750 -g mosquitto ${FOLDER}`,
    `install -m 640 -g mosquitto /dev/null ${FOLDER}/passwords`,
    ...lines,
    "",
  ].join("\n");
}
