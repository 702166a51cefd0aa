import { findMethod, messageType } from '../wire/protos.js';

/** A message of a call as JSON, bytes in hexadecimal; null where the path names no method, or the bytes are no such message. */
export function messageText(path: string, bytes: Uint8Array, which: 'request' | 'answer'): string | null {
  const method = findMethod(path);
  if (method === null || bytes.length === 0) return null;
  const { message } = messageType(which === 'request' ? method.requestType : method.responseType).tryDecode(bytes);
  return message === null ? null : JSON.stringify(message, withHex);
}

function withHex(this: unknown, key: string, value: unknown): unknown {
  // JSON.stringify has made an object of a Buffer already; its holder still has it.
  const held = (this as Readonly<Record<string, unknown>>)[key];
  return held instanceof Uint8Array ? Buffer.from(held).toString('hex') : value;
}
