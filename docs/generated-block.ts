/** A part of a document that code writes: what stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`. */
export interface GeneratedBlock {
  /** Relative to the package. */
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

/** @throws Error where the document has no such markers */
export function withBlock(document: string, { file, name, text }: GeneratedBlock): string {
  const begin = `<!-- generated: ${name} -->\n`;
  const end = `<!-- end: ${name} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${file} has no markers for the generated block '${name}'.`);
  return `${document.slice(0, from + begin.length)}\n${text.trimEnd()}\n\n${document.slice(to)}`;
}
