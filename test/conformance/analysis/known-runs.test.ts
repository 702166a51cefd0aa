import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createClusterAnalysis } from '../../../src/conformance/analysis/cluster-analysis.js';
import type { UploadReport } from '../../../src/conformance/analyst.js';
import { catalogue } from '../../../src/conformance/catalogue.js';
import type { EntryRule, SnapshotRule } from '../../../src/conformance/rule.js';
import { encodeEntry } from '../../../src/wire/entry-codec.js';
import { parseJson, plainView, requestOf, uploadOf } from '../uploads.js';

const rules = catalogue();
const options = {
  context: { compat: 'v7', clusterRegistered: true },
  entryRules: rules.filter((rule): rule is EntryRule => rule.scope === 'entry'),
  snapshotRules: rules.filter((rule): rule is SnapshotRule => rule.scope === 'snapshot'),
  now: () => 0,
} as const;

/** A field with a length, of fewer than 16,384 bytes. */
function field(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  const length = [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}

const text = (number: number, value: string) => field(number, Buffer.from(value));
const content = (uid: number, name = 'n') =>
  field(3, encodeEntry({ metadata: { uid: `u${uid}`, name, namespace: 'shop' } }));

/** One field of a request: mostly an entry as it should be, else one that parsers have to think about. */
const piece: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 20, arbitrary: fc.nat({ max: 60 }).map((uid) => field(10, text(1, '*v1.Node'), content(uid))) },
  ...[
    (uid: number) => field(10, content(uid), text(1, '*v1.Node')),
    (uid: number) => field(10, text(1, '*v1.Pod'), text(7, 'unknown'), content(uid)),
    (uid: number) => field(10, text(1, '*v1.Pod'), text(2, 'info'), content(uid), content(uid + 1)),
    (uid: number) => field(10, text(1, '*v1.Pod'), field(3, Buffer.from(`not zlib ${uid}`))),
    () => field(10, text(1, '*v1.Pod'), text(2, 'only info')),
    () => field(10),
    () => field(10, Buffer.from([0x1a, 0x7f])),
    () => text(3, 'an error'),
    () => text(99, 'a field that nobody knows'),
    () =>
      Buffer.concat([
        Buffer.from([0x93, 0x06]),
        text(1, 'in a group of number 98'.repeat(9)),
        Buffer.from([0x94, 0x06]),
      ]),
  ].map((make) => ({ weight: 1, arbitrary: fc.nat({ max: 9 }).map(make) })),
);

/** Uploads of which each is the one before with some pieces exchanged, left out, put in between, or turned around. */
const history = fc
  .tuple(
    fc.array(piece, { minLength: 30, maxLength: 120 }),
    fc.array(
      fc.record({
        edits: fc.array(
          fc.record({ at: fc.nat({ max: 119 }), drop: fc.nat({ max: 2 }), put: fc.array(piece, { maxLength: 2 }) }),
          {
            maxLength: 4,
          },
        ),
        rotate: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 40 }) }),
        cut: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 30 }) }),
        stored: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([first, steps]) => {
    let pieces = first;
    const uploads = [{ bytes: request(first, 0), stored: true }];
    for (const { edits, rotate, cut, stored } of steps) {
      pieces = [...pieces.slice(rotate), ...pieces.slice(0, rotate)];
      for (const { at, drop, put } of edits) pieces = pieces.toSpliced(at, drop, ...put);
      uploads.push({ bytes: request(pieces, cut), stored });
    }
    return uploads;
  });

function request(pieces: readonly Buffer[], cut: number): Uint8Array {
  const bytes = Buffer.concat([requestOf([]), ...pieces]);
  return bytes.subarray(0, bytes.length - cut);
}

/** Bytes that come in steps; the rest is noise until then. */
function arriving(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly arrive: (offset: number) => void } {
  const there = new Uint8Array(bytes.length).fill(0xa5);
  return { bytes: there, arrive: (offset) => there.set(bytes.subarray(0, offset)) };
}

/** Without what depends on the past: how much was decoded, and which of several reasons was met first. */
function comparable({ decoded: _, tallies, ...report }: UploadReport): unknown {
  return { ...report, tallies: tallies.map(({ reason: _reason, ...tally }) => tally) };
}

test('an upload is taken as it is, whatever came before it', () => {
  let passedOver = 0;
  fc.assert(
    fc.property(history, (uploads) => {
      const one = createClusterAnalysis('demo', options);
      for (const [at, { bytes, stored }] of uploads.entries()) {
        const upload = uploadOf([], { seq: at + 1, version: BigInt(at + 1), bytes, stored });
        const fresh = createClusterAnalysis('demo', options);
        const report = one.analyse(upload);
        passedOver += report.entries - report.decoded;
        expect(comparable(report)).toEqual(comparable(fresh.analyse(upload)));
        if (!stored) continue;
        const view = { ...plainView, version: BigInt(at + 1) };
        expect(parseJson(one.inventory(view))).toEqual(parseJson(fresh.inventory(view)));
      }
    }),
    { numRuns: 100 },
  );
  expect(passedOver).toBeGreaterThan(2_000);
});

/** How far each upload has come whenever it is looked at, in parts of 100. */
const steps = fc.array(fc.array(fc.nat({ max: 120 }), { maxLength: 4 }), { minLength: 7, maxLength: 7 });

test('what is on its way is read as far as it is there, and comes to the same', () => {
  fc.assert(
    fc.property(history, steps, fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), (uploads, foreseen, comes) => {
      const one = createClusterAnalysis('demo', options);
      const other = createClusterAnalysis('demo', options);
      for (const [at, { bytes, stored }] of uploads.entries()) {
        const upload = uploadOf([], { seq: at + 1, version: BigInt(at + 1), bytes, stored });
        const late = arriving(bytes);
        for (const part of (foreseen[at] ?? []).toSorted((a, b) => a - b)) {
          const there = Math.min(bytes.length, Math.floor((bytes.length * part) / 100));
          late.arrive(there);
          one.foresee({ ...upload, bytes: late.bytes }, there);
        }
        if (comes[at] === false) {
          if (at % 2 === 0) one.abandon(at + 1);
          continue;
        }
        late.arrive(bytes.length);
        const report = one.analyse({ ...upload, bytes: late.bytes });
        expect(comparable(report)).toEqual(comparable(other.analyse(upload)));
        if (!stored) continue;
        const view = { ...plainView, version: BigInt(at + 1) };
        expect(parseJson(one.inventory(view))).toEqual(parseJson(other.inventory(view)));
      }
    }),
    { numRuns: 100 },
  );
});

test('of two that arrive side by side the first is read on, and the second when it is there', () => {
  const one = createClusterAnalysis('demo', options);
  const entries = Array.from({ length: 5 }, (_, uid) => field(10, text(1, '*v1.Node'), content(uid)));
  const bytes = request(entries, 0);
  const [first, second] = [1, 2].map((seq) => uploadOf([], { seq, version: BigInt(seq), bytes }));
  if (first === undefined || second === undefined) throw new Error('two uploads are needed');
  one.foresee(first, bytes.length - 1);
  one.foresee(second, bytes.length - 1);
  // It would have decoded nothing had it begun anew.
  expect(one.analyse(first)).toMatchObject({ entries: 5, decoded: 5 });
  expect(one.analyse(second)).toMatchObject({ entries: 5, decoded: 0 });
});
