/**
 * Settings of brokers: the one that is used, and the one that is run.
 *
 * @module
 */
import { listenAddress } from "./listen_address.ts";
import {
  choice,
  flag,
  group,
  level,
  number,
  path,
  secret,
  text,
} from "./setting.ts";

/** What to write into the file in the place of a password. */
const ADVICE = "passwordFile, or passwordEnv with the name of a variable";

const passwordEnv = () =>
  text({
    summary: "variable of the environment that holds the password",
    pattern: "[A-Za-z_][A-Za-z0-9_]*",
    expected: "the name of a variable, not the password itself",
  });

/** The broker that is used. */
export const broker = group({
  address: text({
    summary: "host, host:port, or a URL of scheme mqtt, mqtts, ws or wss",
    fallback: "the embedded broker, else localhost:1883",
    variables: ["MQTT_HOSTNAME", "MQTT_HOST"],
    option: "--broker <address>",
  }),
  username: text({
    summary: "account name",
    variables: ["MQTT_USERNAME", "MQTT_USER"],
    option: "--username <name>",
  }),
  password: secret({
    summary: "password of the account; in the environment only",
    variables: ["MQTT_PASSWORD"],
    advice: ADVICE,
  }),
  passwordFile: path({
    summary: "file that holds the password, one line",
    option: "--password-file <file>",
  }),
  passwordEnv: passwordEnv(),
  protocol: choice(["5", "3.1.1", "auto"], {
    summary: "MQTT version; auto is 5, and 3.1.1 where 5 is refused",
    default: "auto",
    option: "--protocol <version>",
  }),
  qos: level([0, 1, 2], {
    summary: "quality of service of the bike's topics",
    default: 1,
  }),
  keepAliveSeconds: number({
    summary:
      "a connection that is silent for 1.2 times this time, in seconds, is made again; 0 for never",
    min: 0,
    max: 65_535,
    isInteger: true,
    fallback: "10",
  }),
  maximumPacketBytes: number({
    summary:
      "largest packet to send, in bytes, for a broker that does not say its limit",
    min: 128,
    max: 268_435_460,
    isInteger: true,
    fallback: "the broker's limit",
  }),
  tls: group({
    ca: path({
      summary: "file of certificates to trust instead of the system's, in PEM",
      option: "--ca <file>",
    }),
    cert: path({
      summary: "file of the client's certificate, in PEM",
      option: "--cert <file>",
    }),
    key: path({
      summary: "file of the client's private key, in PEM",
      option: "--key <file>",
    }),
    insecure: flag({
      summary: "accept any certificate; for tests only",
      default: false,
      option: "--insecure",
    }),
  }),
}, { title: "Broker:" });

/** The broker that this program runs. */
export const embeddedBroker = group({
  listen: listenAddress({
    summary:
      "host:port, host or port on which this program runs a broker too; port 0 takes a free one",
    fallback: "no broker is run",
    optionFallback: "127.0.0.1:1883",
    defaultPort: 1883,
    option: "--listen <address>",
    optionSummary:
      "host:port, host or port to listen on; port 0 takes a free one",
  }),
  username: text({
    summary: "the account that may do everything, and that this program uses",
    fallback: "clients need no account",
    option: "--username <name>",
  }),
  password: secret({
    summary: "password of that account; never in this file",
    advice: ADVICE,
  }),
  passwordFile: path({
    summary: "file that holds the password of that account, one line",
    option: "--password-file <file>",
  }),
  passwordEnv: passwordEnv(),
  accountsFile: path({
    summary:
      "file of more accounts, each a line with name, role and password; roles as in broker-config",
    option: "--accounts <file>",
  }),
  webSocket: listenAddress({
    summary:
      "host:port, host or port on which it speaks MQTT over WebSocket too, for browsers",
    fallback: "no WebSocket",
    defaultPort: 9001,
    option: "--websocket <address>",
  }),
  tls: group({
    cert: path({
      summary: "file of its certificate, in PEM; it then speaks TLS only",
      option: "--cert <file>",
    }),
    key: path({
      summary: "file of the private key of that certificate, in PEM",
      option: "--key <file>",
    }),
  }),
});
