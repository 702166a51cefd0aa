/** Writes anew what recordings are to show, from what the labs declare: `node dist/capture-fixtures/lab/declare.js`. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedSpan, expectedText } from './expected.js';
import { labs } from './labs.js';
import { spans } from './plan.js';

const root = process.argv[2] ?? 'capture-fixtures/recordings';
for (const lab of labs) {
  const recorded = await readdir(join(root, lab.id)).catch((): string[] => []);
  for (const span of spans) {
    const points = lab.points[span];
    if (points === undefined || !recorded.includes(span)) continue;
    await writeFile(join(root, lab.id, span, 'expected.json'), expectedText(expectedSpan(lab, span, points)));
  }
}
