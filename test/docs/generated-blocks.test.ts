import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withBlock } from '../../docs/generated-block.js';
import { generatedBlocks } from '../../docs/generated-blocks.js';
import { packageFile } from '../../src/wire/package-file.js';

describe('generated parts of the documents', () => {
  it('are fresh (npm run docs writes them)', async () => {
    for (const block of await generatedBlocks()) {
      const document = await readFile(packageFile(block.file), 'utf8');
      expect(withBlock(document, block), `${block.file}: ${block.name}`).toBe(document);
    }
  });

  it('need their markers', () => {
    expect(() => withBlock('# Title\n', { file: 'a.md', name: 'x', text: 'y' })).toThrow(
      "no markers for the generated block 'x'",
    );
  });
});
