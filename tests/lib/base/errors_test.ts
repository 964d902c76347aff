import assert from "node:assert/strict";
import * as errors from "#lib/base/errors.ts";

const cause = new TypeError("the origin");

/** One of each class, with its code and the fields beside the message. */
const ERRORS: readonly (readonly [
  error: errors.SmartbikeError,
  name: string,
  code: string,
  fields: Readonly<Record<string, unknown>>,
])[] = [
  [
    new errors.UsageError("Cannot do it", "--port", { cause }),
    "UsageError",
    "usage",
    { argument: "--port" },
  ],
  [
    new errors.ConfigError("Cannot do it", { option: "a", line: 1 }, { cause }),
    "ConfigError",
    "config",
    { details: { option: "a", line: 1 } },
  ],
  [
    new errors.DefinitionError("Cannot do it", {
      file: "a.yaml",
      line: 1,
      column: 2,
      path: "x",
    }, { cause }),
    "DefinitionError",
    "definition",
    { position: { file: "a.yaml", line: 1, column: 2, path: "x" } },
  ],
  [
    new errors.ConnectionError("Cannot do it", "mqtt://h:1", "tls", { cause }),
    "ConnectionError",
    "connection",
    { endpoint: "mqtt://h:1", reason: "tls" },
  ],
  [
    new errors.TopicRefusedError("a/b", "publish", "mqtt://h:1", {
      why: "not authorized",
      cause,
    }),
    "TopicRefusedError",
    "connection",
    {
      endpoint: "mqtt://h:1",
      reason: "not_authorized",
      topic: "a/b",
      right: "publish",
    },
  ],
  [
    new errors.PayloadError(
      { path: "a.b", received: "1", expected: "a text" },
      { cause },
    ),
    "PayloadError",
    "payload",
    { topic: "", path: "a.b", received: "1", expected: "a text" },
  ],
  [
    new errors.RemoteError("Cannot do it", "m/I/o", "device", { cause }),
    "RemoteError",
    "remote",
    { operation: "m/I/o", remoteCode: "device" },
  ],
  [
    new errors.HardwareUnavailableError("Cannot do it", "hci0", "absent", {
      cause,
    }),
    "HardwareUnavailableError",
    "hardware_unavailable",
    { device: "hci0", reason: "absent" },
  ],
  [
    new errors.DeviceError("Cannot do it", "fan", "refused", {
      cause,
      resultCode: 4,
    }),
    "DeviceError",
    "device",
    { device: "fan", reason: "refused", resultCode: 4 },
  ],
  [
    new errors.FrameError("Cannot do it", 3, "a flag", { cause }),
    "FrameError",
    "frame",
    { offset: 3, expected: "a flag" },
  ],
  [
    new errors.TimeoutError("m/I/o", 50),
    "TimeoutError",
    "timeout",
    { operation: "m/I/o", timeoutMs: 50 },
  ],
];

for (const [error, name, code, fields] of ERRORS) {
  Deno.test(`${name} has code ${code}, its name, its fields and a cause`, () => {
    assert.ok(error instanceof errors.SmartbikeError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    const { code: actual, name: _, ...others } = { ...error };
    assert.equal(actual, code);
    assert.deepEqual(others, fields);
    assert.equal(error.cause, name === "TimeoutError" ? undefined : cause);
  });

  Deno.test(`${name} has a message of the form "Cannot …" without a final period`, () => {
    assert.match(error.message, /^Cannot .*[^.]$/);
  });
}

Deno.test("the codes of the error classes differ, but that of a class made of another", () => {
  const codes = ERRORS
    .filter(([error]) => !(error instanceof errors.TopicRefusedError))
    .map(([, , code]) => code);
  assert.equal(new Set(codes).size, codes.length);
});

Deno.test("a class that a bundler has numbered keeps its name in the log", () => {
  class ConfigError2 extends errors.ConfigError {}
  const error = new ConfigError2("Cannot use it", { option: "bike.id" });
  assert.equal(error.name, "ConfigError");
});

Deno.test("errors.ts has no class that these tests leave out", () => {
  const classes = Object.keys(errors)
    .filter((name) => name.endsWith("Error") && name !== "SmartbikeError");
  assert.deepEqual(
    classes.toSorted(),
    ERRORS.map(([, name]) => name).toSorted(),
  );
});

Deno.test("TimeoutError's message names the operation and the time", () => {
  const { message } = new errors.TimeoutError("io.world/Hello/say", 50);
  assert.equal(
    message,
    'Cannot complete "io.world/Hello/say": no answer after 50 ms',
  );
});

for (
  const [details, message] of [
    [
      { topic: "t/1", path: "msg.content" },
      'Cannot use the payload "msg.content on t/1": got 1, expected a text',
    ],
    [
      { topic: "t/1", path: "" },
      'Cannot use the payload "on t/1": got 1, expected a text',
    ],
    [
      { path: "" },
      "Cannot use the payload: got 1, expected a text",
    ],
  ] as const
) {
  Deno.test(`PayloadError's message is ${message}`, () => {
    const error = new errors.PayloadError({
      ...details,
      received: "1",
      expected: "a text",
    });
    assert.equal(error.message, message);
  });
}
