/** `not-judged`: nothing was expected, or nothing that could be judged was seen. */
export type Verdict = 'pass' | 'fail' | 'not-judged';

/**
 * Conversations of a report. Each is made whenever it is asked for and not kept, since reports of a hundred thousand
 * show a few of them, or write one after the other.
 */
export interface ConversationList<Conversation> extends Iterable<Conversation> {
  readonly length: number;
  /** Those of one verdict, in the same order. */
  of(verdict: Verdict): ConversationList<Conversation>;
  /** The first ones, at most `limit`. */
  first(limit: number): Conversation[];
  /** All, for JSON.stringify. */
  toJSON(): Conversation[];
}

/** @param make what the list holds for an item */
export function conversationList<Item, Conversation>(
  items: readonly Item[],
  verdictOf: (item: Item) => Verdict,
  make: (item: Item) => Conversation,
): ConversationList<Conversation> {
  return {
    length: items.length,
    of: (verdict) =>
      conversationList(
        items.filter((item) => verdictOf(item) === verdict),
        verdictOf,
        make,
      ),
    first: (limit) => items.slice(0, limit).map(make),
    toJSON: () => items.map(make),
    *[Symbol.iterator]() {
      for (const item of items) yield make(item);
    },
  };
}
