import type { KubeObject } from '../../kube/kube-object.js';
import type { Scenario } from '../run/scenario.js';
import { node, withMetadata } from './common/kube-objects.js';

const rule = 'request/version-stable-without-change';
const rounds = 3;

export const noise: Scenario = {
  name: 'noise',
  title: 'Objects are written again and again without a change of content: managedFields, heartbeats of Nodes.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const before = stage.server.calls().at(-1);
    const nodes = ['node-1', 'node-2'].filter((name) => stage.cluster.takes(node(name, 1)));
    for (let round = 1; round <= rounds; round++) {
      for (const name of nodes) await stage.cluster.update(withHeartbeat(await stage.cluster.get('Node', name), round));
      for (const [kind, name] of [
        ['Deployment', 'frontend'],
        ['Service', 'store'],
        ['Pod', 'store-0'],
      ] as const) {
        await stage.cluster.update(withManager(await stage.cluster.get(kind, name), round));
      }
      const seen = stage.server.calls().at(-1)?.seq ?? 0;
      await stage.until('two reports came after it', ({ calls }) => calls.filter(({ seq }) => seq > seen).length >= 2);
    }
    const after = stage.server.calls().filter(({ seq }) => seq > (before?.seq ?? 0));
    if (after.length === 0) return stage.judge(rule).notJudged('no report came after it');
    const other = after.find(({ version }) => version !== before?.version);
    stage.judge(rule).that(other === undefined, () => ({
      request: other?.seq ?? 0,
      found: `version ${other?.version} after version ${before?.version}`,
      expected: `version ${before?.version}, as nothing changed that DeepFlow needs`,
      message:
        'Only resourceVersion, managedFields and heartbeats changed: compare trimmed objects before the version is raised.',
    }));
  },
};

function withHeartbeat(node: KubeObject, round: number): KubeObject {
  const status = node.status as { readonly conditions: readonly object[] };
  const conditions = status.conditions.map((each) => ({ ...each, lastHeartbeatTime: `2026-03-02T08:1${round}:00Z` }));
  return { ...node, status: { ...status, conditions } };
}

function withManager(object: KubeObject, round: number): KubeObject {
  return withMetadata(object, {
    managedFields: [{ manager: `controller-${round}`, operation: 'Update', apiVersion: 'v1' }],
  });
}
