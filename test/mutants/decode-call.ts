import { inflateSync } from 'node:zlib';
import type { ExampleObject } from '../../src/conformance/rules/common/example-upload.js';
import type { CallRecord } from '../../src/journal/record.js';
import { messageType } from '../../src/wire/protos.js';
import type { RecordedCall, RecordedEntry, RecordedRequest } from './recording.js';

const syncRequest = messageType('agent.KubernetesAPISyncRequest');

/**
 * Decodes the calls of one recording. Entries of the same bytes are the same value, since an agent sends most of them again and
 * again.
 *
 * @throws Error for what the reference agent never sends: another outcome, bytes that are no message, entries that are no JSON
 */
export function createCallDecoder(): (call: CallRecord) => RecordedCall {
  const known = new Map<string, RecordedEntry>();

  const decodeEntry = ({ type = '', compressed_info }: { type?: string; compressed_info?: Uint8Array }) => {
    const bytes = Uint8Array.from(compressed_info ?? []);
    const key = `${type} ${Buffer.from(bytes).toString('latin1')}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const entry = { type, bytes, object: JSON.parse(inflateSync(bytes).toString()) as ExampleObject };
    known.set(key, entry);
    return entry;
  };

  const decodeRequest = (bytes: Uint8Array): RecordedRequest => {
    const { entries = [], ...fields } = syncRequest.decode(bytes);
    return { ...fields, entries: entries.map(decodeEntry) } as RecordedRequest;
  };

  return ({ path, peer, outcome, request }) => {
    if (outcome === 'unknown-method') return { path, peer, outcome };
    if (outcome !== 'unary') throw new Error(`the reference agent's call of ${path} ended as '${outcome}'`);
    return path.endsWith('/KubernetesAPISync')
      ? { path, peer, request: decodeRequest(request) }
      : { path, peer, bytes: request };
  };
}
