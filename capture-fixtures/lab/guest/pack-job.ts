import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileBpf } from '../bpf.js';
import type { CniLab } from '../cni-lab.js';
import { run } from '../shell.js';

/** What a guest is to run, as a tar archive: this very lab in one file, its traffic, its compiled programs. */
export async function packJob({ id, programs = [] }: CniLab, program: string, scratch: string): Promise<string> {
  const folder = join(scratch, 'job');
  const objects = join(folder, 'objects');
  await mkdir(objects, { recursive: true });
  const compiledLab = join(dirname(fileURLToPath(import.meta.url)), '..', 'record.js');
  // Named here only: the bundle in the guest has no bundler.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: compiledLab, platform: 'node', external: ['rolldown'], logLevel: 'warn' });
  await bundle.write({ file: join(folder, 'lab.mjs'), format: 'esm', codeSplitting: false });
  await bundle.close();
  await copyFile(join(program, 'traffic.py'), join(folder, 'traffic.py'));
  for (const bpf of programs) await compileBpf(bpf, program, objects);
  await writeFile(join(folder, 'run.sh'), `exec node lab.mjs --here --objects objects --out /tmp/out ${id}\n`);
  const archive = join(scratch, 'job.tar');
  await run('tar', ['-C', folder, '-cf', archive, '.']);
  return archive;
}
