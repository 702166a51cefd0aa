import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compat } from '../../src/kube/compat.js';
import { packageFile } from '../../src/wire/package-file.js';
import type { Patch } from './agent-mutant.js';
import { patchAgent } from './patched-agent.js';

/** What `plumbline check` said of an agent. */
export interface CheckResult {
  /** Ids of the rules that failed, in the order of the catalogue. */
  readonly failed: readonly string[];
}

interface Report {
  readonly rules: readonly { readonly id: string; readonly status: string }[];
  readonly scenarios: readonly { readonly name: string; readonly status: string; readonly reason?: string }[];
}

const timeoutMs = 540_000;

export interface Checked {
  readonly compat?: Compat;
  readonly scenarios: readonly string[];
  /** Further options of `plumbline check`. */
  readonly options?: readonly string[];
  /** Options of the agent. */
  readonly args?: readonly string[];
  /** None: the reference agent itself. */
  readonly patches: readonly Patch[];
}

/**
 * Plays scenarios to the reference agent or a mutant of it, through the command line.
 *
 * @throws Error where `check` gave no report, or the agent is not as its patches say
 */
export async function checkAgent({ compat = 'v7', scenarios, options, args, patches }: Checked): Promise<CheckResult> {
  const agent = await patchAgent(patches);
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-check-'));
  const path = join(folder, 'report.json');
  try {
    const output = await run([
      ...[packageFile('bin/plumbline.js'), 'check', '--compat', compat, '--interval', '0.2'],
      ...scenarios.flatMap((name) => ['--scenario', name]),
      ...['--report', `json=${path}`, ...(options ?? []), '--', ...agent.command, ...(args ?? [])],
    ]);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) throw new Error(`plumbline check gave no report. It wrote:\n${output}`);
    const { rules, scenarios: played } = JSON.parse(text) as Report;
    const broken = played.filter(({ status }) => status !== 'played');
    if (broken.length > 0) throw new Error(`Scenarios were not played: ${JSON.stringify(broken)}`);
    return { failed: rules.filter(({ status }) => status === 'failed').map(({ id }) => id) };
  } finally {
    await agent.remove();
    await rm(folder, { recursive: true });
  }
}

/** Exit codes other than 0 are what is looked for; the report tells. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd: packageFile('.'), timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, args, options, (_, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}
