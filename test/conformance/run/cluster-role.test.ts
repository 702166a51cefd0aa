import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createAccessLog } from '../../../src/conformance/run/cluster-role.js';
import { judgeReadsOnly } from '../../../src/conformance/run/reads-only.js';
import type { KubeRequest } from '../../../src/kube/kube-object.js';

const request = (more: Partial<KubeRequest>): KubeRequest => ({
  seq: 1,
  time: 0,
  duration: 0,
  verb: 'list',
  group: '',
  version: 'v1',
  resource: 'pods',
  namespace: null,
  name: null,
  query: {},
  userAgent: '',
  status: 200,
  events: 0,
  fault: null,
  ...more,
});

test('the smallest ClusterRole allows what was read, and nothing else', () => {
  const log = createAccessLog();
  expect(log.clusterRole()).toBeNull();
  for (const resource of ['pods', 'services']) {
    log.add(request({ resource }));
    log.add(request({ resource, verb: 'watch' }));
  }
  log.add(request({ group: 'apps', resource: 'deployments' }));
  log.add(request({ group: 'apps.kruise.io', resource: 'clonesets', status: 404 }));
  log.add(request({ verb: 'create', resource: 'events' }));
  expect(parse(log.clusterRole() ?? '')).toMatchObject({
    kind: 'ClusterRole',
    rules: [
      { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
    ],
  });
});

test('who writes, or reads what DeepFlow does not need, is told so once for each sort of request', () => {
  expect(judgeReadsOnly([])).toMatchObject({ status: 'not-judged' });
  expect(judgeReadsOnly([request({}), request({ verb: 'discovery', resource: '' })])).toEqual({ status: 'passed' });
  expect(
    judgeReadsOnly([
      request({ resource: 'secrets' }),
      request({ resource: 'secrets' }),
      request({ verb: 'create', resource: 'pods', name: 'x' }),
    ]),
  ).toMatchObject({
    status: 'failed',
    findings: [{ found: 'list secrets' }, { found: 'create pods x' }],
  });
});
