declare module 'json-merge-patch' {
  /** RFC 7396; changes the target where it is an object. */
  export function apply(target: unknown, patch: unknown): unknown;
}
