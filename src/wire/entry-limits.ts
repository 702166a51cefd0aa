/** Bounds for what one entry may unfold to. */
export interface EntryLimits {
  /** Bytes of JSON text. */
  readonly maxInflatedBytes: number;
  /** Levels of arrays and objects in each other. */
  readonly maxJsonLevels: number;
}

/** 64 MiB, far above what etcd lets an object have, and the depth that Go's decoder takes. */
export const defaultEntryLimits: EntryLimits = { maxInflatedBytes: 64 * 1024 * 1024, maxJsonLevels: 10_000 };
