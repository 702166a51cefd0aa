import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../../src/wire/package-file.js';
import type { Ended } from './plumbline.js';

/** A command line that is of no use, and a part of what is said of it. */
export type BadUsage = readonly [args: readonly string[], message: string];

/** Each ends with 2, says what to do, and prints no result. The command line has to be built. */
export function describeBadUsage(usages: readonly BadUsage[]): void {
  describe('a command line of no use ends with 2 and says what to do', () => {
    let endings: readonly Ended[] = [];

    beforeAll(async () => {
      endings = await endingsOf(usages.map(([args]) => args));
    });

    it.each(usages.map(([args, message], index) => [args, message, index] as const))('%j', (_, message, index) => {
      expect(endings[index]?.stderr).toContain(message);
      expect(endings[index]).toMatchObject({ code: 2, stdout: '' });
    });
  });
}

async function endingsOf(lines: readonly (readonly string[])[]): Promise<readonly Ended[]> {
  const child = spawn(process.execPath, [packageFile('test/cli/support/command-lines.mjs')], {
    env: { ...process.env, KUBECONFIG: '/dev/null' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(lines));
  return JSON.parse(await text(child.stdout)) as Ended[];
}
