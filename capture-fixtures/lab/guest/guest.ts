import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../lab-error.js';
import type { Tool } from '../tools.js';

/** The machine for what the host's kernel has no parts for; build-guest.sh makes it. */
export interface Guest {
  readonly kernel: string;
  readonly initialRamDisk: string;
  readonly disk: string;
}

export const guestTools: readonly Tool[] = [
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { program: 'tar', package: 'tar' },
];

/** @throws LabError where it has not been built */
export async function findGuest(env: NodeJS.ProcessEnv = process.env): Promise<Guest> {
  const folder = env.PLUMBLINE_LAB_GUEST ?? join(homedir(), '.cache', 'plumbline-lab-guest');
  const guest = {
    kernel: join(folder, 'kernel'),
    initialRamDisk: join(folder, 'initrd.gz'),
    disk: join(folder, 'root.img'),
  };
  for (const file of Object.values(guest)) {
    await access(file).catch(() => {
      throw new LabError(
        `There is no guest in ${folder}: ${file} is missing. Build it once with: sh capture-fixtures/lab/guest/build-guest.sh (or say where it is with PLUMBLINE_LAB_GUEST).`,
      );
    });
  }
  return guest;
}
