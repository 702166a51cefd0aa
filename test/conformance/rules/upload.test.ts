import { describe, expect, test } from 'vitest';
import type { ExampleEntry, Judgement } from '../../../src/conformance/rule.js';
import {
  at,
  changed,
  exampleSnapshot,
  uid,
  upload,
  without,
} from '../../../src/conformance/rules/common/example-upload.js';
import { removePath } from '../../../src/conformance/rules/common/remove-path.js';
import type { Compat } from '../../../src/kube/compat.js';
import { judgeUpload } from './common/judge-upload.js';

const judge = (id: string, entries: readonly ExampleEntry[], compat?: Compat): Judgement => {
  const judgement = judgeUpload(upload({ entries }), compat).get(id);
  if (judgement === undefined) throw new Error(`${id} was not judged in ${compat ?? 'v7'}`);
  return judgement;
};
const status = (...args: Parameters<typeof judge>) => judge(...args).status;
const healthy = exampleSnapshot();
const removed = (type: string, path: string) =>
  healthy.map((entry) => (entry.type === type ? { ...entry, object: removePath(entry.object, path) } : entry));
const pods = (count: number, change: (pod: Record<string, unknown>, index: number) => void): ExampleEntry[] => {
  const [first] = healthy.filter(({ type }) => type === '*v1.Pod');
  return Array.from({ length: count }, (_, index) => {
    const object = structuredClone(first?.object) as Record<string, unknown>;
    Object.assign(at(object, 'metadata'), { uid: `pod-${index}`, name: `web-${index}` });
    change(object, index);
    return { type: '*v1.Pod', object };
  });
};

describe('what DeepFlow cannot show anyway is no failure', () => {
  const base = [...healthy];
  test.each([
    ['a Pod of a Job', pods(1, (pod) => own(pod, 'Job'))],
    ['a static Pod', pods(1, (pod) => own(pod, 'Node'))],
    ['a Pod of an unknown controller', pods(1, (pod) => own(pod, 'SparkApplication'))],
    ['a Pending Pod without address', pods(1, pending)],
    ['a bare Pod', pods(1, (pod) => delete at(pod, 'metadata').ownerReferences)],
  ])('%s', (_, more) => {
    for (const compat of ['doc', 'v6.5', 'v7'] as const) {
      const failed = [...judgeUpload(upload({ entries: [...base, ...more] }), compat)].filter(
        ([, judgement]) => judgement.status === 'failed',
      );
      expect(failed).toEqual([]);
    }
  });

  function own(pod: Record<string, unknown>, kind: string): void {
    at(pod, 'metadata').ownerReferences = [{ kind, name: 'x', uid: 'not-uploaded' }];
  }

  function pending(pod: Record<string, unknown>): void {
    pod.status = { phase: 'Pending' };
  }
});

describe('references', () => {
  test('are told once for each owner, with a count', () => {
    const lost = pods(30, (pod) => {
      at(pod, 'metadata').ownerReferences = [{ kind: 'ReplicaSet', name: 'gone', uid: 'gone' }];
    });
    expect(judge('reference/owner-uploaded', [...healthy, ...lost])).toMatchObject({
      status: 'failed',
      total: 1,
      findings: [{ found: 'ReplicaSet "gone" (uid "gone"), the owner of 30 objects, is not uploaded' }],
    });
  });

  test('findings are bounded, their number is true', () => {
    const lost = pods(500, (pod, index) => {
      at(pod, 'metadata').ownerReferences = [{ kind: 'ReplicaSet', name: 'gone', uid: `gone-${index}` }];
    });
    const judgement = judge('reference/owner-uploaded', [...healthy, ...lost]);
    expect(judgement).toMatchObject({ status: 'failed', total: 500 });
    expect(judgement.status === 'failed' && judgement.findings).toHaveLength(20);
  });

  test('leave it to snapshot/required-types where a whole type is absent', () => {
    const entries = without(healthy, '*v1.ReplicaSet');
    expect(status('snapshot/required-types', entries)).toBe('failed');
    expect(status('reference/owner-uploaded', entries)).toBe('passed');
    const bare = without(healthy, '*v1.Namespace', '*v1.Node');
    expect(judge('snapshot/required-types', bare)).toMatchObject({ total: 2 });
    for (const id of ['reference/namespace-uploaded', 'reference/node-uploaded', 'snapshot/usable-node']) {
      expect(status(id, bare)).toBe('not-judged');
    }
  });

  test('ask only for owners whose kind the compat reads', () => {
    const cloneSetPods = pods(1, (pod) => {
      at(pod, 'metadata').ownerReferences = [{ kind: 'CloneSet', name: 'c', uid: 'c' }];
    });
    const entries = [...healthy, ...cloneSetPods];
    expect(status('snapshot/required-types', entries, 'v7')).toBe('failed');
    expect(status('snapshot/required-types', entries, 'doc')).toBe('passed');
  });
});

describe('fields', () => {
  test('one object without uid is proof, one without an address is not', () => {
    const [pod] = pods(1, (each) => delete at(each, 'status').podIP);
    if (pod === undefined) throw new Error('no Pod');
    expect(status('pod/pod-ip', [...healthy, pod])).toBe('passed');
    expect(judge('pod/uid', [...healthy, { ...pod, object: removePath(pod.object, 'metadata.uid') }])).toMatchObject({
      status: 'failed',
      total: 1,
      findings: [{ entry: healthy.length, name: 'web-0' }],
    });
  });

  test('that Kubernetes may leave out are not judged by a single object', () => {
    expect(status('service/selector', removed('*v1.Service', 'spec.selector'))).toBe('not-judged');
    expect(status('service/type', removed('*v1.Service', 'spec.type'))).toBe('failed');
  });

  test('of a type that is not in the upload are not judged', () => {
    expect(status('ingress/rules', without(healthy, '*v1beta1.Ingress'))).toBe('not-judged');
  });
});

describe('privacy', () => {
  const secret = 'correct-horse-battery-staple';
  const configMap = {
    type: '*v1.ConfigMap',
    object: { metadata: { uid: uid('c1'), name: 'c' }, data: { key: secret } },
  };
  const env = changed(healthy, '*v1.Pod', (pod) => ({
    ...pod,
    spec: { containers: [{ name: 'web', env: [{ name: 'TOKEN', value: secret }] }] },
  }));
  const secretObject = { type: '*v1.ConfigMap', object: { kind: 'Secret', metadata: {}, data: { password: secret } } };

  test.each([
    ['privacy/no-configmap-data', [...healthy, configMap]],
    ['privacy/no-container-env', env],
    ['privacy/no-secrets', [...healthy, secretObject]],
  ])('%s names what it found and shows no value', (id, entries) => {
    const judgement = judge(id, entries);
    expect(judgement.status).toBe('failed');
    for (const [, each] of judgeUpload(upload({ entries }))) expect(JSON.stringify(each)).not.toContain(secret);
    expect(JSON.stringify(judgement)).toMatch(/key|TOKEN|password/);
  });

  test('looks into Lists', () => {
    const list = { type: '*v1.ConfigMap', object: { kind: 'ConfigMapList', items: [configMap.object] } };
    expect(status('privacy/no-configmap-data', [...healthy, list])).toBe('failed');
  });
});

describe('hazards', () => {
  test('a Pod name is an identity in v7, and in v6.5 only by the key that it reads', () => {
    const camel = changed(healthy, '*v1.Pod', (pod) => ({
      ...pod,
      metadata: { ...at(pod, 'metadata'), generateName: 'web-' },
    }));
    expect(status('hazard/no-generate-name', camel, 'v7')).toBe('failed');
    expect(status('hazard/no-generate-name', camel, 'v6.5')).toBe('passed');
    const snake = changed(healthy, '*v1.Pod', (pod) => ({
      ...pod,
      metadata: { ...at(pod, 'metadata'), generate_name: 'x-' },
    }));
    expect(status('hazard/no-generate-name', snake, 'v7')).toBe('passed');
    expect(status('hazard/no-generate-name', snake, 'v6.5')).toBe('failed');
    expect(status('hazard/no-generate-name', snake, 'doc')).toBe('passed');
  });

  test('Pods of one /16, of the host network, or on Nodes with podCIDR need nothing', () => {
    const nodes = removed('*v1.Node', 'spec.podCIDR');
    const addressed = (...ips: string[]) =>
      pods(ips.length, (pod, index) => Object.assign(at(pod, 'status'), { podIP: ips[index] }));
    const id = 'hazard/pod-subnet-known';
    expect(status(id, [...nodes, ...addressed('10.244.9.1', '10.0.0.11')])).toBe('passed');
    expect(status(id, [...nodes, ...addressed('10.245.0.1')])).toBe('failed');
    expect(status(id, [...healthy, ...addressed('10.245.0.1')])).toBe('passed');
  });

  test.each([
    ['10.96.0.10', 'passed'],
    ['None', 'passed'],
    ['', 'passed'],
    ['fd00::10', 'passed'],
    ['10.96.0.256', 'failed'],
    ['a.b', 'failed'],
  ])('clusterIP %j: %s', (clusterIP, expected) => {
    const entries = changed(healthy, '*v1.Service', (service) => ({
      ...service,
      spec: { ...at(service, 'spec'), clusterIP },
    }));
    expect(status('hazard/numbers-parse', entries)).toBe(expected);
  });
});

test('cost/trimmed tells what was sent and what is needed', () => {
  const entries = changed(healthy, '*v1.Pod', (pod) => ({
    ...pod,
    metadata: {
      ...at(pod, 'metadata'),
      managedFields: [],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
  }));
  const judgement = judge('cost/trimmed', entries);
  expect(judgement).toMatchObject({ status: 'failed' });
  expect(JSON.stringify(judgement)).toMatch(/managedFields in 2 entries.*last-applied-configuration in 2 entries/);
});

test('an entry type is suggested where one is near', () => {
  const misspelt = (type: string) => judge('entry/type-known', [...healthy, { type, object: { metadata: {} } }]);
  expect(JSON.stringify(misspelt('v1.Pods'))).toContain('did you mean *v1.Pod?');
  expect(JSON.stringify(misspelt('*v1.Job'))).toContain('leave them out');
});
