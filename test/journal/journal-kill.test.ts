import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { openJournalWriter } from '../../src/journal/journal-writer.js';
import { buildForChild } from './child-build.js';
import { callRecord, readBack, seqs } from './records.js';
import { temporaryDirectory } from './temporary-directory.js';

/** Appends for ever, small records and large ones, and prints the number of each once its append has resolved. */
const program = `
import { writeSync } from 'node:fs';
import { openJournalWriter } from './src/journal/journal-writer.js';
const writer = await openJournalWriter(process.argv[2], { fsync: process.argv[3] === 'fsync' });
for (let seq = 1; ; seq++) {
  const request = Buffer.alloc(seq % 50 === 0 ? 2_000_000 : seq % 300, seq);
  await writer.append({ kind: 'call', seq, time: seq, duration: 0, peer: '', path: '/p', metadata: [], outcome: 'unary', request,
    response: new Uint8Array(0), status: 0, statusMessage: '' });
  writeSync(1, seq + '\\n');
}
`;

it.each(['no-fsync', 'fsync'])(
  'a process that is killed loses no record whose append had resolved (%s)',
  async (mode) => {
    const build = buildForChild(['journal/journal-writer.ts']);
    const directory = temporaryDirectory();
    writeFileSync(join(build, 'child.js'), program);
    const child = spawn(process.execPath, [join(build, 'child.js'), directory, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let last = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      if (last === 330) {
        child.kill('SIGKILL');
      }
    }
    expect(last).toBeGreaterThanOrEqual(330);
    const { records, damages } = await readBack(directory);
    expect(seqs(records).slice(0, last)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    expect(damages.every((damage) => damage.kind === 'torn-tail')).toBe(true);

    const next = await openJournalWriter(directory, { fsync: false });
    expect(next.lastSeq).toBe(records.length);
    await next.append(callRecord(records.length + 1));
    await next.close();
    expect(seqs((await readBack(directory)).records)).toHaveLength(records.length + 1);
  },
);
