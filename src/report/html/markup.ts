import { escapeXml } from '../escape-xml.js';

/** Text that is HTML or SVG already. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | null | readonly Part[];

/** HTML or SVG from a template: what is put in is escaped unless it is markup itself; null is nothing. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, i) => (i === 0 ? text : partText(parts[i - 1] ?? null) + text)).join('') };
}

function partText(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escapeXml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(partText).join('');
}
