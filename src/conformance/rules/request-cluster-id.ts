import type { Rule, TrafficRule } from '../rule.js';
import type { Traffic } from '../traffic.js';
import { heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { document } from './common/source.js';
import { hostOf, type KubernetesApiSync, noSyncCall, syncCalls } from './common/sync-calls.js';
import { shown } from './common/text.js';

const validId = /^[0-9a-zA-Z][-0-9a-zA-Z]{0,31}$/;
const noNamedCluster = notJudged('no KubernetesAPISync request with a cluster_id was seen');

const present: TrafficRule = {
  id: 'request/cluster-id-present',
  scope: 'traffic',
  level: 'must',
  demand: 'Every request names its cluster in cluster_id.',
  why: 'The server drops a request without cluster_id and answers OK all the same.',
  source: `${document}: field cluster_id`,
  example: { breaks: { calls: [upload({ cluster_id: '' })] }, keeps: { calls: [upload()] } },
  judge(traffic) {
    const calls = syncCalls(traffic);
    if (calls.length === 0) return noSyncCall;
    const findings = createFindingCollector();
    for (const call of calls) {
      if (call.sync.clusterId !== '') continue;
      findings.add(() => ({
        request: call.seq,
        found: 'no cluster_id',
        expected: 'the kubernetes-cluster-id that the agents of this cluster are configured with',
        message: 'cluster_id (field 1) is empty: the server throws the request away.',
      }));
    }
    return findings.judgement();
  },
};

const valid: TrafficRule = {
  id: 'request/cluster-id-valid',
  scope: 'traffic',
  level: 'must',
  demand: 'cluster_id is a letter or digit, followed by at most 31 letters, digits or hyphens.',
  why: 'The server cannot create a domain for another id, and without a domain nothing of the cluster is shown.',
  source: 'deepflow-server behaviour: ids of new domains must match ^[0-9a-zA-Z][-0-9a-zA-Z]{0,31}$',
  implies: ['request/cluster-id-as-configured', 'handshake/cluster-registered'],
  example: {
    breaks: { calls: [upload({ cluster_id: 'demo_cluster.eu' })], registered: [] },
    keeps: { calls: [upload()] },
  },
  judge(traffic) {
    const calls = namedCalls(traffic);
    if (calls.length === 0) return noNamedCluster;
    const findings = createFindingCollector();
    for (const call of firstOfEachId(calls)) {
      if (validId.test(call.sync.clusterId)) continue;
      findings.add(() => ({
        request: call.seq,
        found: shown(call.sync.clusterId),
        expected: validId.source,
        message:
          'The server cannot create a domain with this cluster_id: use at most 32 letters, digits and hyphens, and begin with a letter or digit.',
      }));
    }
    return findings.judgement();
  },
};

const constant: TrafficRule = {
  id: 'request/cluster-id-constant',
  scope: 'traffic',
  level: 'must',
  demand: 'A reporter names the same cluster_id in all its requests.',
  why: 'Each id is a cluster of its own: the one that was left keeps old resources until they age, the new one has to be registered.',
  source: `${document}: cluster_id is the identity of the cluster`,
  implies: ['request/cluster-id-as-configured'],
  example: {
    breaks: { calls: [upload(), upload({ cluster_id: 'demo-cluster-2' })] },
    keeps: { calls: [upload(), heartbeat()] },
  },
  judge(traffic) {
    const calls = namedCalls(traffic);
    if (calls.length === 0) return noNamedCluster;
    const findings = createFindingCollector();
    const firstOf = new Map<string, KubernetesApiSync>();
    const told = new Set<string>();
    for (const call of calls) {
      const reporter = `${hostOf(call.peer)} ${call.sync.sourceIp}`;
      const first = firstOf.get(reporter);
      if (first === undefined) firstOf.set(reporter, call);
      else if (first.sync.clusterId !== call.sync.clusterId && !told.has(`${reporter} ${call.sync.clusterId}`)) {
        told.add(`${reporter} ${call.sync.clusterId}`);
        findings.add(() => ({
          request: call.seq,
          found: shown(call.sync.clusterId),
          expected: `${shown(first.sync.clusterId)}, as in request ${first.seq}`,
          message:
            'The cluster_id changed within the run: derive it from the configuration, not from something that changes.',
        }));
      }
    }
    if (calls.length < 2) return notJudged('only one request with a cluster_id was seen');
    return findings.judgement();
  },
};

const asConfigured: TrafficRule = {
  id: 'request/cluster-id-as-configured',
  scope: 'traffic',
  level: 'must',
  demand: 'cluster_id is the one that the agents of the cluster are configured with.',
  why: 'Resources and traffic meet by this id: with another one, observed traffic gets no Kubernetes tags.',
  source: `${document}: use the value of deepflow-agent.yaml; Plumbline hands it over as PLUMBLINE_CLUSTER_ID`,
  example: {
    breaks: { calls: [upload({ cluster_id: 'another-cluster' })], configuredClusterId: 'demo-cluster' },
    keeps: { calls: [upload()], configuredClusterId: 'demo-cluster' },
  },
  judge(traffic, { configuredClusterId }) {
    if (configuredClusterId === undefined) return notJudged('the run does not know which cluster_id is configured');
    const calls = namedCalls(traffic);
    if (calls.length === 0) return noNamedCluster;
    const findings = createFindingCollector();
    for (const call of firstOfEachId(calls)) {
      if (call.sync.clusterId === configuredClusterId) continue;
      findings.add(() => ({
        request: call.seq,
        found: shown(call.sync.clusterId),
        expected: shown(configuredClusterId),
        message:
          'cluster_id differs from the configured one: take it from PLUMBLINE_CLUSTER_ID or deepflow-agent.yaml.',
      }));
    }
    return findings.judgement();
  },
};

function namedCalls(traffic: Traffic): KubernetesApiSync[] {
  return syncCalls(traffic).filter((call) => call.sync.clusterId !== '');
}

function firstOfEachId(calls: readonly KubernetesApiSync[]): Iterable<KubernetesApiSync> {
  const first = new Map<string, KubernetesApiSync>();
  for (const call of calls) if (!first.has(call.sync.clusterId)) first.set(call.sync.clusterId, call);
  return first.values();
}

export const requestClusterIdRules: readonly Rule[] = [present, valid, constant, asConfigured];
