import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExitCode } from '../../src/cli/exit-code.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { giveVerdict, verdictOutput } from '../../src/cli/verdict-output.js';
import { createStyle } from '../../src/report/style.js';
import { sampleVerdict } from '../report/support/sample-verdict.js';
import { allVerdicts, broken, nothing, passing } from '../report/support/sample-verdicts.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-output-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function fakeTerminal(env: Terminal['env'] = {}) {
  const written = { out: '', err: '' };
  const terminal: Terminal = {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    outDrained: async (text) => {
      written.out += text;
    },
    errIsTerminal: false,
    style: createStyle(false),
    errStyle: createStyle(false),
    env,
    cwd: folder,
    interruption: () => ({ signal: new Promise(() => {}), dispose: () => {} }),
  };
  return { terminal, written };
}

const table = { format: 'table', report: [] };

describe('giveVerdict', () => {
  it.each([
    ['passing', passing, ExitCode.Good],
    ['failing', sampleVerdict, ExitCode.Findings],
    ['nothing judged', nothing, ExitCode.NothingJudged],
    ['broken, with findings', broken, ExitCode.HarnessFault],
    ['broken, otherwise passing', { ...passing, faults: ['boom'] }, ExitCode.HarnessFault],
    ['broken, and so nothing judged', { ...nothing, faults: ['boom'] }, ExitCode.HarnessFault],
  ])('%s', async (_, verdict, exitCode) => {
    const { terminal, written } = fakeTerminal();
    expect(await giveVerdict(terminal, verdict, verdictOutput(terminal, table))).toBe(exitCode);
    expect(written.err.includes('fault of Plumbline:')).toBe(exitCode === ExitCode.HarnessFault);
  });

  it('writes every format, the same again for the same verdict', async () => {
    const { terminal } = fakeTerminal();
    const formats = ['json', 'junit', 'html', 'sarif', 'ctrf', 'badge'];
    for (const verdict of Object.values(allVerdicts)) {
      const texts = [];
      for (const run of ['one', 'two']) {
        const report = formats.map((format) => `${format}=${run}.${format}`);
        await giveVerdict(terminal, verdict, verdictOutput(terminal, { ...table, report, stable: true }));
        texts.push(await Promise.all(formats.map((format) => readFile(join(folder, `${run}.${format}`), 'utf8'))));
      }
      expect(texts[0]).toEqual(texts[1]);
      expect(texts[0]?.every((text) => text.length > 50)).toBe(true);
    }
  });

  it('writes the other reports where one cannot be written', async () => {
    const { terminal, written } = fakeTerminal({ GITHUB_ACTIONS: 'true' });
    await mkdir(join(folder, 'a-folder'), { recursive: true });
    const output = verdictOutput(terminal, { ...table, report: ['json=a-folder', 'junit=after.xml'] });
    await expect(giveVerdict(terminal, sampleVerdict, output)).rejects.toThrow(
      '--report json=a-folder cannot be written',
    );
    expect(await readFile(join(folder, 'after.xml'), 'utf8')).toContain('<testsuites');
    expect(written.err).toContain('::error title=change/deleted-disappears');
  });

  it('prints nothing but the report where JSON is asked for, in GitHub Actions too', async () => {
    const summary = join(folder, 'summary.md');
    await writeFile(summary, 'before\n');
    const { terminal, written } = fakeTerminal({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    await giveVerdict(terminal, sampleVerdict, verdictOutput(terminal, { ...table, format: 'json' }));
    expect(JSON.parse(written.out)).toMatchObject({ schema: 'plumbline/check/1', outcome: 'fail' });
    expect(await readFile(summary, 'utf8')).toMatch(/^before\n## ❌ plumbline check: FAIL/);
  });

  it('keeps the verdict where the summary cannot be written', async () => {
    const { terminal, written } = fakeTerminal({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: folder });
    expect(await giveVerdict(terminal, passing, verdictOutput(terminal, table))).toBe(ExitCode.Good);
    expect(written.err).toContain('the summary of the step cannot be written');
  });

  it('tells GitHub nothing elsewhere', async () => {
    const { terminal, written } = fakeTerminal({ GITHUB_STEP_SUMMARY: join(folder, 'not-there.md') });
    await giveVerdict(terminal, sampleVerdict, verdictOutput(terminal, table));
    expect(written.err).toBe('');
  });

  it('lets known failures pass until they expire, and stale entries fail', async () => {
    const file = join(folder, 'known.yaml');
    const entries = [
      { rule: 'request/agent-id-present', scenario: '*', reason: 'later' },
      { rule: 'change/deleted-disappears', scenario: 'pod-deleted', reason: 'later', expires: '2026-06-15' },
    ];
    await writeFile(file, JSON.stringify(entries));
    const { terminal } = fakeTerminal();
    const output = verdictOutput(terminal, { ...table, baseline: 'known.yaml' }, ['pod-deleted', 'first-snapshot']);
    const on = (day: string) => giveVerdict(terminal, sampleVerdict, output, () => Date.parse(`${day}T23:59:59Z`));
    expect(await on('2026-06-15')).toBe(ExitCode.Good);
    expect(await on('2026-06-16')).toBe(ExitCode.Findings);
    expect(await giveVerdict(terminal, passing, output, () => Date.parse('2026-06-01'))).toBe(ExitCode.Good);
    const stale = [...entries, { rule: 'snapshot/complete', scenario: '*', reason: 'gone' }];
    await writeFile(file, JSON.stringify(stale));
    const later = verdictOutput(terminal, { ...table, baseline: 'known.yaml' });
    expect(await giveVerdict(terminal, sampleVerdict, later, () => Date.parse('2026-06-01'))).toBe(ExitCode.Findings);
  });
});

describe('verdictOutput', () => {
  it.each([
    [{ ...table, report: ['pdf=x'] }, "--report is 'pdf'; expected json or junit or html or sarif or ctrf or badge."],
    [{ ...table, report: ['json'] }, 'expected FORMAT=PATH'],
    [{ ...table, format: 'xml' }, "--format is 'xml'"],
    [{ ...table, baseline: 'not-there.yaml' }, '--baseline: not-there.yaml cannot be read'],
  ])('refuses %j before anything is run', (options, message) => {
    expect(() => verdictOutput({ cwd: folder }, options)).toThrow(message);
  });
});
