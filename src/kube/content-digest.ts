/** Odd constants of cyrb53 and of murmur's finish: two lanes of 32 bits make the 53 bits that a double holds exactly. */
const laneA = 2654435761;
const laneB = 1597334677;
const finishA = 2246822507;
const finishB = 3266489909;
const seedA = 0x9e3779b9 | 0;
const seedB = 0x41c6ce57 | 0;
const highMask = 0x1fffff;
const lowRange = 0x100000000;

/** Quotes, colon and comma of one `"name":"value",`. */
const punctuation = 6;

/** What pairs add to a digest: the same wherever they are fed. */
export interface PairSums {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/**
 * Digest and size of an object's needed content. What is fed in a fixed order needs no names in the digest; members of
 * JSON objects and of unordered lists are summed, so that their order does not matter.
 */
export class ContentDigest {
  private a = seedA;
  private b = seedB;
  private sumA = 0;
  private sumB = 0;
  private sumSize = 0;
  /** UTF-16 units of what was fed, as JSON, about. */
  size = 2;

  constructor(type: string) {
    this.absorb(type);
  }

  text(name: string, value: string): void {
    if (value === '') {
      this.step(0);
      return;
    }
    this.absorb(value);
    this.size += name.length + value.length + punctuation;
  }

  /** Fed by its low and high 32 bits. */
  number(name: string, value: number): void {
    this.step(value | 0);
    this.step(Math.floor(value / lowRange) | 0);
    this.size += name.length + punctuation;
  }

  flag(value: boolean): void {
    this.step(value ? 1 : 2);
  }

  numberOrText(name: string, value: number | string | null): void {
    this.step(value === null ? 0 : typeof value === 'number' ? 1 : 2);
    if (typeof value === 'number') this.number(name, value);
    else if (value !== null) this.text(name, value);
  }

  /** A list whose order counts says its length before its items are fed. */
  length(name: string, value: number): void {
    this.step(value);
    this.size += name.length + punctuation;
  }

  /** One of several pairs whose order does not count; `endPairs` closes them. */
  pair(key: string, value: string): void {
    const { a, b } = this;
    this.restart(seedA, seedB);
    this.absorb(key);
    this.absorb(value);
    this.sumA = (this.sumA + finish(this.a, this.b)) | 0;
    this.sumB = (this.sumB + finish(this.b, this.a)) | 0;
    this.sumSize += key.length + value.length + punctuation;
    this.restart(a, b);
  }

  /**
   * @param name of what holds the pairs; absent where its size does not count
   * @returns what can be fed to other digests by `addPairs`
   */
  endPairs(name?: string): PairSums {
    const around = name === undefined ? 0 : name.length + punctuation;
    const sums = { a: this.sumA, b: this.sumB, size: this.sumSize + around };
    this.sumA = 0;
    this.sumB = 0;
    this.sumSize = 0;
    this.addPairs(sums);
    return sums;
  }

  /** As the pairs that gave these sums, and the `endPairs` that closed them. */
  addPairs({ a, b, size }: PairSums): void {
    this.step(a);
    this.step(b);
    this.size += size;
  }

  /** Texts whose order does not count. */
  set(name: string, values: readonly string[]): void {
    if (values.length === 0) {
      this.step(0);
      return;
    }
    for (const value of values) this.pair(name, value);
    this.endPairs('');
  }

  /** An integer of 53 bits. */
  value(): number {
    return (finish(this.b, this.a) & highMask) * lowRange + (finish(this.a, this.b) >>> 0);
  }

  private restart(a: number, b: number): void {
    this.a = a;
    this.b = b;
  }

  /** Two characters a step, both lanes in one pass: this is most of what reading a Pod costs. */
  private absorb(text: string): void {
    const { length } = text;
    const even = length & ~1;
    let a = this.a ^ length;
    let b = this.b ^ length;
    for (let i = 0; i < even; i += 2) {
      const unit = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
      a = Math.imul(((a << 13) | (a >>> 19)) ^ unit, laneA);
      b = Math.imul(((b << 13) | (b >>> 19)) ^ unit, laneB);
    }
    this.a = a;
    this.b = b;
    this.step(even === length ? 0 : text.charCodeAt(even));
  }

  private step(value: number): void {
    const { a, b } = this;
    this.a = Math.imul(((a << 13) | (a >>> 19)) ^ value, laneA);
    this.b = Math.imul(((b << 13) | (b >>> 19)) ^ value, laneB);
  }
}

/** Sum of digests: the same for the same members in any order; 0 for none. Members that occur twice count twice. */
export function combineDigests(digests: Iterable<number>): number {
  let low = 0;
  let high = 0;
  for (const digest of digests) {
    low += digest % lowRange;
    high = (high + Math.floor(digest / lowRange)) & highMask;
    if (low >= lowRange) low -= lowRange;
  }
  return high * lowRange + low;
}

/** 30 bits, spread evenly. */
export function hashText(text: string): number {
  let state = seedA;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(((state << 13) | (state >>> 19)) ^ text.charCodeAt(i), laneA);
  }
  return Math.imul(state ^ (state >>> 16), finishA) >>> 2;
}

function finish(state: number, other: number): number {
  return Math.imul(state ^ (state >>> 16), finishA) ^ Math.imul(other ^ (other >>> 13), finishB);
}
