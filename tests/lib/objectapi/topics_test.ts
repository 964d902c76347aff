import assert from "node:assert/strict";
import {
  memberTopic,
  memberTopics,
  replyTopicRule,
  requestTopic,
  resultTopic,
} from "#lib/objectapi/object_topics.ts";
import { fc } from "../../property.ts";

const hello = { module: "io.world", name: "Hello" };
const oddName = { module: "tb.names", name: "Nam_Es" };
const isReply = replyTopicRule(hello, "say");

Deno.test("memberTopic joins module, interface, verb and member", () => {
  assert.equal(memberTopic(hello, "prop", "last"), "io.world/Hello/prop/last");
  assert.equal(requestTopic(hello, "say", "v3"), "io.world/Hello/rpc/v3/say");
});

Deno.test("memberTopics has the name in upper camel case beside another one", () => {
  assert.deepEqual(memberTopics(hello, "sig", "said"), [
    "io.world/Hello/sig/said",
  ]);
  assert.deepEqual(memberTopics(oddName, "prop", "P"), [
    "tb.names/Nam_Es/prop/P",
    "tb.names/NamEs/prop/P",
  ]);
  assert.deepEqual(
    memberTopics({ module: "m", name: "counter" }, "set", "n")[1],
    "m/Counter/set/n",
  );
});

Deno.test("resultTopic replaces what a topic level must not hold", () => {
  assert.equal(
    resultTopic(hello, "say", "a/b+c#d\u0000e\nf", "v5"),
    "io.world/Hello/rpc/say/a_b_c_d_e_f/result",
  );
});

Deno.test("replyTopicRule accepts every result topic of a client's own", () => {
  const id = fc.string({ unit: "binary", minLength: 1, maxLength: 50 });
  fc.assert(fc.property(id, (clientId) => {
    for (const dialect of ["v5", "v3"] as const) {
      assert(isReply(resultTopic(hello, "say", clientId, dialect)));
    }
  }));
});

const accepted = [
  "io.world/Hello/rpc/say/client/result",
  "io.world/Hello/rpc/say/b'client'/result",
  "io.world/Hello/rpc/sayclient/result",
  "io.world/Hello/rpc/say/a/b/result",
  "io.world/Hello/rpc/v3/say/client/result",
];

for (const topic of accepted) {
  Deno.test(`replyTopicRule accepts ${topic}`, () => assert(isReply(topic)));
}

const refused = [
  "",
  "#",
  "+",
  "home/door",
  "$SYS/broker",
  "io.world/Hello/prop/last",
  "io.world/Hello/set/last",
  "io.world/Hello/sig/justSaid",
  "io.world/Hello/rpc/say",
  "io.world/Hello/rpc/say/",
  "io.world/Hello/rpc/say/result",
  "io.world/Hello/rpc/say/client",
  "io.world/Hello/rpc/say/client/results",
  "io.world/Hello/rpc/say/client/result/",
  "io.world/Hello/rpc/say/+/result",
  "io.world/Hello/rpc/say/#/result",
  "io.world/Hello/rpc/say/\u0000/result",
  "io.world/Hello/rpc/say/\n/result",
  "io.world/Hello/rpc/say/\u0085/result",
  "io.world/Hello/rpc/say/\uffff/result",
  "io.world/Hello/rpc/say/\ud800/result",
  "io.world/Hello/rpc/other/client/result",
  "io.world/Hello/rpc/v3/other/client/result",
  "io.world/Hello/rpc/sayx/client/result",
  "io.world/Hello/rpc//say/client/result",
  "io.world/Hell/rpc/say/client/result",
  "io.world/Hello2/rpc/say/client/result",
  "io/world/Hello/rpc/say/client/result",
  "/io.world/Hello/rpc/say/client/result",
  "x/io.world/Hello/rpc/say/client/result",
  `io.world/Hello/rpc/say/${"x".repeat(65_536)}/result`,
  `io.world/Hello/rpc/say/${"x/".repeat(300)}result`,
];

for (const topic of refused) {
  // A report in XML takes no noncharacters.
  const name = JSON.stringify(topic).slice(0, 60)
    .replace(/\uffff/g, "\\uffff");
  Deno.test(`replyTopicRule refuses ${name}`, () => assert(!isReply(topic)));
}

Deno.test("replyTopicRule accepts both spellings of the interface's name", () => {
  const topic = "tb.names/NamEs/rpc/op/client/result";
  assert(replyTopicRule(oddName, "op")(topic));
});

Deno.test("replyTopicRule never accepts a topic that a service hears", () => {
  const name = fc.stringMatching(/^(v|v3|say|result|rpc|[a-z]{1,2}\d?)$/);
  const verb = fc.constantFrom("set", "prop", "sig", "rpc", "rpc/v3");
  fc.assert(fc.property(name, name, verb, (operation, other, verb) => {
    const topic = memberTopic(hello, verb, other);
    assert(!replyTopicRule(hello, operation)(topic), `${operation} ${topic}`);
  }));
});

Deno.test("replyTopicRule refuses the request topic of an operation named result to one named v", () => {
  assert(!replyTopicRule(hello, "v")("io.world/Hello/rpc/v3/result"));
});
