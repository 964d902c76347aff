import assert from "node:assert/strict";
import { EventHook } from "#lib/base/event_hook.ts";

Deno.test("EventHook.fire calls handlers with its arguments, in the order they were added", () => {
  const hook = new EventHook<[number, string]>();
  const calls: unknown[] = [];
  hook.add((...args) => calls.push(["first", ...args]));
  hook.add((...args) => calls.push(["second", ...args]));
  hook.fire(1, "a");
  assert.deepEqual(calls, [["first", 1, "a"], ["second", 1, "a"]]);
});

Deno.test("EventHook.fire calls the other handlers when one throws or rejects", async () => {
  const hook = new EventHook<[]>();
  let calls = 0;
  hook.add(() => {
    throw new RangeError("a faulty handler");
  });
  hook.add(() => Promise.reject(new RangeError("a faulty handler")));
  hook.add(() => calls++);
  hook.fire();
  await Promise.resolve();
  assert.equal(calls, 1);
});

Deno.test("EventHook.add calls a handler that was added twice twice", () => {
  const hook = new EventHook<[]>();
  let calls = 0;
  const handler = () => calls++;
  hook.add(handler);
  hook.add(handler);
  hook.fire();
  assert.equal(calls, 2);
  hook.remove(handler);
  hook.fire();
  assert.equal(calls, 3);
});

Deno.test("EventHook.remove throws RangeError for a handler that is not there", () => {
  const hook = new EventHook<[]>("onChanged");
  assert.throws(
    () => hook.remove(() => {}),
    (error) => error instanceof RangeError && /onChanged/.test(error.message),
  );
});

Deno.test("EventHook.add while it fires takes effect with the next event", () => {
  const hook = new EventHook<[]>();
  let calls = 0;
  hook.add(() => {
    if (hook.size === 1) hook.add(() => calls++);
  });
  hook.fire();
  assert.equal(calls, 0);
  hook.fire();
  assert.equal(calls, 1);
});

Deno.test("EventHook.remove while it fires takes effect with the next event", () => {
  const hook = new EventHook<[]>();
  let calls = 0;
  const second = () => calls++;
  hook.add(() => hook.size === 2 && hook.remove(second));
  hook.add(second);
  hook.fire();
  hook.fire();
  assert.equal(calls, 1);
});

Deno.test("EventHook.add takes a handler off when its signal is aborted", () => {
  const hook = new EventHook<[]>();
  const controller = new AbortController();
  hook.add(() => {}, { signal: controller.signal });
  assert.equal(hook.size, 1);
  controller.abort();
  assert.equal(hook.size, 0);
});

Deno.test("EventHook.add with an aborted signal adds nothing", () => {
  const hook = new EventHook<[]>();
  hook.add(() => {}, { signal: AbortSignal.abort() });
  assert.equal(hook.size, 0);
});

Deno.test("EventHook.add with a signal takes off its own handler only, once", () => {
  const hook = new EventHook<[]>();
  const controller = new AbortController();
  const handler = () => {};
  hook.add(handler, { signal: controller.signal });
  hook.remove(handler);
  hook.add(handler);
  controller.abort();
  assert.equal(hook.size, 1);
});

Deno.test("EventHook.next resolves with the arguments of the next event and leaves no handler", async () => {
  const hook = new EventHook<[number]>();
  const next = hook.next();
  hook.fire(1);
  hook.fire(2);
  assert.deepEqual(await next, [1]);
  assert.equal(hook.size, 0);
});

Deno.test("EventHook.next rejects with the signal's reason when it is aborted, and leaves no handler", async () => {
  const hook = new EventHook<[]>();
  const controller = new AbortController();
  const reason = new RangeError("not needed any more");
  const next = hook.next({ signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(next, reason);
  assert.equal(hook.size, 0);
  await assert.rejects(hook.next({ signal: controller.signal }), reason);
});
