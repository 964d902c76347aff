/**
 * Comparing a packet with what a case expects.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isRecord } from "#lib/objectapi/value.ts";
import { type Fields, fieldsOf, listOf, textOf } from "../wire/wire_case.ts";

/**
 * Compares; throws where they differ.
 *
 * @param packet What came.
 * @param expected Fields that must be like this. Besides them `has` and `lacks`
 *   list paths, `below` gives paths whose numbers must be lower, and `sorted`
 *   paths whose lists are compared without their order.
 */
export function checkPacket(packet: unknown, expected: Fields): void {
  const { has = [], lacks = [], below = {}, sorted = {}, ...fields } = expected;
  assert(isRecord(packet), `${JSON.stringify(packet)} is no packet`);
  const shown = JSON.stringify(packet);
  for (const [key, value] of Object.entries(fields)) {
    assert.deepEqual(alike(packet[key], value), value, `${key} of ${shown}`);
  }
  for (const path of listOf(has)) {
    assert.notEqual(at(packet, path), undefined, `${path} of ${shown}`);
  }
  for (const path of listOf(lacks)) {
    assert.equal(at(packet, path), undefined, `${path} of ${shown}`);
  }
  for (const [path, limit] of Object.entries(fieldsOf(below))) {
    assert(Number(at(packet, path)) < Number(limit), `${path} of ${shown}`);
  }
  for (const [path, list] of Object.entries(fieldsOf(sorted))) {
    const found = at(packet, path);
    const items = Array.isArray(found)
      ? found.toSorted((a, b) => a - b)
      : found;
    assert.deepEqual(items, list, `${path} of ${shown}`);
  }
}

function at(packet: unknown, path: unknown): unknown {
  let value = packet;
  for (const key of textOf(path).split(".")) {
    value = isRecord(value) ? value[key] : undefined;
  }
  return value;
}

/** What came, in the form of what is expected: bytes as text, and no more keys. */
function alike(found: unknown, expected: unknown): unknown {
  if (found instanceof Uint8Array && typeof expected === "string") {
    return new TextDecoder().decode(found);
  }
  if (Array.isArray(found) || !isRecord(found) || !isRecord(expected)) {
    return found;
  }
  return Object.fromEntries(
    Object.keys(expected).map((key) => [key, alike(found[key], expected[key])]),
  );
}
