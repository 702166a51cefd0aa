import { WireReader, wireTypes } from '../../wire/wire-reader.js';

const entriesField = 10;

/** Whether a call may make the server hold another snapshot: one that brings entries. Reads no further than the first of them. */
export function isUpload(path: string, request: Uint8Array): boolean {
  if (!path.endsWith('/KubernetesAPISync')) return false;
  const reader = new WireReader(request);
  while (reader.next()) {
    if (reader.field === entriesField && reader.wireType === wireTypes.bytes) return true;
    reader.skip();
  }
  return false;
}
