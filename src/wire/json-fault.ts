/** Where a text stops being JSON (RFC 8259). */
export interface JsonFault {
  /** UTF-16 units from the start. */
  readonly offset: number;
  /** What stands there, quoted, or "the end". */
  readonly found: string;
  readonly expected: string;
}

type Expected = 'value' | 'value or "]"' | 'name' | 'name or "}"' | '":"' | '"," or "]"' | '"," or "}"' | 'the end';

const literalOrNumber = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds the first place that keeps a text from being JSON; null where it is JSON. JSON.parse only knows *that* it fails:
 * its messages differ between Node versions, and most name no place.
 */
export function findJsonFault(text: string): JsonFault | null {
  const closers: ('}' | ']')[] = [];
  let expected: Expected = 'value';
  let index = 0;

  const afterValue = (): Expected => {
    const closer = closers.at(-1);
    return closer === undefined ? 'the end' : closer === ']' ? '"," or "]"' : '"," or "}"';
  };

  for (;;) {
    index = skipSpace(text, index);
    const char = text[index];
    if (char === undefined) {
      return expected === 'the end' ? null : faultAt(text, index, expected);
    }
    const takesValue: boolean = expected === 'value' || expected === 'value or "]"';
    if (takesValue && (char === '{' || char === '[')) {
      closers.push(char === '{' ? '}' : ']');
      expected = char === '{' ? 'name or "}"' : 'value or "]"';
      index++;
    } else if (char === closers.at(-1) && expected.endsWith(`or "${char}"`)) {
      closers.pop();
      expected = afterValue();
      index++;
    } else if (char === ',' && expected.startsWith('","')) {
      expected = closers.at(-1) === '}' ? 'name' : 'value';
      index++;
    } else if (char === ':' && expected === '":"') {
      expected = 'value';
      index++;
    } else if (char === '"' && (takesValue || expected.startsWith('name'))) {
      const end = endOfString(text, index);
      if (typeof end !== 'number') return end;
      expected = takesValue ? afterValue() : '":"';
      index = end;
    } else {
      const end = takesValue ? match(literalOrNumber, text, index) : index;
      if (end === index) return faultAt(text, index, expected);
      expected = afterValue();
      index = end;
    }
  }
}

function skipSpace(text: string, start: number): number {
  let index = start;
  while (text[index] === ' ' || text[index] === '\n' || text[index] === '\r' || text[index] === '\t') {
    index++;
  }
  return index;
}

/** Offset behind the closing quote, or the fault inside. */
function endOfString(text: string, start: number): number | JsonFault {
  let index = start + 1;
  for (;;) {
    const char = text[index];
    if (char === '"') {
      return index + 1;
    }
    if (char === undefined || char < ' ') {
      return faultAt(text, index, `the rest of the string that begins at character ${start}`);
    }
    if (char === '\\') {
      const end = match(escapeSequence, text, index);
      if (end === index) return faultAt(text, index, 'an escape sequence');
      index = end;
    } else {
      index++;
    }
  }
}

/** The end of what the sticky pattern matches at `index`, or `index`. */
function match(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(text) ? pattern.lastIndex : index;
}

function faultAt(text: string, offset: number, expected: string): JsonFault {
  const point = text.codePointAt(offset);
  return { offset, found: point === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(point)), expected };
}
