/**
 * Text of others for one line of a terminal or a log: line ends become spaces, and what a terminal would obey (control
 * characters, marks that turn the direction of writing) becomes U+FFFD.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\s*[\r\n\t\u2028\u2029]+\s*/g, ' ')
    .replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '\u{FFFD}');
}
