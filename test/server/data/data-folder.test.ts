import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServerChange } from '../../../src/server/model/server-change.js';
import { decodeSyncResponse, encodeSyncRequest } from '../../../src/wire/call-messages.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';
import { someEntries } from '../support/grpc-client.js';
import { copyOf, type KeptModel, openKept } from './support.js';

const agent = (n: number) => ({
  ctrl_ip: `10.0.0.${n}`,
  ctrl_mac: `02:00:00:00:00:0${n}`,
  host: `node-${n}`,
  process_name: 'deepflow-agent-ce',
});

describe('a data folder', () => {
  it('gives back what a model knew, to the last call that was answered', async () => {
    const directory = temporaryDirectory();
    const first = await openKept(directory);
    expect(first.folder.found).toBeNull();
    await first.rpc('Sync', 'agent.SyncRequest', { ...agent(1), kubernetes_cluster_id: 'shop' });
    await first.upload({ clusterId: 'shop', version: 7n, agentId: 1, entries: someEntries });
    const group = await first.change({ kind: 'create-group', name: 'macvlan' });
    expect(group.ok).toBe(true);
    const copy = copyOf(directory);

    const second = await openKept(copy);
    expect(second.model.saved()).toEqual(first.model.saved());
    const [held] = second.folder.uploads();
    expect(held).toMatchObject({ clusterId: 'shop', seq: 2 });
    expect(await held?.read()).toEqual(
      encodeSyncRequest({ clusterId: 'shop', version: 7n, agentId: 1, entries: someEntries }),
    );
    const heartbeat = await second.upload({ clusterId: 'shop', version: 7n, agentId: 1 });
    expect(decodeSyncResponse(heartbeat.response)).toBe(7n);
  });

  it('goes on with the numbers of what was there', async () => {
    const directory = temporaryDirectory();
    const first = await openKept(directory);
    await first.rpc('Sync', 'agent.SyncRequest', agent(1));
    await first.rpc('Sync', 'agent.SyncRequest', agent(2));
    const [one, two] = first.model.agents();
    await first.change({ kind: 'delete-agent', lcuuid: two?.lcuuid ?? '' });
    const second = await openKept(copyOf(directory));
    await second.rpc('Sync', 'agent.SyncRequest', agent(3));
    expect(second.model.agents().map(({ id }) => id)).toEqual([1, 3]);
    expect(second.model.agents()[0]).toEqual(one);
  });

  it('keeps one upload of each cluster, and none of those that changed nothing', async () => {
    const directory = temporaryDirectory();
    const kept = await openKept(directory);
    for (const version of [1n, 2n, 2n, 3n]) {
      await kept.upload({ clusterId: 'shop', version, agentId: 1, entries: someEntries });
    }
    await kept.upload({ clusterId: 'shop', version: 0n, agentId: 1, entries: someEntries });
    await kept.upload({ clusterId: 'bank', version: 1n, agentId: 1, entries: someEntries });
    expect(kept.folder.uploads().map(({ clusterId, seq }) => [clusterId, seq])).toEqual([
      ['shop', 4],
      ['bank', 6],
    ]);
    await expect.poll(() => readdirSync(join(directory, 'uploads')).length).toBe(2);
  });

  it('removes files that nothing names, and keeps strange ones', async () => {
    const directory = temporaryDirectory();
    const first = await openKept(directory);
    await first.upload({ clusterId: 'shop', version: 1n, agentId: 1, entries: someEntries });
    const copy = copyOf(directory);
    writeFileSync(join(copy, 'uploads', 'upload-00000009.pb'), 'never named');
    writeFileSync(join(copy, 'uploads', 'notes.txt'), 'mine');
    writeFileSync(join(copy, 'state-00000002.log.new'), 'half a file');
    await openKept(copy);
    await expect.poll(() => readdirSync(join(copy, 'uploads')).sort()).toEqual(['notes.txt', 'upload-00000001.pb']);
    expect(readdirSync(copy).sort()).toEqual(['data.lock', 'state-00000002.log', 'uploads']);
  });

  it('forgets with a restart that is played what the server forgets then', async () => {
    const directory = temporaryDirectory();
    const first = await openKept(directory);
    await first.rpc('Sync', 'agent.SyncRequest', { ...agent(1), kubernetes_cluster_id: 'shop' });
    await first.upload({ clusterId: 'shop', version: 1n, agentId: 1, entries: someEntries });
    first.model.restart();
    first.folder.restate();
    await first.upload({ clusterId: 'bank', version: 5n, agentId: 1, entries: someEntries });
    const second = await openKept(copyOf(directory));
    expect(second.model.saved()).toEqual(first.model.saved());
    expect(second.model.cluster('shop', first.time)?.stored).toBeNull();
    expect(second.folder.uploads().map(({ clusterId }) => clusterId)).toEqual(['bank']);
    expect(second.model.agents()).toHaveLength(1);
    await expect.poll(() => readdirSync(join(directory, 'uploads'))).toHaveLength(1);
  });

  it('is written by one process at a time', async () => {
    const directory = temporaryDirectory();
    const first = await openKept(directory);
    await expect(openKept(directory)).rejects.toMatchObject({
      code: 'locked',
      message: `Process ${process.pid} writes this data folder already (${join(directory, 'data.lock')}). Stop it, or choose another directory.`,
    });
    await first.close();
    expect(existsSync(join(directory, 'data.lock'))).toBe(false);
    const gone = { pid: 2 ** 22 + 1, host: hostname(), start: '' };
    writeFileSync(join(directory, 'data.lock'), JSON.stringify(gone));
    await openKept(directory);
  });

  it('asks a cluster again whose upload is broken, and keeps the broken file', async () => {
    const directory = temporaryDirectory();
    const first = await openKept(directory);
    await first.upload({ clusterId: 'shop', version: 1n, agentId: 1, entries: someEntries });
    await first.upload({ clusterId: 'bank', version: 2n, agentId: 1, entries: someEntries });
    const copy = copyOf(directory);
    writeFileSync(join(copy, 'uploads', 'upload-00000001.pb'), 'no longer what it was');
    const second = await openKept(copy);
    expect(second.problems).toEqual([
      `The upload of cluster 'shop' is broken: it has 21 bytes, expected ${
        encodeSyncRequest({ clusterId: 'shop', version: 1n, agentId: 1, entries: someEntries }).length
      }. It is kept in ${join(copy, 'uploads', 'upload-00000001.pb.broken')}; the cluster is asked for everything again`,
    ]);
    const asked = await second.upload({ clusterId: 'shop', version: 1n, agentId: 1 });
    expect(decodeSyncResponse(asked.response)).toBe(0n);
    const bank = await second.upload({ clusterId: 'bank', version: 2n, agentId: 1 });
    expect(decodeSyncResponse(bank.response)).toBe(2n);
    expect(existsSync(join(copy, 'uploads', 'upload-00000001.pb.broken'))).toBe(true);
  });

  it('has another compat go on with what is there', async () => {
    const directory = temporaryDirectory();
    const first = await openKept(directory, { settings: { compat: 'v6.5' }, compat: 'v6.5' });
    await first.upload({ clusterId: 'shop', version: 3n, agentId: 1, entries: someEntries });
    const second = await openKept(copyOf(directory), { settings: { compat: 'doc' }, compat: 'doc' });
    expect(second.folder.found?.compat).toBe('v6.5');
    const heartbeat = await second.upload({ clusterId: 'shop', version: 3n });
    expect(decodeSyncResponse(heartbeat.response)).toBe(3n);
  });

  it('counts for more than what is declared at the start', async () => {
    const directory = temporaryDirectory();
    const settings = { clusters: ['shop'], groupConfig: 'max_cpus: 1\n' };
    const first = await openKept(directory, { settings });
    const group = first.model.groups()[0]?.lcuuid ?? '';
    const put: ServerChange = {
      kind: 'put-configuration',
      group,
      generation: 'v7',
      yaml: 'global: {}\n',
      mode: 'update',
    };
    expect(await first.change(put)).toMatchObject({ ok: true });
    const copy = copyOf(directory);
    const second = await openKept(copy, { settings: { clusters: ['shop', 'bank'], groupConfig: 'max_cpus: 2\n' } });
    expect(second.model.groups()[0]?.configurations.v7?.yaml).toBe('global: {}\n');
    expect(second.model.groups()[0]?.configurations['v6.5']?.yaml).toBe('max_cpus: 1\n');
    expect(second.model.domains().map(({ clusterId }) => clusterId)).toEqual(['shop', 'bank']);
    expect(second.model.domains()[0]).toEqual(first.model.domains()[0]);
  });
});

/** What a random run does, as numbers that are looked up in small sets. */
const step = fc.record({
  kind: fc.constantFrom('sync', 'upload', 'heartbeat', 'genesis', 'change', 'prometheus', 'wait', 'restart', 'learn'),
  who: fc.integer({ min: 1, max: 4 }),
  what: fc.integer({ min: 0, max: 9 }),
  text: fc.constantFrom('', 'shop', 'bank', 'b a/nk\u0000\ud800', 'group-1', 'x: 1\n'),
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function play(kept: KeptModel, { kind, who, what, text }: Step): Promise<unknown> {
  const { model } = kept;
  const lcuuids = [...model.groups(), ...model.agents(), ...model.domains()].map(({ lcuuid }) => lcuuid);
  const lcuuid = lcuuids[what % Math.max(1, lcuuids.length)] ?? 'none';
  switch (kind) {
    case 'sync':
      return kept.rpc('Sync', 'agent.SyncRequest', {
        ...agent(who),
        kubernetes_cluster_id: text,
        agent_group_id_request: what > 7 ? 'group-1' : '',
        kubernetes_watch_policy: what === 3 ? 'KWP_WATCH_ONLY' : 'KWP_NORMAL',
        exception: String(what > 5 ? 0 : what),
      });
    case 'upload':
      return kept.upload({
        clusterId: text,
        version: BigInt(what),
        agentId: who - 1,
        entries: someEntries,
        errorMsg: text,
      });
    case 'heartbeat':
      return kept.upload({ clusterId: text, version: BigInt(what), agentId: who - 1 });
    case 'prometheus':
      return kept.call(
        'trident.Synchronizer/PrometheusAPISync',
        encodeSyncRequest({ clusterId: text, version: BigInt(what), agentId: who, entries: someEntries }),
      );
    case 'genesis': {
      const nic = { mac: String(what + 1), ip: [`10.0.0.${what}/24`], name: 'eth0' };
      const platform = what === 0 ? {} : { platform_data: { raw_hostname: 'h', interfaces: [nic] } };
      const { ctrl_ip: ip, ctrl_mac: mac } = agent(who);
      return kept.rpc('GenesisSync', 'agent.GenesisSyncRequest', {
        ...{ version: String(what + 1), agent_type: 'TT_VM_POD', agent_id: who, agent_info: { ip, mac } },
        ...platform,
      });
    }
    case 'wait':
      kept.time += [1, 1000, 60_000, 301_000, 601_000, 86_400_001][what % 6] ?? 0;
      return;
    case 'restart':
      if (what !== 0) return;
      model.restart();
      kept.folder.restate();
      return kept.folder.settled();
    case 'learn': {
      const pod = {
        kind: 'pod',
        uid: `u${what}`,
        namespace: 'n',
        name: text,
        ip: `10.1.0.${what}`,
        hostIp: '',
        containers: [],
      } as const;
      model.learn({ clusterId: 'shop', upload: 1, reset: false, more: false, set: [pod], gone: [] }, kept.time);
      return kept.folder.settled();
    }
    case 'change':
      return kept.change(changeOf(what, lcuuid, text));
  }
}

function changeOf(what: number, lcuuid: string, text: string): ServerChange {
  const changes: readonly ServerChange[] = [
    { kind: 'create-group', name: text },
    { kind: 'update-group', lcuuid, name: text },
    { kind: 'delete-group', lcuuid },
    { kind: 'put-configuration', group: lcuuid, generation: 'v7', yaml: text, mode: 'create' },
    { kind: 'put-configuration', group: lcuuid, generation: 'v6.5', yaml: text, mode: 'update' },
    { kind: 'update-agent', lcuuid, enable: text !== '' },
    { kind: 'delete-agent', lcuuid },
    { kind: 'create-domain', name: text, config: { controller_ip: text } },
    { kind: 'update-domain', lcuuid, name: text, enabled: false },
    { kind: 'delete-domain', lcuuid },
  ];
  return changes[what] ?? { kind: 'set-upgrade', lcuuid, revision: text };
}

it('gives back what any calls and changes made of a model, at any moment', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(200, 8 * 1024 * 1024),
      async (rounds, fileBytes) => {
        let kept = await openKept(temporaryDirectory(), { fileBytes });
        for (const steps of rounds) {
          // All at once, as agents call, then one after another.
          await Promise.all(steps.slice(0, 4).map((each) => play(kept, each)));
          for (const each of steps.slice(4)) await play(kept, each);
          const copy = copyOf(kept.folder.directory);
          const held = await Promise.all(
            kept.folder.uploads().map(async ({ clusterId, seq, read }) => [clusterId, seq, await read()]),
          );
          const reopened = await openKept(copy, { fileBytes });
          expect(reopened.model.saved()).toEqual(kept.model.saved());
          expect(
            await Promise.all(
              reopened.folder.uploads().map(async ({ clusterId, seq, read }) => [clusterId, seq, await read()]),
            ),
          ).toEqual(held);
          const full = reopened.model
            .saved()
            .memory.clusters.flatMap(({ clusterId, stored }) =>
              stored !== null && stored.entryCount > 0 ? [[clusterId, stored.seq]] : [],
            );
          expect(held.map(([clusterId, seq]) => [clusterId, seq]).sort()).toEqual(full.sort());
          expect(reopened.problems).toEqual([]);
          reopened.time = kept.time;
          await kept.close();
          kept = reopened;
        }
        await kept.close();
      },
    ),
    { numRuns: 60 },
  );
});
