import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRestartableModel } from '../../../src/server/model/restartable-model.js';
import { checkAnswer } from '../../../src/server/self-check/check-answer.js';
import { messageType } from '../../../src/wire/protos.js';

/** What happens to a server, in the order in which it happens. */
type Step =
  | {
      readonly kind: 'sync';
      readonly agent: number;
      readonly policy: Policy;
      readonly cluster: number;
      readonly group: number;
    }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'delete'; readonly agent: number }
  | { readonly kind: 'enable'; readonly agent: number; readonly enable: boolean }
  | { readonly kind: 'move'; readonly agent: number; readonly group: number }
  | { readonly kind: 'create-group' | 'delete-group'; readonly group: number }
  | { readonly kind: 'learn'; readonly cluster: number; readonly ip: number }
  | { readonly kind: 'restart' };

type Policy = 'KWP_NORMAL' | 'KWP_WATCH_ONLY' | 'KWP_WATCH_DISABLED';

const agent = fc.integer({ min: 0, max: 3 });
const cluster = fc.integer({ min: 0, max: 1 });
const group = fc.integer({ min: 0, max: 2 });
const policy = fc.constantFrom<Policy>(
  'KWP_NORMAL',
  'KWP_NORMAL',
  'KWP_NORMAL',
  'KWP_WATCH_ONLY',
  'KWP_WATCH_DISABLED',
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('sync' as const), agent, policy, cluster, group }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 60_000, 599_999, 600_000, 600_001),
    }),
  },
  fc.record({ kind: fc.constant('delete' as const), agent }),
  fc.record({ kind: fc.constant('enable' as const), agent, enable: fc.boolean() }),
  fc.record({ kind: fc.constant('move' as const), agent, group }),
  fc.record({ kind: fc.constantFrom('create-group' as const, 'delete-group' as const), group }),
  fc.record({ kind: fc.constant('learn' as const), cluster, ip: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: 'restart' as const }),
);

/** The rules, written down once more, as short as they can be told. */
function createExpectation() {
  const agents = new Map<number, { id: number; group: number | null; enabled: boolean }>();
  const seats = new Map<number, { holder: number; heard: number }>();
  const groups = new Set<number>();
  const content = new Map<number, string>();
  let ids = 0;
  return {
    agents,
    groups,
    content,
    sync(step: Extract<Step, { kind: 'sync' }>, time: number) {
      const known = agents.get(step.agent);
      const answer = known === undefined ? null : { ...known };
      if (known === undefined && step.policy !== 'KWP_WATCH_ONLY') {
        ids += 1;
        agents.set(step.agent, { id: ids, group: groups.has(step.group) ? step.group : null, enabled: true });
      }
      const seat = seats.get(step.cluster);
      const isFree = seat === undefined || seat.holder === step.agent || time - seat.heard > 600_000;
      const mayStand = step.policy !== 'KWP_WATCH_DISABLED' && known?.enabled !== false;
      const watches = mayStand && (isFree || step.policy === 'KWP_WATCH_ONLY');
      if (watches) seats.set(step.cluster, { holder: step.agent, heard: time });
      return { answer, watches };
    },
    deleteGroup(gone: number) {
      groups.delete(gone);
      for (const of of agents.values()) if (of.group === gone) of.group = null;
    },
  };
}

function ctrlIp(index: number): string {
  return `10.0.0.${index + 1}`;
}

function play(all: readonly Step[]): void {
  const model = createRestartableModel({ compat: 'v7', clusters: [], strictPackages: false });
  const expected = createExpectation();
  const versions = new Map<number, { version: number; content: string | undefined }>();
  let time = 1_700_000_000_000;
  const agentAt = (index: number) => model.agents().find((known) => known.ctrlIp === ctrlIp(index));
  const groupAt = (index: number) => model.groups().find(({ name }) => name === `group-${index}`);

  function sync(step: Extract<Step, { kind: 'sync' }>): void {
    const held = versions.get(step.cluster)?.version ?? 0;
    const request = messageType('agent.SyncRequest').encode({
      ctrl_ip: ctrlIp(step.agent),
      ctrl_mac: '02:00:00:00:00:01',
      kubernetes_watch_policy: step.policy,
      kubernetes_cluster_id: `cluster-${step.cluster}`,
      agent_group_id_request: `group-${step.group}`,
      version_platform_data: held,
    });
    const path = '/agent.Synchronizer/Sync';
    const local = { address: '127.0.0.1', port: 1 };
    const { response } = model.apply({ seq: 1, time, path, outcome: 'unary', request, local });
    expect(checkAnswer({ path, request, response, reached: true })).toEqual([]);
    const { dynamic_config: told = {}, version_platform_data: text } =
      messageType('agent.SyncResponse').decode(response);
    const { answer, watches } = expected.sync(step, time);
    expect([told.agent_id, told.enabled, told.kubernetes_api_enabled]).toEqual([
      answer?.id,
      answer?.enabled ?? false,
      watches,
    ]);
    const own = answer === null ? undefined : answer.group === null ? model.groups()[0] : groupAt(answer.group);
    expect(told.group_id).toBe(own?.shortId);
    if (answer?.enabled === true) checkVersion(step.cluster, Number(text ?? 0));
  }

  /** Content and version change together, and versions only rise. */
  function checkVersion(of: number, version: number): void {
    const content = expected.content.get(of);
    const before = versions.get(of) ?? { version: 0, content: undefined };
    if (content === before.content) expect(version).toBe(before.version);
    else expect(version).toBeGreaterThan(before.version);
    versions.set(of, { version, content });
  }

  for (const step of all) {
    switch (step.kind) {
      case 'sync':
        sync(step);
        break;
      case 'wait':
        time += step.ms;
        break;
      case 'delete':
        model.change({ kind: 'delete-agent', lcuuid: agentAt(step.agent)?.lcuuid ?? '' }, time);
        expected.agents.delete(step.agent);
        break;
      case 'enable': {
        model.change({ kind: 'update-agent', lcuuid: agentAt(step.agent)?.lcuuid ?? '', enable: step.enable }, time);
        const known = expected.agents.get(step.agent);
        if (known !== undefined) known.enabled = step.enable;
        break;
      }
      case 'move': {
        const groupLcuuid = groupAt(step.group)?.lcuuid ?? 'none';
        const { ok } = model.change(
          { kind: 'update-agent', lcuuid: agentAt(step.agent)?.lcuuid ?? '', groupLcuuid },
          time,
        );
        const known = expected.agents.get(step.agent);
        expect(ok).toBe(known !== undefined && expected.groups.has(step.group));
        if (known !== undefined && ok) known.group = step.group;
        break;
      }
      case 'create-group':
        expect(model.change({ kind: 'create-group', name: `group-${step.group}` }, time).ok).toBe(
          !expected.groups.has(step.group),
        );
        expected.groups.add(step.group);
        break;
      case 'delete-group':
        model.change({ kind: 'delete-group', lcuuid: groupAt(step.group)?.lcuuid ?? '' }, time);
        expected.deleteGroup(step.group);
        break;
      case 'learn': {
        const node = { kind: 'node', uid: 'n', name: 'n', ip: `10.9.0.${step.ip}`, podCidr: '' } as const;
        const change = {
          clusterId: `cluster-${step.cluster}`,
          upload: 1,
          reset: true,
          more: false,
          set: [node],
          gone: [],
        };
        model.learn(change, time);
        expected.content.set(step.cluster, String(step.ip));
        break;
      }
      case 'restart':
        model.restart();
        break;
    }
    expect(model.agents(time).map(({ id }) => id)).toEqual(
      [...expected.agents.values()].map(({ id }) => id).sort((a, b) => a - b),
    );
  }
}

describe('registry, election and versions', () => {
  it('are what the rules say, whatever happens in whatever order', () => {
    fc.assert(fc.property(fc.array(steps, { minLength: 1, maxLength: 60 }), play), { numRuns: 150 });
  });
});
