/**
 * How a fact about the platform came to be known.
 *
 * - `given`: the site, the cluster's objects or a links file say so.
 * - `learnt`: packets show it.
 * - `assumed`: neither does; a default stands in its place.
 */
export type Origin = 'given' | 'learnt' | 'assumed';

export interface Fact<T> {
  readonly value: T;
  readonly origin: Origin;
  /** Where it is said, or which packets show it, or why it is assumed. One phrase. */
  readonly evidence: string;
}

export function given<T>(value: T, evidence: string): Fact<T> {
  return { value, origin: 'given', evidence };
}

export function learnt<T>(value: T, evidence: string): Fact<T> {
  return { value, origin: 'learnt', evidence };
}

export function assumed<T>(value: T, evidence: string): Fact<T> {
  return { value, origin: 'assumed', evidence };
}
