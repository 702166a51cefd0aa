import { type Cluster, typedObjects } from '../../fixtures/cluster/index.js';
import type { InventoryView, Upload } from '../../src/conformance/analyst.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import { messageType } from '../../src/wire/protos.js';

export interface RequestEntry {
  readonly type: string;
  readonly compressed_info: Uint8Array;
}

export function entriesOf(cluster: Cluster): RequestEntry[] {
  return Array.from(typedObjects(cluster), ({ type, object }) => ({ type, compressed_info: encodeEntry(object) }));
}

export function requestOf(entries: readonly RequestEntry[], fields: object = {}): Uint8Array {
  const common = { cluster_id: 'demo', version: '1', agent_id: 1, source_ip: '10.0.0.9' };
  return messageType('agent.KubernetesAPISyncRequest').encode({ ...common, ...fields, entries: [...entries] });
}

export function uploadOf(entries: readonly RequestEntry[], more: Partial<Upload> = {}): Upload {
  const common = { seq: 1, time: 0, clusterId: 'demo', version: 1n, errorMsg: '', registered: true, stored: true };
  return { ...common, bytes: requestOf(entries), ...more };
}

export const plainView: InventoryView = { compat: 'v7', version: 1n, errorMsg: '', registered: true };

export function parseJson(bytes: Uint8Array | null): unknown {
  return bytes === null ? null : JSON.parse(Buffer.from(bytes).toString());
}
