import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { assetsOrReason } from './assets-or-reason.js';

const assets = assetsOrReason();
const skipped = typeof assets === 'string' ? `; skipped: ${assets}` : '';

interface Printed {
  readonly outcome: string;
  readonly faults: readonly string[];
  readonly run: { readonly kube: string };
  readonly scenarios: readonly { readonly name: string; readonly status: string; readonly reason?: string }[];
  readonly rules: readonly { readonly id: string; readonly status: string; readonly reason?: string }[];
}

describe.skipIf(typeof assets === 'string')(`check on a real kube-apiserver${skipped}`, () => {
  test('the reference agent passes scenarios with and without faults', { timeout: 300_000 }, async () => {
    const names = [
      'object-changes',
      'list-stale',
      'list-expired-continue',
      'watch-gone-event',
      'watch-opaque-versions',
    ];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        ...['bin/plumbline.js', 'check', '--kube', 'envtest', '--interval', '0.2', '--format', 'json'],
        ...names.flatMap((name) => ['--scenario', name]),
        ...['--', process.execPath, 'dist/examples/agents/typescript/agent.js'],
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const verdict = JSON.parse(stdout) as Printed;
    expect(verdict.faults).toEqual([]);
    expect(verdict.rules.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(verdict.outcome).toBe('pass');
    expect(verdict.run.kube).toBe('envtest');
    const rule = (id: string) => verdict.rules.find((each) => each.id === id);
    for (const id of ['change/added-appears', 'change/deleted-disappears', 'watch/starts-at-list-version']) {
      expect(rule(id)).toMatchObject({ status: 'passed' });
    }
    expect(rule('watch/opaque-resource-version')).toMatchObject({
      status: 'not-judged',
      reason: 'the resourceVersions of a real Kubernetes are numbers',
    });
  });
});
