import { oneLine } from './one-line.js';

/** Text of others within a line or a table cell of Markdown: nothing of it is markup, HTML, a link or a mention. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}[\]|~>]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
    .replaceAll(/:(?=\S)/g, '&#58;')
    .replaceAll(/www\./gi, 'www&#46;');
}

/** The same as code, with a fence that is longer than any row of backticks within; for table cells, too. */
export function markdownCode(text: string): string {
  const line = oneLine(text).replaceAll('|', '\\|');
  if (line.trim() === '') return '';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** A block of code of several lines. */
export function markdownBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.toWellFormed().trimEnd()}\n${fence}\n`;
}
