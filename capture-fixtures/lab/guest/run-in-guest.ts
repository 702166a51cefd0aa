import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CniLab } from '../cni-lab.js';
import { LabError } from '../lab-error.js';
import { run } from '../shell.js';
import type { Guest } from './guest.js';
import { packJob } from './pack-job.js';

export interface GuestRun {
  /** Folder that holds one folder for each CNI. */
  readonly out: string;
  /** Folder of the lab's programs. */
  readonly program: string;
  readonly onProgress: (text: string) => void;
  readonly interruption: AbortSignal;
}

const mebibyte = 1 << 20;

/** Records a lab on the guest's kernel; @throws LabError where it fails */
export async function recordInGuest(
  guest: Guest,
  lab: CniLab,
  { out, program, onProgress, interruption }: GuestRun,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'plumbline-lab-guest-'));
  try {
    const job = await packJob(lab, program, scratch);
    const results = join(scratch, 'results.tar');
    const file = await open(results, 'w');
    await file.truncate(256 * mebibyte);
    await file.close();
    const code = await runGuest(guest, { job, results, onProgress, interruption });
    if (interruption.aborted) throw new LabError('interrupted');
    if (code !== 0) throw new LabError(`the lab in the guest ended with ${code}`);
    await mkdir(out, { recursive: true });
    await rm(join(out, lab.id), { recursive: true, force: true });
    await run('tar', ['-C', out, '-xf', results]);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

interface GuestDisks {
  readonly job: string;
  readonly results: string;
  readonly onProgress: (text: string) => void;
  readonly interruption: AbortSignal;
}

/** @returns how the lab in the guest ended; @throws LabError where the guest ended before it */
async function runGuest(
  { kernel, initialRamDisk, disk }: Guest,
  { job, results, onProgress, interruption }: GuestDisks,
): Promise<number> {
  const drive = (file: string, more = ''): string[] => ['-drive', `file=${file},if=virtio,format=raw${more}`];
  const qemu: ChildProcess = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', '3G', '-smp', '2'],
      ...['-kernel', kernel, '-initrd', initialRamDisk, '-nographic', '-no-reboot', '-nic', 'none'],
      ...['-append', 'console=ttyS0 quiet loglevel=3 rdinit=/init mitigations=off random.trust_cpu=on'],
      ...drive(disk, ',snapshot=on'),
      ...drive(job),
      ...drive(results),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], signal: interruption, killSignal: 'SIGKILL' },
  );
  let code: number | null = null;
  if (qemu.stdout !== null) {
    createInterface({ input: qemu.stdout }).on('line', (line) => {
      const ended = /LAB-ENDED (\d+)/.exec(line)?.[1];
      if (ended !== undefined) code = Number(ended);
      else if (line.trim() !== '') onProgress(line.trimEnd());
    });
  }
  const how = await new Promise<string>((resolve, reject) => {
    qemu.once('close', (status, signal) => resolve(signal ?? `exit code ${status}`));
    qemu.once('error', (error) => (interruption.aborted ? resolve('an interruption') : reject(error)));
  });
  if (code === null) throw new LabError(`the guest ended with ${how} before the lab in it did`);
  return code;
}
