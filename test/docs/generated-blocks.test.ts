import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withBlock } from '../../docs/generated-block.js';
import { generatedBlocks } from '../../docs/generated-blocks.js';
import { packageFile } from '../../src/wire/package-file.js';

describe('generated parts of the documents', () => {
  it.each(generatedBlocks().map((block) => ({ title: `${block.file}: ${block.name}`, block })))(
    '$title is fresh (npm run docs writes it)',
    async ({ block }) => {
      const document = await readFile(packageFile(block.file), 'utf8');
      expect(withBlock(document, block)).toBe(document);
    },
  );

  it('refuses a document without the markers', () => {
    expect(() => withBlock('# Title\n', { file: 'a.md', name: 'x', text: 'y' })).toThrow("no markers for the generated block 'x'");
  });
});
