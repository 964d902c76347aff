import assert from "node:assert/strict";
import { PayloadError } from "#lib/base/errors.ts";
import type { MqttMessage, MqttProperties } from "#lib/mqtt/endpoint.ts";
import {
  readReply,
  readReplyEnvelope,
  readRequest,
  readRequestEnvelope,
  replyEnvelope,
  replyProperties,
  requestEnvelope,
} from "#lib/objectapi/call_envelope.ts";
import { stringifyJson } from "#lib/objectapi/json.ts";

function message(text: string, properties: MqttProperties = {}): MqttMessage {
  const payload = new TextEncoder().encode(text);
  return { topic: "a/b", payload, qos: 1, retain: false, properties };
}

function sent(body: unknown): MqttMessage {
  return message(stringifyJson(body));
}

Deno.test("readRequestEnvelope reads what requestEnvelope wrote", () => {
  const request = readRequestEnvelope(sent(requestEnvelope({
    correlationData: "id",
    responseTopic: "r/t",
    deadlineMs: 5,
    args: [1],
  })));
  assert.deepEqual(request.caller, {
    dialect: "v3",
    correlation: "id",
    responseTopic: "r/t",
    deadlineMs: 5,
  });
  assert.deepEqual(request.readArguments(), [1]);
});

Deno.test("readReplyEnvelope reads the result that replyEnvelope wrote", () => {
  const reply = readReplyEnvelope(sent(replyEnvelope("id", { result: 1 })));
  assert.deepEqual(reply, { correlationData: "id", result: 1 });
});

Deno.test("readReplyEnvelope reads the failure that replyEnvelope wrote", () => {
  const failure = { code: "device", message: "dark" };
  const body = replyEnvelope("id", { result: null, failure });
  assert.deepEqual(readReplyEnvelope(sent(body)).failure, failure);
});

Deno.test("readReplyEnvelope reads an error of any form as a failure", () => {
  for (const error of ["dark", 1, {}, { code: { toString: 1 } }, []]) {
    const reply = readReplyEnvelope(sent({ correlationData: "id", error }));
    assert.equal(reply.failure?.code, "failed");
    assert.equal(reply.failure?.message, JSON.stringify(error));
  }
});

Deno.test("readReplyEnvelope takes nothing but a text as correlation data", () => {
  for (const correlationData of [1, null, { toString: 1 }, ["id"]]) {
    const reply = readReplyEnvelope(sent({ correlationData }));
    assert.equal(reply.correlationData, "");
  }
});

Deno.test("readReplyEnvelope and readRequestEnvelope refuse what is no object", () => {
  for (const text of ["", "{", "[]", "null", '"a"', "1"]) {
    assert.throws(() => readReplyEnvelope(message(text)), PayloadError);
    assert.throws(() => readRequestEnvelope(message(text)), PayloadError);
  }
});

Deno.test("readRequestEnvelope leaves out what is no text", () => {
  const body = { correlationData: 1, responseTopic: ["x"] };
  const request = readRequestEnvelope(sent(body));
  assert.equal(request.caller.correlation, undefined);
  assert.equal(request.caller.responseTopic, undefined);
  assert.deepEqual(request.readArguments(), []);
});

Deno.test("readRequestEnvelope takes the specification's spelling of the response topic", () => {
  const body = { correlationData: "1", ResponseTopic: "a/b", arguments: [1] };
  const request = readRequestEnvelope(sent(body));
  assert.equal(request.caller.responseTopic, "a/b");
  assert.deepEqual(request.readArguments(), [1]);
});

Deno.test("readRequestEnvelope refuses the arguments of an object that is no envelope", () => {
  for (const body of [{ content: null }, { responseTopic: "a/b", args: [] }]) {
    const request = readRequestEnvelope(sent(body));
    assert.throws(() => request.readArguments(), PayloadError);
  }
});

Deno.test("readRequest reads an empty payload as no arguments", () => {
  assert.deepEqual(readRequest(message("")).readArguments(), []);
});

Deno.test("readReply reads the failure that replyProperties wrote", () => {
  const failure = { code: "device", message: "dark" };
  const reply = readReply(message("1", replyProperties({ failure })));
  assert.deepEqual(reply.failure, failure);
});

Deno.test("readReply takes a failure whose payload is no JSON", () => {
  const userProperties = { "apigear-error-code": ["a", "b"] };
  const reply = readReply(message("{", { userProperties }));
  assert.deepEqual(reply.failure, { code: "a,b", message: "a,b" });
});

Deno.test("readReply reads an empty payload as null", () => {
  assert.deepEqual(readReply(message("")), { result: null });
});

Deno.test("replyProperties hold nothing that MQTT forbids in texts", () => {
  const text = "a\nb\u0000c\u009fd\uffffe\ufdd0f\ud800g\u{1fffe}h";
  const { userProperties } = replyProperties({
    failure: { code: "x", message: text },
  });
  const written = userProperties?.["apigear-error-message"];
  assert.equal(written, "a b c d e f\ufffdg h");
});

Deno.test("replyProperties shorten a message to a thousand characters, all whole", () => {
  const text = `${"x".repeat(999)}🙂${"y".repeat(70_000)}`;
  const { userProperties } = replyProperties({
    failure: { code: "x", message: text },
  });
  const written = String(userProperties?.["apigear-error-message"]);
  assert.equal(written.length, 1000);
  assert(written.isWellFormed());
});

Deno.test("readReply and readReplyEnvelope read the time that a reply was given", () => {
  const timeMs = 1_700_000_000_000;
  const reply = readReply(message("1", replyProperties({ timeMs })));
  assert.deepEqual(reply, { result: 1, timeMs });
  const body = replyEnvelope("id", { result: 1, timeMs });
  assert.equal(readReplyEnvelope(sent(body)).timeMs, timeMs);
});

Deno.test("readRequest takes nothing but a time as a deadline", () => {
  for (const text of ["", "x", "NaN", "-1", "1e999", "1.5"]) {
    const userProperties = { "apigear-deadline": text };
    const { caller } = readRequest(message("[]", { userProperties }));
    assert.equal(caller.deadlineMs, undefined);
  }
  const userProperties = { "apigear-deadline": "1700000000000" };
  const { caller } = readRequest(message("[]", { userProperties }));
  assert.equal(caller.deadlineMs, 1_700_000_000_000);
});

Deno.test("readRequest reads each byte of the correlation data as a character", () => {
  const correlationData = Uint8Array.of(0, 65, 128, 255);
  const { caller } = readRequest(message("[]", { correlationData }));
  assert.equal(caller.correlation, "\0A\u0080\u00ff");
});

Deno.test("readRequest and readRequestEnvelope refuse more bytes than may come", () => {
  const options = { maxBytes: 10 };
  const long = message(JSON.stringify(["x".repeat(10)]));
  assert.throws(() => readRequest(long, options).readArguments(), PayloadError);
  assert.throws(() => readRequestEnvelope(long, options), PayloadError);
});
