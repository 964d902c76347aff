/**
 * Module `io.world`: ApiGear's hello world.
 *
 * @module
 */
import type {
  EnumDescriptor,
  EventSource,
  InterfaceDescriptor,
  StructDescriptor,
} from "#lib/objectapi/mod.ts";

/** When something is to be said. */
export const When = {
  /** At once. */
  Now: 0,
  /** In a while. */
  Soon: 1,
  /** Not at all. */
  Never: 2,
} as const;

/** When something is to be said. */
export type When = (typeof When)[keyof typeof When];

/** Something to say. */
export interface Message {
  /** The text. */
  readonly content: string;
}

/** Names and values of {@linkcode When}. */
export const whenDescriptor: EnumDescriptor = {
  kind: "enum",
  name: "When",
  members: When,
};

/** Fields of {@linkcode Message}. */
export const messageDescriptor: StructDescriptor = {
  kind: "struct",
  name: "Message",
  fields: { content: { kind: "string" } },
};

/** Greets the world. */
export interface IHello {
  /** Fires with the new value of `last`. */
  readonly onLastChanged: EventSource<[last: Message]>;
  /** Fires when a message has been said. */
  readonly onJustSaid: EventSource<[msg: Message]>;
  /** The message that was said last. */
  getLast(): Message;
  /**
   * Changes `last`.
   *
   * @param last The message that was said last.
   */
  setLast(last: Message): unknown;
  /**
   * Says a message.
   *
   * @param msg What to say.
   * @param when When to say it.
   * @returns How many messages were said so far.
   */
  say(msg: Message, when: When): Promise<number>;
}

/** The TypeScript types of the members of `Hello`. */
export type HelloMembers = {
  properties: { last: Message };
  operations: { say: { params: [msg: Message, when: When]; result: number } };
  signals: { justSaid: [msg: Message] };
};

/** The members of `Hello`. */
export const helloDescriptor: InterfaceDescriptor<HelloMembers> = {
  module: "io.world",
  name: "Hello",
  description: "Greets the world.",
  properties: {
    last: {
      type: messageDescriptor,
      description: "The message that was said last.",
    },
  },
  operations: {
    say: {
      params: [
        { name: "msg", type: messageDescriptor },
        { name: "when", type: whenDescriptor },
      ],
      returns: { kind: "int" },
      description: "Says a message.",
    },
  },
  signals: {
    justSaid: {
      params: [{ name: "msg", type: messageDescriptor }],
      description: "A message has been said.",
    },
  },
};
