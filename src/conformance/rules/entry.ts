import { type Compat, compatTraits } from '../../kube/compat.js';
import type { EntryFailureCode } from '../../kube/entry.js';
import { findTypeString, readersOf } from '../../kube/type-strings.js';
import type { EntryRule, Judgement, Rule } from '../rule.js';
import { changed, exampleSnapshot, upload } from './common/example-upload.js';
import { failedWith, notJudged, passed } from './common/judgement.js';
import { byCompat, document } from './common/source.js';
import { byteSize, sentence, shown } from './common/text.js';
import { intendedType, isKnownType } from './common/types.js';

const unreadable = notJudged('the entry could not be read');
const unknownType = notJudged('no compat knows the type: see entry/type-known');
const mebibyte = 1_048_576;
const largest = 64 * mebibyte;
const steepest = 200;

const typeKnown: EntryRule = {
  id: 'entry/type-known',
  scope: 'entry',
  level: 'must',
  demand: 'The type of an entry is one of the strings that servers read.',
  why: 'Types are compared letter by letter: entries of another type are kept and never looked at, so what they hold counts as deleted.',
  source: `${document}: field type; deepflow-server behaviour for the types that the document leaves out`,
  example: {
    breaks: { calls: [upload({ entries: [...exampleSnapshot(), { type: '*v1.Job', object: job('0f') }] })] },
    keeps: { calls: [upload()] },
  },
  judge({ type, decoded }, { compat }) {
    if (isKnownType(type)) return passed;
    const meant = intendedType(type, decoded.readings[0]?.jsonKind ?? '', compat);
    return failedWith({
      found: shown(type),
      expected: meant === null ? 'a type string that a server reads, e.g. "*v1.Pod"' : shown(meant),
      message:
        meant === null
          ? 'No server reads entries of this type: leave them out.'
          : `No server reads entries of this type: did you mean ${meant}? Stars and capitals count.`,
    });
  },
};

const typeRead: EntryRule = {
  id: 'entry/type-read',
  scope: 'entry',
  level: 'info',
  demand: 'The type of an entry is one that servers of the chosen generation read, not only those of another.',
  why: 'The entry is carried, stored and never looked at; nothing is lost but bandwidth.',
  source: 'deepflow-server behaviour: each generation reads its own set of types; the document lists ten',
  example: {
    breaks: { calls: [upload({ entries: [...exampleSnapshot(), { type: '*v1.IPPool', object: job('0f') }] })] },
    keeps: { calls: [upload()] },
  },
  judge({ type }, { compat }) {
    const known = findTypeString(type);
    if (known === undefined) return unknownType;
    // The document does not list the version entry, which every server asks for.
    if (known.read[compat] || known.family === 'version') return passed;
    const readers = readersOf(known);
    return failedWith({
      found: shown(type),
      expected: `a type that ${compat} reads`,
      message:
        readers === ''
          ? 'Agents send this type, but no server reads it: it may be left out.'
          : `In compat ${compat} this type is not read; in ${readers} it is.`,
    });
  },
};

const compressedInfoPresent: EntryRule = {
  id: 'entry/compressed-info-present',
  scope: 'entry',
  level: 'must',
  demand: 'An entry carries its object as bytes in compressed_info.',
  why: 'Servers do not read the field info, and an empty compressed_info is no zlib stream: the whole upload is lost while the call says OK.',
  source: `${document}: field compressed_info`,
  example: {
    breaks: { calls: [upload({ entries: [...exampleSnapshot(), { type: '*v1.Service', info: '{"metadata":{}}' }] })] },
    keeps: { calls: [upload()] },
  },
  judge({ decoded }) {
    const code = decoded.failure?.code;
    if (code !== 'compressed-info-absent' && code !== 'info-instead') return passed;
    return failedWith({
      found: code === 'info-instead' ? 'text in info, nothing in compressed_info' : 'nothing in compressed_info',
      expected: 'zlib(JSON of one object) in compressed_info (field 3)',
      message:
        'An entry without compressed_info makes the server drop all entries of the request: put the zlib bytes there.',
    });
  },
};

const notZlib: ReadonlySet<EntryFailureCode> = new Set([
  'gzip',
  'raw-deflate',
  'not-zlib',
  'zlib-truncated',
  'zlib-corrupt',
]);

const zlibStream: EntryRule = {
  id: 'entry/zlib-stream',
  scope: 'entry',
  level: 'must',
  demand: 'compressed_info is one complete zlib stream (RFC 1950): not gzip, not raw deflate, nothing behind its end.',
  why: 'One entry that does not inflate loses the whole upload while the call says OK, and the same version cannot heal it.',
  source: `${document}: JSON compressed by zlib; deepflow-server behaviour for what follows from a bad entry`,
  example: {
    breaks: {
      calls: [upload({ entries: [...exampleSnapshot(), { type: '*v1.Service', bytes: gzipOfEmptyObject() }] })],
    },
    keeps: { calls: [upload()] },
  },
  judge({ decoded: { failure, facts } }) {
    if (failure !== null && notZlib.has(failure.code)) {
      return failedWith({
        found: failure.code,
        expected: 'a complete zlib stream, which begins with byte 0x78 as zlib.compress or deflateSync make it',
        message: `${sentence(failure.message)} The server drops all entries of the request for it.`,
      });
    }
    if (facts.trailingBytes > 0) {
      return failedWith({
        found: `${byteSize(facts.trailingBytes)} behind the end of the zlib stream`,
        expected: 'nothing behind it',
        message: 'Bytes follow the end of the stream, which the server ignores: send one stream and nothing else.',
      });
    }
    return failure?.stage === 'inflate' && failure.code !== 'inflates-too-large' ? unreadable : passed;
  },
};

const jsonObject: EntryRule = {
  id: 'entry/json-object',
  scope: 'entry',
  level: 'must',
  demand: 'An entry inflates to a JSON object in UTF-8.',
  why: 'One entry that is not JSON fails the gathering of the whole cluster; another value than an object is no resource.',
  source: `${document}: JSON serialization; deepflow-server behaviour for what follows from bad JSON`,
  example: {
    breaks: { calls: [upload({ entries: [...exampleSnapshot(), { type: '*v1.Service', object: 'web' }] })] },
    keeps: { calls: [upload()] },
  },
  judge({ decoded: { failure, facts, readings } }) {
    if (failure?.stage === 'json') {
      return failedWith({
        found: failure.code,
        expected: 'the JSON of one Kubernetes object, as kubectl get -o json prints it',
        message: `${sentence(failure.message)} The server fails the whole cluster for it.`,
      });
    }
    if (failure !== null) return unreadable;
    const [first] = readings;
    if (first?.kind === 'not-an-object' && first.found !== 'array' && first.found !== 'list') {
      return failedWith({
        found: `the JSON value is ${first.found === 'null' ? 'null' : `a ${first.found}`}`,
        expected: 'a JSON object',
        message: 'The entry holds no object: send the JSON of the Kubernetes object itself, serialized once.',
      });
    }
    if (!facts.invalidUtf8) return passed;
    return failedWith({
      found: 'bytes that are not UTF-8',
      expected: 'JSON in UTF-8',
      message:
        'The text is not UTF-8: the server puts U+FFFD in place of each broken character, also in names and labels.',
    });
  },
};

const oneObject: EntryRule = {
  id: 'entry/one-object',
  scope: 'entry',
  level: byCompat('info', 'must', 'must'),
  demand: 'An entry holds one Kubernetes object, not a List and not an array.',
  why: 'The server looks for metadata.uid at the top of the JSON: a List has none, so that all of its items count as deleted, silently.',
  source: 'deepflow-server behaviour: one entry is one object (the document speaks of the list of resources of a type)',
  example: {
    breaks: { calls: [upload({ entries: asList('*v1.Namespace') })] },
    keeps: { calls: [upload()] },
  },
  judge({ decoded }, { compat }) {
    const [first] = decoded.readings;
    if (first === undefined) return unreadable;
    if (first.kind !== 'not-an-object') return passed;
    if (first.found !== 'array' && first.found !== 'list') {
      return notJudged('the entry holds no object: see entry/json-object');
    }
    return failedWith({
      found: first.found === 'list' ? `a List with ${first.items} items` : `an array with ${first.items} elements`,
      expected: 'one object',
      message: listMessage(compat),
    });
  },
};

const inflatesWithinBounds: EntryRule = {
  id: 'entry/inflates-within-bounds',
  scope: 'entry',
  level: 'must',
  demand: 'An entry inflates to at most 64 MiB, and where it inflates past 1 MiB, to at most 200 times its size.',
  why: 'The server inflates all entries in memory without a bound: such an entry can take the controller down.',
  implies: ['cost/trimmed'],
  source: 'deepflow-server behaviour: entries are inflated whole and without limit; the bounds are those of Plumbline',
  example: {
    breaks: { calls: [upload({ entries: withAnnotation(1_500_000) })] },
    keeps: { calls: [upload({ entries: withAnnotation(1000) })] },
  },
  judge({ decoded: { failure, facts } }): Judgement {
    const tooLarge = failure?.code === 'inflates-too-large' || facts.inflatedBytes > largest;
    if (!tooLarge && (facts.inflatedBytes <= mebibyte || facts.inflatedBytes <= steepest * facts.compressedBytes)) {
      return failure?.stage === 'inflate' ? unreadable : passed;
    }
    return failedWith({
      found: tooLarge
        ? `${byteSize(facts.compressedBytes)} that inflate to more than ${byteSize(largest)}`
        : `${byteSize(facts.compressedBytes)} that inflate to ${byteSize(facts.inflatedBytes)}`,
      expected: `at most ${byteSize(largest)}, and beyond ${byteSize(mebibyte)} at most ${steepest}:1`,
      message: 'The entry inflates out of proportion: send only the fields that DeepFlow needs.',
    });
  },
};

function listMessage(compat: Compat): string {
  return compatTraits[compat].acceptsLists
    ? 'The document allows this reading, but servers take one object from an entry and would show nothing of this: send one entry for each object.'
    : 'The server takes one object from an entry and sees none in this: send one entry for each object.';
}

function asList(type: string) {
  return changed(exampleSnapshot(), type, (object) => ({ kind: 'List', apiVersion: 'v1', items: [object] }));
}

function withAnnotation(length: number) {
  return changed(exampleSnapshot(), '*v1.Namespace', (namespace) => ({
    ...namespace,
    metadata: { ...(namespace.metadata as object), annotations: { note: 'x'.repeat(length) } },
  }));
}

function job(id: string) {
  return { metadata: { uid: `5e1d7c00-0000-4000-8000-0000000000${id}`, name: 'import', namespace: 'shop' } };
}

/** `{}` as gzip would pack it. */
function gzipOfEmptyObject(): Uint8Array {
  return Uint8Array.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0]);
}

export const entryRules: readonly Rule[] = [
  typeKnown,
  typeRead,
  compressedInfoPresent,
  zlibStream,
  jsonObject,
  oneObject,
  inflatesWithinBounds,
];
