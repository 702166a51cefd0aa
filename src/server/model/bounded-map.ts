/** A map that forgets what was set longest ago once it is full, and counts what it forgot. */
export interface BoundedMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  entries(): Iterable<readonly [string, V]>;
  size(): number;
  forgotten(): number;
}

/** @param onForgotten told of what had to go to make room */
export function createBoundedMap<V>(
  capacity: number,
  onForgotten: (key: string, value: V) => void = () => {},
): BoundedMap<V> {
  const map = new Map<string, V>();
  let forgotten = 0;
  return {
    get: (key) => map.get(key),
    set: (key, value) => {
      map.delete(key);
      map.set(key, value);
      if (map.size > capacity) {
        const oldest = map.entries().next();
        if (!oldest.done) {
          map.delete(oldest.value[0]);
          forgotten += 1;
          onForgotten(...oldest.value);
        }
      }
    },
    delete: (key) => {
      map.delete(key);
    },
    entries: () => map.entries(),
    size: () => map.size,
    forgotten: () => forgotten,
  };
}
