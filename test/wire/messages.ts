import fc from 'fast-check';
import type { SyncRequestInput } from '../../src/wire/call-messages.js';

/** Text that UTF-8 can hold. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const entry = fc.record(
  {
    type: fc.oneof(fc.constantFrom('*v1.Pod', '*v1.Node', ''), text),
    info: text,
    compressedInfo: fc.uint8Array({ maxLength: 300 }),
  },
  { requiredKeys: [] },
);

/** Requests with any fields absent, and any values. */
export const syncRequests: fc.Arbitrary<SyncRequestInput> = fc
  .record({
    clusterId: optional(text),
    version: optional(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    errorMsg: optional(text),
    agentId: optional(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    sourceIp: optional(text),
    teamId: optional(text),
    entries: fc.array(entry, { maxLength: 8 }),
  })
  .map(withoutUndefined);

function withoutUndefined(value: Record<string, unknown>): SyncRequestInput {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

export type Mutation =
  | readonly ['cut', number]
  | readonly ['set', number, number]
  | readonly ['insert', number, number];

/** Where is a share of the length. */
const where = fc.double({ min: 0, max: 1, noNaN: true });
const byte = fc.integer({ min: 0, max: 255 });

/** Ways to spoil bytes. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.oneof(
    fc.tuple(fc.constant('cut' as const), where),
    fc.tuple(fc.constant('set' as const), where, byte),
    fc.tuple(fc.constant('insert' as const), where, byte),
  ),
  { minLength: 1, maxLength: 6 },
);

export function mutate(bytes: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  let result = [...bytes];
  for (const [kind, share, value = 0] of changes) {
    const index = Math.floor(share * result.length);
    if (kind === 'cut') result = result.slice(0, index);
    else result.splice(index, kind === 'set' ? 1 : 0, value);
  }
  return Uint8Array.from(result);
}
