import type { CallRecord } from '../../journal/record.js';
import { decodeEntryJson } from '../../wire/entry-codec.js';
import { findMethod, messageType } from '../../wire/protos.js';
import { type RawEntry, scanSyncRequest, splitEntries } from '../../wire/wire-format.js';
import type { ShownEntry, ShownRequest } from '../verdict.js';
import { maskSecrets, maskText } from './mask-secrets.js';

/** Characters of one JSON text that are shown. */
const longestText = 8_000;
/** Larger ones are not decoded for being looked at; bytes. */
const decodeLimit = 256 * 1024;
const entryLimits = { maxInflatedBytes: 1024 * 1024, maxJsonLevels: 1_000 };
const maxTypes = 100;

/**
 * A call as a person can read it: secrets masked, long texts cut.
 *
 * @param wanted indices of the entries to decode
 * @param at ms since the first call
 */
export function showRequest(call: CallRecord, wanted: ReadonlySet<number>, at: number): Omit<ShownRequest, 'scenario'> {
  const { seq, path, peer, status, request } = call;
  const isSync = path.endsWith('.Synchronizer/KubernetesAPISync');
  return {
    request: seq,
    at,
    path,
    peer,
    status,
    bytes: request.length,
    message: isSync ? syncText(request) : messageText(path, request),
    entries: isSync && wanted.size > 0 ? shownEntries(request, wanted) : [],
  };
}

function messageText(path: string, bytes: Uint8Array): string {
  const method = findMethod(path);
  if (method === null) return 'not decoded: the server knows no such method';
  if (bytes.length > decodeLimit) return `not decoded: larger than ${decodeLimit} bytes`;
  const { message, problem } = messageType(method.requestType).tryDecode(bytes);
  return message === null ? `cannot be decoded: ${problem}` : jsonText(maskSecrets(message));
}

function syncText(bytes: Uint8Array): string {
  const { present, malformed, ...scan } = scanSyncRequest(bytes);
  const types = new Map<string, number>();
  splitEntries(bytes, ({ type }) => {
    const name = types.size < maxTypes || types.has(type) ? type.slice(0, 100) : 'other types';
    types.set(name, (types.get(name) ?? 0) + 1);
  });
  const text = jsonText({
    ...(present.clusterId ? { cluster_id: scan.clusterId.slice(0, 1000) } : {}),
    ...(present.version ? { version: String(scan.version) } : {}),
    ...(present.errorMsg ? { error_msg: maskText(scan.errorMsg.slice(0, 4000)) } : {}),
    ...(present.agentId ? { agent_id: scan.agentId } : {}),
    ...(present.sourceIp ? { source_ip: scan.sourceIp.slice(0, 1000) } : {}),
    ...(present.teamId ? { team_id: scan.teamId.slice(0, 1000) } : {}),
    entries: Object.fromEntries(types),
  });
  return malformed === null ? text : `${text}\nbreaks off: ${malformed.message}`;
}

function shownEntries(bytes: Uint8Array, wanted: ReadonlySet<number>): ShownEntry[] {
  const shown: ShownEntry[] = [];
  splitEntries(bytes, (entry) => {
    if (!wanted.has(entry.index)) return;
    const { index, type, compressedInfo } = entry;
    shown.push({ index, type: type.slice(0, 1000), bytes: compressedInfo?.length ?? 0, text: entryText(entry) });
  });
  return shown;
}

function entryText(entry: RawEntry): string {
  const { failure, json } = decodeEntryJson(entry, entryLimits);
  return failure === null ? jsonText(maskSecrets(json, entry.type)) : `cannot be read: ${failure.message}`;
}

function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.length <= longestText ? text : `${text.slice(0, longestText)}\n... (${text.length} characters)`;
}
