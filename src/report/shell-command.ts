/** Words as a POSIX shell reads them back, on one line; what a terminal would obey is written as bash's escapes. */
export function shellCommand(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

const unprintable = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  const text = word.toWellFormed();
  if (text.search(unprintable) < 0) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text
    .replaceAll(/[\\']/g, '\\$&')
    .replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `$'${escaped}'`;
}
