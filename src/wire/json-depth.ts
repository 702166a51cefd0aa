const quote = 0x22;
const backslash = 0x5c;

/**
 * Tells whether arrays and objects are nested deeper than `maxLevels`. Takes JSON text as UTF-8; of text that is not
 * JSON it tells something, but never fails.
 */
export function isDeeperThan(text: Uint8Array, maxLevels: number): boolean {
  // Each level needs a bracket at either end, and few texts have that many brackets.
  if (text.length <= 2 * maxLevels || countOpening(text) <= maxLevels) {
    return false;
  }
  let level = 0;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index] as number;
    if (byte === quote) {
      index = endOfString(text, index + 1);
    } else if (isOpening(byte)) {
      level++;
      if (level > maxLevels) {
        return true;
      }
    } else if (isClosing(byte)) {
      level--;
    }
  }
  return false;
}

function countOpening(text: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if (isOpening(text[index] as number)) {
      count++;
    }
  }
  return count;
}

/** "[" and "{" differ in one bit, and so do "]" and "}". */
function isOpening(byte: number): boolean {
  return (byte | 0x20) === 0x7b;
}

function isClosing(byte: number): boolean {
  return (byte | 0x20) === 0x7d;
}

function endOfString(text: Uint8Array, start: number): number {
  let index = start;
  while (index < text.length && text[index] !== quote) {
    index += text[index] === backslash ? 2 : 1;
  }
  return index;
}
