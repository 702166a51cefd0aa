import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { obstacles } from '../../capture-fixtures/lab/tools.js';
import { packageFile } from '../../src/wire/package-file.js';
import { expectRight, expectVariant } from './support/expect-recording.js';
import { type Recording, recordingsIn } from './support/recordings.js';

/** One whose Pods have veths, and one whose Pods have none: the lab is shown to work, the rest is recorded by hand. */
const recorded = ['flannel-vxlan', 'macvlan'];
const hindrances = await obstacles();
const why = hindrances.length > 0 ? ` (skipped: ${hindrances.join('; ')})` : '';
const program = packageFile('dist/capture-fixtures/lab/record.js');

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs the lab; `onOutput` is told all that it has said so far. */
function runLab(args: readonly string[], onOutput: (said: string, pid: number) => void = () => undefined) {
  return new Promise<Ended & { readonly pid: number }>((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const pid = child.pid ?? 0;
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      onOutput(said, pid);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said, pid }));
  });
}

/** Namespaces and mounts of a lab, and processes that run in one. */
async function remainsOf(pid: number): Promise<readonly string[]> {
  const namespaces = (await readdir('/run/netns').catch((): string[] => [])).filter((name) =>
    name.includes(`-${pid}-`),
  );
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').filter((line) => line.includes(`lab-${pid}-`));
  const processes: string[] = [];
  for (const entry of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`plumbline-lab-${pid}-`)) processes.push(`${entry} ${command}`);
  }
  return [...namespaces, ...mounts, ...processes];
}

describe.skipIf(hindrances.length > 0)(`the lab, run anew${why}`, () => {
  let folder = '';
  let ended: (Ended & { readonly pid: number }) | null = null;
  let fresh: readonly Recording[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-fresh-'));
    ended = await runLab([...recorded, '--out', folder]);
    fresh = recordingsIn(folder);
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('records every span and leaves nothing behind', async () => {
    expect(ended).toMatchObject({ code: 0 });
    expect(fresh.map(({ cni, span }) => `${cni} ${span}`)).toHaveLength(recorded.length * 5);
    expect(await remainsOf(ended?.pid ?? 0)).toEqual([]);
  });

  it('shows what was recorded before, under right and wrong configurations', async () => {
    for (const recording of fresh) {
      await expectRight(recording);
      for (const variant of recording.expected.variants) await expectVariant(recording, variant);
    }
    expect(fresh.flatMap(({ expected }) => expected.variants).length).toBeGreaterThan(2);
  }, 60_000);

  it('leaves nothing behind when it is interrupted in the midst, and writes nothing', async () => {
    let sent = false;
    const out = join(folder, 'interrupted');
    const interrupted = await runLab(['flannel-vxlan', '--out', out], (said, pid) => {
      // The second span is being recorded.
      if (!sent && said.includes('same-node')) {
        sent = true;
        setTimeout(() => process.kill(pid, 'SIGINT'), 400);
      }
    });
    expect(interrupted).toMatchObject({ code: 130, said: expect.stringContaining('interrupted') });
    expect(await remainsOf(interrupted.pid)).toEqual([]);
    expect(existsSync(out)).toBe(false);
  }, 60_000);
});

describe('the lab, asked for what it cannot do', () => {
  it('names the labs that there are', async () => {
    const { code, said } = await runLab(['flanel']);
    expect(code).toBe(2);
    expect(said).toContain('flannel-vxlan, host-gw');
  });
});
