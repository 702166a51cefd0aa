import { catalogue } from '../src/conformance/catalogue.js';
import { catalogueMarkdown } from '../src/report/rule-text.js';
import type { GeneratedBlock } from './generated-block.js';

/** Every part of the documents that code writes. */
export function generatedBlocks(): readonly GeneratedBlock[] {
  return [{ file: 'docs/rules.md', name: 'rules', text: catalogueMarkdown(catalogue()) }];
}
