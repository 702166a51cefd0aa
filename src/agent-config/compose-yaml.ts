import { Composer, type Document, Lexer, LineCounter, Parser } from 'yaml';

export type ComposedYaml =
  | { readonly ok: true; readonly documents: readonly Document.Parsed[]; readonly lines: LineCounter }
  | {
      readonly ok: false;
      readonly found: string;
      readonly expected: string;
      readonly hint: string;
      /** Into the text. */
      readonly offset: number;
      readonly lines: LineCounter;
    };

/** Words, signs, blanks, comments: DeepFlow's own example, 75 kB of text, has 7,000. */
const maxLexemes = 40_000;
const maxDepth = 128;

/**
 * Reads YAML piece by piece and stops where it gets too much: the parser's time grows with the square of the levels, and
 * what is nested deep would exhaust the stack of whoever looks at it. Keys are not checked for being there twice, which
 * the library does in time that grows with the square of their number. At most two documents are read.
 */
export function composeYaml(text: string): ComposedYaml {
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ lineCounter: lines, uniqueKeys: false, prettyErrors: true });
  const documents: Document.Parsed[] = [];
  lines.addNewLine(0);
  let lexemes = 0;
  const limit = (found: string, expected: string, hint: string): ComposedYaml => {
    return { ok: false, found, expected, hint, offset: parser.offset, lines };
  };
  try {
    for (const lexeme of new Lexer().lex(text)) {
      lexemes += 1;
      for (const token of parser.next(lexeme)) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
      if (documents.length > 1) return { ok: true, documents, lines };
      if (parser.stack.length > maxDepth) {
        return limit(
          'text that is nested too deep',
          'fewer than 64 levels',
          "DeepFlow's deepest key lies on the eighth level.",
        );
      }
      if (lexemes > maxLexemes) {
        const hint = `${maxLexemes} words and signs are taken; DeepFlow's whole example has a quarter of that.`;
        return limit('more text than configurations have', 'a configuration that people can read', hint);
      }
    }
    for (const token of parser.end()) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
    documents.push(...(composer.end(true, text.length) as Iterable<Document.Parsed>));
  } catch (error) {
    return limit('text that is no YAML', 'YAML', `${error instanceof Error ? error.message : String(error)}.`);
  }
  return { ok: true, documents, lines };
}
