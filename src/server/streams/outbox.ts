/** Room for messages that were handed to HTTP/2 and not yet taken by their readers, of all streams together. */
export interface Outbox {
  /**
   * Resolves once there is room, in the order of the calls. A message larger than all room goes alone; a small one does not
   * wait, so that heartbeats are not late because of those who read nothing.
   *
   * @returns gives the room back; more than one call counts once
   */
  enter(bytes: number): Promise<() => void>;
  /** Messages that wait for room. */
  waiting(): number;
  /** Bytes that readers have not taken yet. */
  held(): number;
}

const smallBytes = 16 * 1024;

/** @param room bytes */
export function createOutbox(room: number): Outbox {
  const queue: { readonly bytes: number; readonly admit: () => void }[] = [];
  let first = 0;
  let held = 0;

  const fits = (bytes: number): boolean => held === 0 || held + bytes <= room;

  function take(bytes: number): () => void {
    held += bytes;
    return leaving(bytes);
  }

  function admitNext(): void {
    for (let next = queue[first]; next !== undefined && fits(next.bytes); next = queue[first]) {
      first += 1;
      next.admit();
    }
    if (first === queue.length) {
      queue.length = 0;
      first = 0;
    }
  }

  function leaving(bytes: number): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      held -= bytes;
      admitNext();
    };
  }

  return {
    enter: (bytes) => {
      if (bytes <= smallBytes || (queue.length === first && fits(bytes))) return Promise.resolve(take(bytes));
      return new Promise((resolve) => {
        queue.push({ bytes, admit: () => resolve(take(bytes)) });
      });
    },
    waiting: () => queue.length - first,
    held: () => held,
  };
}
