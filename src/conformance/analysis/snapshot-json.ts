import { decodeEntryJson } from '../../wire/entry-codec.js';
import { type RawEntry, splitEntries } from '../../wire/wire-format.js';
import { createJsonWriter } from './json-bytes.js';

/** `{type string: [object, ...]}` of an upload, in order of the entries; what cannot be read is left out. */
export function snapshotJson(request: Uint8Array): Uint8Array<ArrayBuffer> {
  const byType = new Map<string, RawEntry[]>();
  splitEntries(request, (entry) => {
    const ofType = byType.get(entry.type);
    if (ofType === undefined) byType.set(entry.type, [entry]);
    else ofType.push(entry);
  });
  const writer = createJsonWriter();
  writer.text('{');
  let typeSeparator = '';
  for (const [type, entries] of byType) {
    writer.text(`${typeSeparator}${JSON.stringify(type)}:[`);
    typeSeparator = ',';
    let separator = '';
    for (const entry of entries) {
      const { failure, json } = decodeEntryJson(entry);
      if (failure !== null) continue;
      writer.text(separator + JSON.stringify(json));
      separator = ',';
    }
    writer.text(']');
  }
  writer.text('}');
  return writer.bytes();
}
