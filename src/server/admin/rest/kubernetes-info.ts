const quote = 0x22;
const backslash = 0x5c;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;

/** How much is turned at a time, bytes: others get their turn in between. */
const sliceBytes = 256 * 1024;

/**
 * `{type: [object, ...]}` as the real server gives it: each object is a text that holds its JSON. A snapshot may have a
 * hundred megabytes, so it is turned piece by piece, while it is sent.
 *
 * @param snapshot JSON without blanks, UTF-8
 */
export function kubernetesInfo(snapshot: Uint8Array): Response {
  const turner = createTurner();
  let offset = 0;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('{"OPT_STATUS":"SUCCESS","DESCRIPTION":"","DATA":')),
    pull: async (controller) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (offset >= snapshot.length) {
        controller.enqueue(Buffer.from('}'));
        controller.close();
        return;
      }
      controller.enqueue(turner(snapshot.subarray(offset, offset + sliceBytes)));
      offset += sliceBytes;
    },
  });
  return new Response(stream, { headers: { 'content-type': 'application/json' } });
}

/** Turns one piece after the other. Objects are the third level of brackets and braces. */
function createTurner(): (piece: Uint8Array) => Uint8Array {
  let depth = 0;
  let inText = false;
  let escaped = false;
  return (piece) => {
    const turned = Buffer.allocUnsafe(piece.length * 2 + 2);
    let length = 0;
    for (const byte of piece) {
      const opens = !inText && (byte === braceOpen || byte === bracketOpen);
      if (opens) depth += 1;
      const inObject = depth > 2;
      if (opens && depth === 3) turned[length++] = quote;
      if (inObject && (byte === quote || byte === backslash)) turned[length++] = backslash;
      turned[length++] = byte;
      if (!inText && (byte === braceClose || byte === bracketClose)) {
        if (depth === 3) turned[length++] = quote;
        depth -= 1;
      }
      if (escaped) escaped = false;
      else if (inText && byte === backslash) escaped = true;
      else if (byte === quote) inText = !inText;
    }
    return turned.subarray(0, length);
  };
}
