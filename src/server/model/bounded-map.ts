/** A map that forgets what was set longest ago once it is full, and counts what it forgot. */
export interface BoundedMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  entries(): Iterable<readonly [string, V]>;
  size(): number;
  forgotten(): number;
}

export function createBoundedMap<V>(capacity: number): BoundedMap<V> {
  const map = new Map<string, V>();
  let forgotten = 0;
  return {
    get: (key) => map.get(key),
    set: (key, value) => {
      map.delete(key);
      map.set(key, value);
      if (map.size > capacity) {
        const oldest = map.keys().next();
        if (!oldest.done) {
          map.delete(oldest.value);
          forgotten += 1;
        }
      }
    },
    entries: () => map.entries(),
    size: () => map.size,
    forgotten: () => forgotten,
  };
}
