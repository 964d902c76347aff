import assert from "node:assert/strict";
import {
  isTopicFilter,
  isTopicName,
  matchesFilter,
  toTopicLevel,
} from "#lib/mqtt/topic.ts";

/** Texts, and what may be done with each (MQTT 5.0, 4.7). */
const TEXTS: readonly (readonly [
  text: string,
  what: string,
  name: boolean,
  filter: boolean,
])[] = [
  ["a", "one level", true, true],
  ["a/b/c", "three levels", true, true],
  ["/", "two empty levels", true, true],
  ["/a", "an empty first level", true, true],
  ["a/", "an empty last level", true, true],
  [" ", "a space", true, true],
  ["$SYS/uptime", "a broker's own topic", true, true],
  ["Räder/🚲", "letters beyond ASCII", true, true],
  ["x".repeat(65_535), "65,535 bytes", true, true],
  ["", "nothing", false, false],
  ["x".repeat(65_536), "65,536 bytes", false, false],
  ["€".repeat(21_846), "65,538 bytes in fewer letters", false, false],
  ["a\0b", "NUL", false, false],
  ["a\ud800", "half a surrogate pair", false, false],
  ["+", "a + alone", false, true],
  ["#", "a # alone", false, true],
  ["a/+/c", "a + for a level", false, true],
  ["+/+/#", "several wildcards", false, true],
  ["a/#", "a # for the rest", false, true],
  ["a+", "a + in a level", false, false],
  ["a/b+/c", "a + behind a letter", false, false],
  ["a/#/c", "a # before the end", false, false],
  ["a#", "a # in a level", false, false],
  ["##", "two #", false, false],
];

for (const [text, what, name, filter] of TEXTS) {
  Deno.test(`isTopicName says ${name} and isTopicFilter ${filter} for ${what}`, () => {
    assert.equal(isTopicName(text), name);
    assert.equal(isTopicFilter(text), filter);
  });
}

for (
  const [filter, topic, matches] of [
    ["a/b", "a/b", true],
    ["a/b", "a/B", false],
    ["a/b", "a", false],
    ["a", "a/b", false],
    ["a/b", "a/b/", false],
    ["+", "a", true],
    ["+", "a/b", false],
    ["+", "/a", false],
    ["+/+", "/a", true],
    ["a/+", "a/", true],
    ["a/+", "a", false],
    ["a/+/c", "a//c", true],
    ["#", "a/b/c", true],
    ["#", "/", true],
    ["a/#", "a", true],
    ["a/#", "a/b/c", true],
    ["a/#", "ab", false],
    ["+/#", "a", true],
    ["#", "$SYS/a", false],
    ["+/a", "$SYS/a", false],
    ["$SYS/#", "$SYS/a", true],
    ["$SYS/+", "$SYS/a", true],
    ["a/+", "a/$b", true],
  ] as const
) {
  Deno.test(`matchesFilter says ${matches} for filter ${filter} and topic ${topic}`, () => {
    assert.equal(matchesFilter(filter, topic), matches);
  });
}

Deno.test("toTopicLevel makes any text one level without wildcards", () => {
  assert.equal(toTopicLevel("a/b+c#d\0e"), "a_b_c_d_e");
  assert.equal(toTopicLevel("bike-1"), "bike-1");
});
