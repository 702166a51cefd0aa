/** Hands results on in the order in which they were promised, each as soon as all before it are there. */
export interface InOrder<Item> {
  /** `later` must not reject. */
  push(item: Item | Promise<Item>): void;
  /** Resolves when all that was pushed so far has been handed on. */
  drained(): Promise<void>;
}

export function createInOrder<Item>(handOn: (item: Item) => void): InOrder<Item> {
  /** The first one not there yet, and what came behind it. */
  const waiting: { ready: boolean; item: Item | null }[] = [];
  let pushed = 0;
  let handed = 0;
  let drains: { readonly count: number; readonly resolve: () => void }[] = [];

  const flush = (): void => {
    let count = 0;
    for (const slot of waiting) {
      if (!slot.ready) break;
      count += 1;
      handOn(slot.item as Item);
    }
    waiting.splice(0, count);
    handed += count;
    if (drains.length === 0) return;
    for (const drain of drains) if (drain.count <= handed) drain.resolve();
    drains = drains.filter((drain) => drain.count > handed);
  };

  return {
    push(item) {
      pushed += 1;
      if (!(item instanceof Promise)) {
        if (waiting.length === 0) {
          handed += 1;
          handOn(item);
        } else {
          waiting.push({ ready: true, item });
        }
        return;
      }
      const slot: { ready: boolean; item: Item | null } = { ready: false, item: null };
      waiting.push(slot);
      void item.then((value) => {
        slot.ready = true;
        slot.item = value;
        flush();
      });
    },
    drained: () =>
      handed === pushed ? Promise.resolve() : new Promise((resolve) => drains.push({ count: pushed, resolve })),
  };
}
