import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCluster, toKubectlList, toKubectlVersion } from '../../fixtures/cluster/index.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import { compats } from '../../src/kube/compat.js';
import type { Inventory } from '../../src/kube/inventory.js';
import { pythonAgent, startAgent, typescriptAgent } from '../agents/example-agents.js';
import { plumbline, serve } from './support/plumbline.js';

/** What the reference agents need in each compat. They try the package `agent` first, which only v7 has. */
const argumentsFor = { doc: ['--agent-id', 'none'], 'v6.5': [], v7: [] } as const;
const checkFor = { doc: ['--strict-packages'], 'v6.5': ['--strict-packages'], v7: [] } as const;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-check-'));
  for (const compat of compats) {
    const cluster = makeCluster({ seed: 7, pods: 60, compat });
    await writeFile(join(folder, `${compat}.json`), JSON.stringify(toKubectlList(cluster)));
    await writeFile(join(folder, 'version.json'), JSON.stringify(toKubectlVersion(cluster)));
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe.each([typescriptAgent, pythonAgent])('the $name agent', (agent) => {
  let prepared: Awaited<ReturnType<typeof agent.prepare>>;

  beforeAll(async () => {
    prepared = await agent.prepare();
  }, 300_000);

  const agentArguments = (compat: (typeof compats)[number]) => [
    ...['--from', join(folder, `${compat}.json`), join(folder, 'version.json')],
    ...argumentsFor[compat],
  ];

  it.for(compats)('passes all judged rules in compat %s', async (compat, { skip }) => {
    if ('absent' in prepared) return skip(prepared.absent);
    const ended = await plumbline([
      ...[
        'check',
        '--profile',
        'passive',
        '--compat',
        compat,
        ...checkFor[compat],
        '--interval',
        '0.2',
        '--format',
        'json',
      ],
      ...['--', ...prepared.command, ...agentArguments(compat)],
    ]);
    const verdict = JSON.parse(ended.stdout) as Verdict;
    const failed = verdict.rules.filter(({ status, level }) => status === 'failed' && level !== 'info');
    expect(failed).toEqual([]);
    expect(verdict).toMatchObject({ outcome: 'pass', faults: [] });
    expect(verdict.clusters).toMatchObject([{ clusterId: 'plumbline', state: 'shown' }]);
    expect(verdict.summary.passed).toBeGreaterThan(75);
    expect(ended.code).toBe(0);
  });

  it.for(compats)('is shown object by object by a server that plays %s', async (compat, { skip }) => {
    if ('absent' in prepared) return skip(prepared.absent);
    const server = await serve(['--compat', compat]);
    const running = startAgent(prepared.command, { server: server.grpc, args: agentArguments(compat) });
    try {
      const url = `http://${server.admin}/api/clusters/test-cluster/inventory`;
      while ((await fetch(url)).status === 404) await new Promise((resolve) => setImmediate(resolve));
      const ended = await plumbline(['inventory', '--server', `http://${server.admin}`, '--format', 'json']);
      const inventory = JSON.parse(ended.stdout) as Inventory;
      expect(inventory).toMatchObject({ clusterId: 'test-cluster', compat, state: 'shown' });
      expect(inventory.counts.pods).toBeGreaterThan(30);
      expect(inventory.objects.filter(({ shown, detail }) => !shown && detail === undefined)).toEqual([]);
    } finally {
      await running.stop();
      expect((await server.stop()).code).toBe(0);
    }
  });
});
