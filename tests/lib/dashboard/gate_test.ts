import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import { Gate } from "#lib/dashboard/gate.ts";
import { testWith } from "../../support/requires.ts";
import { DashboardBed } from "./dashboard_bed.ts";
import { EventReader } from "./event_reader.ts";

const NEEDS = { programs: ["mosquitto"] };
const TOKEN = "correct-horse-battery";

function request(
  headers: Readonly<Record<string, string>>,
  method = "GET",
): Request {
  return new Request("http://127.0.0.1/", { method, headers });
}

for (
  const [host, headers, expected] of [
    ["127.0.0.1", { host: "127.0.0.1:8080" }, undefined],
    ["127.0.0.1", { host: "localhost:8080" }, undefined],
    ["127.0.0.1", { host: "[::1]:8080" }, undefined],
    ["127.0.0.1", { host: "192.168.1.7:8080" }, undefined],
    ["127.0.0.1", { host: "evil.example:8080" }, "host"],
    ["127.0.0.1", { host: "127.0.0.1.evil.example" }, "host"],
    ["127.0.0.1", { host: "bike.example:8080" }, undefined],
    ["127.0.0.1", { host: "user@127.0.0.1" }, "host"],
    ["127.0.0.1", { host: "" }, "host"],
    [
      "127.0.0.1",
      { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" },
      undefined,
    ],
    [
      "127.0.0.1",
      { host: "127.0.0.1:8080", origin: "http://127.0.0.1:9090" },
      "origin",
    ],
    [
      "127.0.0.1",
      { host: "127.0.0.1:8080", origin: "http://evil.example" },
      "origin",
    ],
    ["127.0.0.1", { host: "127.0.0.1:8080", origin: "null" }, "origin"],
    [
      "127.0.0.1",
      { host: "bike.example", origin: "https://bike.example" },
      undefined,
    ],
  ] as const
) {
  Deno.test(
    `a request with ${JSON.stringify(headers)} is ${
      expected === undefined ? "accepted" : `refused by its ${expected}`
    }`,
    () => {
      const gate = new Gate({ host, hostNames: ["bike.example"] });
      assert.equal(gate.refuse(request(headers)), expected);
    },
  );
}

Deno.test("a form of another site may not post, even without an origin", () => {
  const gate = new Gate({ host: "127.0.0.1" });
  const headers = { host: "127.0.0.1", "sec-fetch-site": "cross-site" };
  assert.equal(gate.refuse(request(headers, "POST")), "origin");
});

Deno.test("addresses that others reach need a token of 16 characters", () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.7", "bike.local"]) {
    assert.throws(() => new Gate({ host }), ConfigError);
    assert.throws(() => new Gate({ host, token: "short" }), ConfigError);
    assert.equal(new Gate({ host, token: TOKEN }).needsToken, true);
  }
  for (const host of ["127.0.0.1", "::1", "localhost"]) {
    assert.equal(new Gate({ host }).needsToken, false);
  }
});

testWith(
  NEEDS,
  "the API asks for the token, takes it as bearer and gives a cookie for it",
  async () => {
    await using bed = await DashboardBed.start({ token: TOKEN });
    const status = async (headers: Readonly<Record<string, string>>) => {
      const response = await bed.ask("/api/bikes", { headers });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await status({}), 401);
    assert.equal(await status({ authorization: "Bearer wrong" }), 401);
    assert.equal(await status({ authorization: `Bearer ${TOKEN}` }), 200);
    assert.equal(await status({ cookie: "smartbike_dashboard=wrong" }), 401);
    assert.equal((await bed.post("/api/session", { token: "wrong" }))[0], 401);
    const session = await bed.ask("/api/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: TOKEN }),
    });
    await session.body?.cancel();
    const [cookie = "", ...rest] =
      session.headers.get("set-cookie")?.split("; ") ?? [];
    assert.deepEqual(rest.slice(0, 3), [
      "Path=/",
      "HttpOnly",
      "SameSite=Strict",
    ]);
    assert.ok(!cookie.includes(TOKEN));
    assert.equal(await status({ cookie }), 200);
    await using _events = await EventReader.open(
      new URL("/api/events", bed.server.url),
      { cookie },
    );
  },
);

testWith(
  NEEDS,
  "the token is not needed for the page itself, which asks for it",
  async () => {
    await using bed = await DashboardBed.start({ token: TOKEN });
    const page = await bed.ask("/");
    assert.equal(page.status, 200);
    assert.ok(!(await page.text()).includes(TOKEN));
    const session = await bed.ask("/api/session");
    assert.deepEqual(await session.json(), {
      needsToken: true,
      isLoggedIn: false,
    });
  },
);

testWith(
  NEEDS,
  "every response forbids what the server does not serve itself",
  async () => {
    await using bed = await DashboardBed.start();
    for (
      const path of [
        "/",
        "/bikes/000001",
        "/assets/app.js",
        "/api/bikes",
        "/nothing",
      ]
    ) {
      const response = await bed.ask(path);
      await response.body?.cancel();
      const policy = response.headers.get("content-security-policy") ?? "";
      assert.match(policy, /^default-src 'none'; script-src 'self';/);
      assert.doesNotMatch(policy, /unsafe|http|\*/);
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    }
  },
);
