/**
 * DeepFlow compiles its expressions with Rust's regex crate. JavaScript's engine stands in for it here: what Rust refuses
 * is refused, what it spells otherwise is rewritten, and what cannot be carried over is named.
 */
export type CompiledRegex =
  | { readonly ok: true; readonly regex: RegExp }
  | { readonly ok: false; readonly message: string };

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** A problem of the expression, thrown inside this file only. */
class RegexProblem extends Error {}

/** The expression is searched for anywhere in the text, as the agent does: `eth0` matches `veth0` too. */
export function compileRustRegex(source: string): CompiledRegex {
  try {
    const { pattern, flags } = translate(source);
    return { ok: true, regex: new RegExp(pattern, flags) };
  } catch (error) {
    const message =
      error instanceof Error
        ? error.message.replace(/^Invalid regular expression: (\/.*\/[a-z]*: )?/s, '')
        : String(error);
    return { ok: false, message };
  }
}

function translate(source: string): { pattern: string; flags: string } {
  let pattern = '';
  let flags = 'u';
  let rest = source;
  const leading = /^\(\?([a-zA-Z]+)\)/.exec(rest);
  if (leading !== null) {
    for (const flag of leading[1] ?? '') {
      if (flag === 'i' || flag === 'm' || flag === 's') flags += flag;
      else if (flag !== 'u') throw new RegexProblem(`the flag (?${flag}) of Rust's regex has no counterpart here`);
    }
    rest = rest.slice(leading[0].length);
  }
  while (rest !== '') {
    const [written, used] = rest[0] === '[' ? characterClass(rest) : outsideClass(rest);
    pattern += written;
    rest = rest.slice(used);
  }
  return { pattern, flags };
}

/** What the start of `rest` becomes, and how much of it that takes. */
function outsideClass(rest: string): readonly [string, number] {
  if (rest[0] === '\\') return escapeSequence(rest, false);
  if (rest.startsWith('(?')) return group(rest);
  if (rest[0] === ']' || rest[0] === '}') return [`\\${rest[0]}`, 1];
  if (rest[0] === '{') {
    const bounds = /^\{\d+(,\d*)?\}/.exec(rest);
    if (bounds === null)
      throw new RegexProblem('"{" begins a repetition such as {2,4}; as a character it is written \\{');
    return [bounds[0], bounds[0].length];
  }
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return [character, character.length];
}

function group(rest: string): readonly [string, number] {
  if (/^\(\?(=|!|<=|<!)/.test(rest)) throw new RegexProblem("look-around such as (?=...) is not in Rust's regex");
  if (rest.startsWith('(?:')) return ['(?:', 3];
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
  if (named !== null) return [`(?<${named[1]}>`, named[0].length];
  throw new RegexProblem(`the group "${rest.slice(0, 4)}" has no counterpart here (flags only at the very start)`);
}

function escapeSequence(rest: string, inClass: boolean): readonly [string, number] {
  const next = rest[1];
  if (next === undefined) throw new RegexProblem('the expression ends in a lone "\\"');
  if (/[1-9k]/.test(next)) throw new RegexProblem(`back-references such as \\${next} are not in Rust's regex`);
  if (!inClass && next === 'A') return ['(?<![\\s\\S])', 2];
  if (!inClass && next === 'z') return ['(?![\\s\\S])', 2];
  if (!inClass && (next === 'b' || next === 'B')) return [`\\${next}`, 2];
  if (next === 'a') return ['\\x07', 2];
  const long = /^\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[xu]\{[0-9A-Fa-f]+\}|[pP]\{[^}]*\}|[pP][A-Z])/.exec(rest);
  if (long !== null) return [unicodeEscape(long[1] ?? ''), long[0].length];
  if (/[dDsSwWnrtvf]/.test(next)) return [`\\${next}`, 2];
  if (/[\^$\\.*+?()[\]{}|/]/.test(next) || (inClass && next === '-')) return [`\\${next}`, 2];
  if (/[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/.test(next)) return [next, 2];
  throw new RegexProblem(`"\\${next}" is not an escape of Rust's regex`);
}

function unicodeEscape(body: string): string {
  if (/^[pP][A-Z]$/.test(body)) return `\\${body[0]}{${body[1]}}`;
  return body.startsWith('x{') ? `\\u${body.slice(1)}` : `\\${body}`;
}

function characterClass(rest: string): readonly [string, number] {
  let at = rest[1] === '^' ? 2 : 1;
  let written = at === 2 ? '[^' : '[';
  let first = true;
  for (;;) {
    const character = rest[at];
    if (character === undefined) throw new RegexProblem('a "[" is not closed');
    if (character === ']' && !first) return [`${written}]`, at + 1];
    if (/^(&&|--|~~)/.test(rest.slice(at)) && !first) {
      throw new RegexProblem(`the set operation "${rest.slice(at, at + 2)}" of Rust's classes has no counterpart here`);
    }
    first = false;
    if (character === '[') {
      const posix = /^\[:(\w+):\]/.exec(rest.slice(at));
      const set = posix === null ? undefined : posixClasses[posix[1] ?? ''];
      if (posix === null || set === undefined) {
        throw new RegexProblem('a class within a class has no counterpart here; "[" as a character is written \\[');
      }
      written += set;
      at += posix[0].length;
    } else if (character === '\\') {
      const [escaped, used] = escapeSequence(rest.slice(at), true);
      written += escaped;
      at += used;
    } else {
      const whole = String.fromCodePoint(rest.codePointAt(at) ?? 0);
      written += whole === ']' ? '\\]' : whole;
      at += whole.length;
    }
  }
}
