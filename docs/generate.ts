/** Writes the generated parts of the documents: `npm run docs`. */
import { readFile, writeFile } from 'node:fs/promises';
import { replayReportJsonSchema } from '../src/report/replay-report-schema.js';
import { verdictReportJsonSchema } from '../src/report/verdict-report-schema.js';
import { packageFile } from '../src/wire/package-file.js';
import { withBlock } from './generated-block.js';
import { generatedBlocks } from './generated-blocks.js';

await writeFile(packageFile('docs/schemas/replay-report.schema.json'), replayReportJsonSchema());
await writeFile(packageFile('docs/schemas/check-report.schema.json'), verdictReportJsonSchema());
for (const block of await generatedBlocks()) {
  const path = packageFile(block.file);
  const before = await readFile(path, 'utf8');
  const after = withBlock(before, block);
  if (after !== before) {
    await writeFile(path, after);
    process.stdout.write(`${block.file}: ${block.name} written\n`);
  }
}
