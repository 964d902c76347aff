/**
 * The settings of what people look at: the dashboard and Home Assistant.
 *
 * @module
 */
import { listenAddress } from "./listen_address.ts";
import { flag, group, path, secret, text } from "./setting.ts";

/** Settings of the dashboard. */
export const dashboard = group({
  listen: listenAddress({
    summary:
      "show all bikes of the broker as a live page on host:port, host or port; port 0 takes a free one",
    fallback: "no page is shown",
    optionFallback: "127.0.0.1:8080",
    defaultPort: 8080,
    option: "--listen <address>",
  }),
  token: secret({
    summary:
      "token that clients must present; needed where others than this machine reach the page; in the environment only",
    variables: ["SMARTBIKE_DASHBOARD_TOKEN"],
    advice: "tokenFile",
  }),
  tokenFile: path({
    summary: "file that holds the token that clients must present, one line",
    option: "--token-file <file>",
  }),
}, { title: "Dashboard:" });

/** Settings of Home Assistant. */
export const homeAssistant = group({
  enabled: flag({
    summary: "show the bike and its devices in Home Assistant",
    default: false,
    option: "--home-assistant",
  }),
  prefix: text({
    summary: "discovery prefix of Home Assistant",
    pattern: "[A-Za-z0-9_-]{1,64}",
    expected: "1 to 64 letters, digits, _ or -",
    default: "homeassistant",
  }),
});
