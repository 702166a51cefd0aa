import type { RememberedCall } from '../../journal/memory-journal.js';
import { findMethod, messageType } from '../../wire/protos.js';
import { scanSyncRequest, splitEntries } from '../../wire/wire-format.js';

/** A call without its messages, for lists. */
export function callSummary({ position, call, requestBytes, responseBytes }: RememberedCall): object {
  const { seq, time, duration, peer, path, outcome, status, statusMessage, fault } = call;
  return {
    ...{ position, seq, time, duration, peer, path, outcome, status, statusMessage, requestBytes, responseBytes },
    ...(fault === undefined ? {} : { fault: fault.id }),
  };
}

/** A call with all that can be said of its messages in little space. */
export function callDetail(remembered: RememberedCall): object {
  const { call, bodiesDropped, answerDropped } = remembered;
  return {
    ...callSummary(remembered),
    metadata: call.metadata,
    bodiesDropped,
    answerDropped,
    request: bodiesDropped ? null : describeRequest(call.path, call.request),
    response: answerDropped ? null : describeResponse(call.path, call.response),
  };
}

/** Larger messages than this, bytes, are not decoded, except for KubernetesAPISync, which is only skimmed. */
const decodeLimit = 256 * 1024;

const maxTypes = 200;

function describeRequest(path: string, bytes: Uint8Array): object | null {
  if (path.endsWith('.Synchronizer/KubernetesAPISync')) {
    return describeSync(bytes);
  }
  const method = findMethod(path);
  return method === null ? null : decode(method.requestType, bytes);
}

function describeResponse(path: string, bytes: Uint8Array): object | null {
  const method = findMethod(path);
  return method === null ? null : decode(method.responseType, bytes);
}

function decode(type: Parameters<typeof messageType>[0], bytes: Uint8Array): object {
  if (bytes.length > decodeLimit) {
    return { type, note: `not decoded: larger than ${decodeLimit} bytes` };
  }
  const { message, problem } = messageType(type).tryDecode(bytes);
  return message === null ? { type, problem } : { type, fields: message };
}

function describeSync(bytes: Uint8Array): object {
  const { version, present, ...scan } = scanSyncRequest(bytes);
  const types = new Map<string, { entries: number; bytes: number }>();
  let otherTypes = 0;
  splitEntries(bytes, ({ type, compressedInfo }) => {
    const name = type.slice(0, 100);
    const known = types.get(name);
    if (known === undefined && types.size >= maxTypes) {
      otherTypes += 1;
      return;
    }
    const size = compressedInfo?.length ?? 0;
    types.set(name, { entries: (known?.entries ?? 0) + 1, bytes: (known?.bytes ?? 0) + size });
  });
  return {
    type: 'KubernetesAPISyncRequest',
    fields: {
      ...scan,
      clusterId: scan.clusterId.slice(0, 1000),
      errorMsg: scan.errorMsg.slice(0, 4096),
      sourceIp: scan.sourceIp.slice(0, 1000),
      teamId: scan.teamId.slice(0, 1000),
      version: version.toString(),
      present,
    },
    types: Object.fromEntries(types),
    otherTypes,
  };
}
