import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { kubeFaultKeys, kubeFaultKinds, kubeFaultsSchema } from '../../src/apiserver/faults/kube-fault-schema.js';
import { readServerFaults } from '../../src/cli/faults-file.js';
import { startFaultSchedule } from '../../src/server/faults/fault-schedule.js';
import { serverFaultKeys, serverFaultKinds } from '../../src/server/faults/server-fault-schema.js';
import { packageFile } from '../../src/wire/package-file.js';
import { faultyApi } from '../apiserver/faults/support.js';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { connect, someEntries } from '../server/support/grpc-client.js';
import { startServer } from '../server/support/running-server.js';

const guide = readFileSync(packageFile('docs/guides/faults.md'), 'utf8');
const [serverExample = '', kubeExample = ''] = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
const [serverPart = '', kubePart = ''] = guide.split('## Faults of the Kubernetes API');

describe('the guide to faults', () => {
  it('has an example of faults of the server, of which each strikes', async () => {
    const file = join(temporaryDirectory(), 'faults.yaml');
    await writeFile(file, serverExample);
    const under = await startServer();
    const { faults } = under.server;
    const struck = new Set<string>();
    const all = new Promise<void>((resolve) => {
      faults.onFault(({ id }) => {
        struck.add(id);
        if (struck.size === 4) resolve();
      });
    });
    onTestFinished(startFaultSchedule(await readServerFaults(file), faults, (message) => expect(message).toBe('')));
    let over = false;
    const client = connect(under.server.grpc);
    const calling = (async () => {
      const upload = { clusterId: 'my-cluster', version: 1n, agentId: 1, entries: someEntries };
      for (let call = 0; !over; call++) {
        const answer =
          call % 2 === 0
            ? client.unary('/agent.Synchronizer/Sync', Buffer.alloc(0), { deadlineMs: 200 })
            : client.sync(upload);
        await answer.catch(() => new Promise((resolve) => setTimeout(resolve, 20)));
      }
    })();
    await all;
    over = true;
    await calling;
    expect([...struck].sort()).toEqual(['busy', 'drained', 'hanging', 'rollout']);
    expect(under.calls().filter(({ fault }) => fault?.id === 'busy')).toHaveLength(3);
  });

  it('has an example of faults of the Kubernetes API, of which each strikes', async () => {
    const api = await faultyApi();
    const faults = kubeFaultsSchema.parse(parse(kubeExample));
    for (const fault of faults) api.faults.add(fault);
    expect((await api.api.get('/api/v1/pods')).status).toBe(500);
    expect((await api.api.get('/api/v1/configmaps?watch=true')).text).toContain('"code":410');
    const page = await api.api.get('/api/v1/namespaces?limit=1');
    const token = encodeURIComponent(page.json.metadata.continue);
    expect((await api.api.get(`/api/v1/namespaces?limit=1&continue=${token}`)).status).toBe(410);
    expect(api.struck.map(({ id }) => id)).toEqual(faults.map(({ id }) => id));
  });

  it.each([
    ['server', serverPart, serverFaultKinds, serverFaultKeys],
    ['Kubernetes API', kubePart, kubeFaultKinds, kubeFaultKeys],
  ] as const)('names each effect of the %s with its keys, and each key of a fault', (_, part, kinds, keysAt) => {
    const rows = new Map(
      [...part.matchAll(/^\| `([\w-]+)` +\|(.*)$/gm)].map(([, name = '', rest = '']) => [name, rest]),
    );
    expect([...rows.keys()]).toEqual(expect.arrayContaining([...kinds]));
    for (const kind of kinds) {
      const told = [...(rows.get(kind)?.split('|')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, key]) => key);
      const keys = keysAt([0, 'effect'], kind).filter((key) => key !== 'kind');
      expect(told, kind).toEqual(expect.arrayContaining(keys));
    }
    for (const key of keysAt([0, 'match'], 'silence')) expect(part, key).toContain(`\`${key}\``);
  });
});
