import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { buildForChild } from '../journal/child-build.js';
import { readBack, seqs } from '../journal/records.js';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { connect, someEntries } from './support/grpc-client.js';

const program = `
import { createFakeServer } from './src/server/fake-server.js';
const server = await createFakeServer({ compat: 'v7', clusters: [], strictPackages: false, listen: { host: '127.0.0.1', port: 0 },
  journal: { directory: process.argv[2], fsync: false } });
process.stdout.write(server.grpc + '\\n');
`;

it('a server that is killed has every call in its journal that it had answered', async () => {
  const build = buildForChild(['server/fake-server.ts']);
  const directory = temporaryDirectory();
  writeFileSync(join(build, 'child.js'), program);
  const child = spawn(process.execPath, [join(build, 'child.js'), directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [address] = await once(createInterface({ input: child.stdout }), 'line');
  const client = connect(String(address));
  const answered: bigint[] = [];
  const upload = async (worker: number) => {
    for (let round = 1; ; round++) {
      const version = BigInt(worker * 1_000_000 + round);
      const filler = { type: 'x', compressedInfo: Buffer.alloc(round % 20 === 0 ? 500_000 : 10) };
      const answer = await client.sync({
        clusterId: `c${worker}`,
        version,
        agentId: 1,
        entries: [...someEntries, filler],
      });
      expect(answer).toBe(version);
      answered.push(version);
      if (answered.length === 300) {
        child.kill('SIGKILL');
      }
    }
  };
  await Promise.allSettled([1, 2, 3, 4].map(upload));
  await exited;
  expect(answered.length).toBeGreaterThanOrEqual(300);
  const { records, damages } = await readBack(directory);
  expect(damages.every(({ kind }) => kind === 'torn-tail')).toBe(true);
  const journalled = new Set(records.flatMap((record) => (record.kind === 'call' ? [versionOf(record.response)] : [])));
  expect(answered.filter((version) => !journalled.has(version))).toEqual([]);
  expect(new Set(seqs(records)).size).toBe(seqs(records).length);
});

function versionOf(response: Uint8Array): bigint {
  let version = 0n;
  for (const [index, byte] of response.subarray(1).entries()) {
    version |= BigInt(byte & 0x7f) << BigInt(7 * index);
  }
  return version;
}
