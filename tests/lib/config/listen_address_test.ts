import assert from "node:assert/strict";
import { configureFrom, mistakesOf } from "./sources.ts";

const ADDRESSES: Readonly<Record<string, readonly [string, number]>> = {
  "0.0.0.0:1": ["0.0.0.0", 1],
  "bike-1.local": ["bike-1.local", 9464],
  "bike9": ["bike9", 9464],
  "1884": ["127.0.0.1", 1884],
  ":1884": ["127.0.0.1", 1884],
  "0": ["127.0.0.1", 0],
  "65535": ["127.0.0.1", 65_535],
  "[::1]:1884": ["::1", 1884],
  "[::]": ["::", 9464],
};

for (const [text, [host, port]] of Object.entries(ADDRESSES)) {
  Deno.test(`"${text}" is an address to listen on: ${host}, port ${port}`, () => {
    const { configuration: { config }, mistakes } = configureFrom({
      text: `metrics: { listen: "${text}" }`,
    });
    assert.deepEqual(mistakes, []);
    assert.deepEqual(config.metrics.listen, { host, port });
  });
}

for (const text of ["", "65536", "host:70000", "a b", "::1", "host:", "a/b"]) {
  Deno.test(`"${text}" is no address to listen on`, () => {
    const [mistake = ""] = mistakesOf({
      text: `metrics: { listen: "${text}" }`,
    });
    assert.match(mistake, /expected host:port, host or port/);
  });
}
