/** A map that gives its values in the order of their keys (by code units), cheaply also while it grows to 100,000. */
export interface SortedMap<T> {
  readonly size: number;
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): boolean;
  /** The values whose keys are at or after `from` and before `to`, the first `most` of them; a copy. */
  slice(from: string, to: string | null, most?: number): T[];
  /** How many `slice` would give without `most`. */
  count(from: string, to: string | null): number;
}

const bucketSize = 512;

interface Bucket<T> {
  readonly keys: string[];
  readonly values: T[];
}

export function createSortedMap<T>(): SortedMap<T> {
  const index = new Map<string, T>();
  const buckets: Bucket<T>[] = [{ keys: [], values: [] }];

  /** The last bucket whose first key is not after `key`. */
  function bucketOf(key: string): number {
    let low = 0;
    let high = buckets.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((buckets[middle]?.keys[0] ?? '') <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function insert(key: string, value: T): void {
    const at = bucketOf(key);
    const bucket = buckets[at];
    if (bucket === undefined) return;
    const place = lowerBound(bucket.keys, key);
    if (bucket.keys[place] === key) {
      bucket.values[place] = value;
      return;
    }
    bucket.keys.splice(place, 0, key);
    bucket.values.splice(place, 0, value);
    if (bucket.keys.length > bucketSize) {
      const half = bucket.keys.length >> 1;
      buckets.splice(at + 1, 0, { keys: bucket.keys.splice(half), values: bucket.values.splice(half) });
    }
  }

  /** The parts of buckets that lie in the range, until `each` says that it has enough. */
  function visit(
    from: string,
    to: string | null,
    each: (bucket: Bucket<T>, start: number, end: number) => boolean,
  ): void {
    for (let at = bucketOf(from); at < buckets.length; at++) {
      const bucket = buckets[at];
      const first = bucket?.keys[0];
      const last = bucket?.keys.at(-1);
      if (bucket === undefined || first === undefined || last === undefined) continue;
      if (to !== null && first >= to) return;
      const start = first < from ? lowerBound(bucket.keys, from) : 0;
      const end = to === null || last < to ? bucket.keys.length : lowerBound(bucket.keys, to);
      if (!each(bucket, start, Math.max(start, end))) return;
    }
  }

  return {
    get size() {
      return index.size;
    },
    get: (key) => index.get(key),
    set: (key, value) => {
      index.set(key, value);
      insert(key, value);
    },
    delete: (key) => {
      if (!index.delete(key)) return false;
      const at = bucketOf(key);
      const bucket = buckets[at];
      if (bucket === undefined) return false;
      const place = lowerBound(bucket.keys, key);
      bucket.keys.splice(place, 1);
      bucket.values.splice(place, 1);
      if (bucket.keys.length === 0 && buckets.length > 1) buckets.splice(at, 1);
      return true;
    },
    slice: (from, to, most = Number.POSITIVE_INFINITY) => {
      const found: T[][] = [];
      let size = 0;
      visit(from, to, (bucket, start, end) => {
        const values = bucket.values.slice(start, Math.min(end, start + most - size));
        size += values.length;
        found.push(values);
        return size < most;
      });
      const none: T[] = [];
      return none.concat(...found);
    },
    count: (from, to) => {
      let size = 0;
      visit(from, to, (_bucket, start, end) => {
        size += end - start;
        return true;
      });
      return size;
    },
  };
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
