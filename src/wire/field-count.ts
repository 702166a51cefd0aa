import type protobuf from 'protobufjs';
import type { MessageName } from './message-types.js';
import { lookupMessage } from './schema.js';
import { WireReader, wireTypes } from './wire-reader.js';

/**
 * Whether a message has more fields than `limit`, those of inner messages included. Bytes that do not say how many objects
 * they become are looked through without making any: a field of two bytes may become a message of 200.
 *
 * @param name full name, e.g. `agent.GenesisSyncRequest`
 */
export function hasMoreFields(name: MessageName, bytes: Uint8Array, limit: number): boolean {
  // Each field has two bytes at least, unless it is packed.
  if (bytes.length <= limit) return false;
  return countFields(lookupMessage(name), bytes, new WireReader(bytes), limit) < 0;
}

/** @returns how many more there may be; negative: there are too many. Where the bytes break, it is what was found before. */
function countFields(type: protobuf.Type, bytes: Uint8Array, reader: WireReader, limit: number): number {
  let left = limit;
  while (left >= 0 && reader.next()) {
    left -= 1;
    const field = type.fieldsById[reader.field];
    const isBytes = reader.wireType === wireTypes.bytes;
    if (!reader.skip()) break;
    if (field === undefined || !isBytes) continue;
    const inner = field.resolvedType;
    if (inner !== null && 'fieldsById' in inner) {
      left = countFields(inner, bytes, new WireReader(bytes, reader.start, reader.stop), left);
    } else if (field.repeated && field.type !== 'string' && field.type !== 'bytes') {
      // Packed numbers of one byte or more.
      left -= reader.stop - reader.start;
    }
  }
  return left;
}
