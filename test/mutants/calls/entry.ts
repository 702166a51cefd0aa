import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { CallMutant } from '../call-mutant.js';
import { changeEntries, part, replaceFirst } from '../change-calls.js';
import type { RecordedEntry } from '../recording.js';

const lost = { metadata: { uid: '5e1d7c00-0000-4000-8000-0000000000f0', name: 'import', namespace: 'shop' } };
const type = '*v1.Service';

/** Mutants that spoil one entry, the same in every upload. */
export const entryMutants: readonly CallMutant[] = [
  ...['*v1.Job', 'v1.Service', '*v1.services'].map((sent) => ({
    ...spoilt('entry/type-known', sent === '*v1.Job' ? 'unknown' : sent === 'v1.Service' ? 'starless' : 'plural'),
    does: `One entry is of type ${sent}.`,
    change: (calls: Parameters<CallMutant['change']>[0]) =>
      sent === '*v1.Job'
        ? changeEntries(calls, (entries) => [...entries, { type: sent, object: lost }])
        : replaceFirst(calls, type, (entry) => [{ ...entry, type: sent }]),
  })),
  {
    ...spoilt('entry/type-read', 'ip-pool'),
    does: 'It sends an IPPool besides, which agents do and no server reads.',
    change: (calls) => changeEntries(calls, (entries) => [...entries, { type: '*v1.IPPool', object: lost }]),
  },
  {
    ...spoilt('entry/compressed-info-present', 'info'),
    does: 'One Service is in the text field info.',
    change: one((entry) => ({ type, info: text(entry) })),
  },
  {
    ...spoilt('entry/compressed-info-present', 'empty'),
    does: 'One Service has neither info nor compressed_info.',
    change: one(() => ({ type })),
  },
  packed('gzip', 'One Service is packed as gzip.', (json) => gzipSync(json)),
  packed('raw-deflate', 'One Service is packed as raw deflate.', (json) => deflateRawSync(json)),
  packed('plain', 'One Service is not packed at all.', (json) => Buffer.from(json)),
  packed('cut', 'The zlib stream of one Service ends before its end.', (json) => deflateSync(json).subarray(0, -9)),
  packed('tail', 'Bytes follow the zlib stream of one Service.', (json) =>
    Buffer.concat([deflateSync(json), Buffer.from('tail')]),
  ),
  {
    ...spoilt('entry/json-object', 'twice'),
    does: 'One Service is serialized twice, so that its JSON is a text.',
    change: one((entry) => ({ type, bytes: deflateSync(JSON.stringify(text(entry))) })),
  },
  {
    ...spoilt('entry/json-object', 'cut'),
    does: 'The JSON of one Service lacks its last brace.',
    change: one((entry) => ({ type, bytes: deflateSync(text(entry).slice(0, -1)) })),
  },
  {
    ...spoilt('entry/json-object', 'latin1'),
    does: 'The JSON of one Service is in Latin-1.',
    change: one((entry) => ({
      type,
      bytes: deflateSync(Buffer.from(`${text(entry).slice(0, -1)},"note":"caf\u00e9"}`, 'latin1')),
    })),
  },
  {
    ...spoilt('entry/one-object', 'list'),
    does: 'It sends each Namespace as a List of one.',
    change: (calls) =>
      changeEntries(calls, (entries) =>
        entries.map((entry) =>
          entry.type === '*v1.Namespace'
            ? { type: entry.type, object: { kind: 'List', apiVersion: 'v1', items: [entry.object] } }
            : entry,
        ),
      ),
  },
  {
    ...spoilt('entry/inflates-within-bounds', 'bomb'),
    does: 'One Service has an annotation of 1.5 MB of the same letter.',
    change: one(({ object }) => {
      const copy = structuredClone(object ?? {});
      part(part(copy, 'metadata'), 'annotations').note = 'x'.repeat(1_500_000);
      return { type, object: copy };
    }),
  },
];

function spoilt(rule: string, name: string): Pick<CallMutant, 'rule' | 'name'> {
  return { rule, name };
}

function packed(name: string, does: string, pack: (json: string) => Uint8Array): CallMutant {
  return { rule: 'entry/zlib-stream', name, does, change: one((entry) => ({ type, bytes: pack(text(entry)) })) };
}

function one(spoil: (entry: RecordedEntry) => RecordedEntry): CallMutant['change'] {
  return (calls) => replaceFirst(calls, type, (entry) => [spoil(entry)]);
}

function text({ object }: RecordedEntry): string {
  return JSON.stringify(object);
}
