/** Elements that are turned to text at a time: few enough that no string becomes long. */
const batch = 1_000;

/**
 * JSON in UTF-8 of an object of which some properties hold many elements. The text is never held as one string, whose
 * length V8 limits, and the result owns its buffer, so that it can be transferred to another thread.
 */
export function jsonBytes(value: object): Uint8Array<ArrayBuffer> {
  const writer = createJsonWriter();
  writer.text('{');
  let separator = '';
  for (const [key, property] of Object.entries(value)) {
    if (property === undefined) continue;
    writer.text(`${separator}${JSON.stringify(key)}:`);
    separator = ',';
    if (Array.isArray(property) && property.length > batch) writeArray(writer, property);
    else writer.text(JSON.stringify(property));
  }
  writer.text('}');
  return writer.bytes();
}

function writeArray(writer: JsonWriter, elements: readonly unknown[]): void {
  writer.text('[');
  for (let at = 0; at < elements.length; at += batch) {
    if (at > 0) writer.text(',');
    writer.text(JSON.stringify(elements.slice(at, at + batch)).slice(1, -1));
  }
  writer.text(']');
}

/** Collects text as UTF-8. */
export interface JsonWriter {
  text(text: string): void;
  bytes(): Uint8Array<ArrayBuffer>;
}

export function createJsonWriter(): JsonWriter {
  const chunks: Buffer[] = [];
  let pending = '';
  let length = 0;
  const flush = (): void => {
    if (pending === '') return;
    const chunk = Buffer.from(pending);
    chunks.push(chunk);
    length += chunk.length;
    pending = '';
  };
  return {
    text(text) {
      pending += text;
      if (pending.length > 65_536) flush();
    },
    bytes() {
      flush();
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      return bytes;
    },
  };
}
