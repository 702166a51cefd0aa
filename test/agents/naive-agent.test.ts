import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { naiveAgent } from './example-agents.js';

/** Runs the command line to its end. */
function plumbline(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['bin/plumbline.js', ...args], { timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

test('the naive agent is told what is wrong with it, and what to do', async (context) => {
  const prepared = await naiveAgent.prepare();
  if ('absent' in prepared) return context.skip(prepared.absent);
  const { code, output } = await plumbline(
    ...['check', '--interval', '0.5', '--scenario', 'noise', '--', ...prepared.command],
  );
  expect([code, output]).toEqual([1, output]);
  for (const rule of [
    'entry/one-object',
    'snapshot/version-info',
    'request/agent-id-present',
    'request/version-stable-without-change',
  ]) {
    expect(output).toMatch(new RegExp(`[x!] ${rule} `));
  }
  expect(output).toContain('send one entry for each object');
  expect(output).toContain('add the answer of GET /version as an entry of this type');
}, 900_000);
