import { describe, expect, it } from 'vitest';
import { findTypeString, nearestTypeString } from '../../src/kube/type-strings.js';

describe('nearestTypeString', () => {
  it.each([
    ['v1.Pod', '*v1.Pod'],
    ['*v1.Pods', '*v1.Pod'],
    ['pods', '*v1.Pod'],
    ['po', '*v1.Pod'],
    ['Pod', '*v1.Pod'],
    ['apps/v1/Deployment', '*v1.Deployment'],
    ['*apps.v1.Deployment', '*v1.Deployment'],
    ['*v1.Deploymnt', '*v1.Deployment'],
    ['deploy', '*v1.Deployment'],
    ['*v1.StatefulSets', '*v1.StatefulSet'],
    ['version.Info', '*version.Info'],
    ['version', '*version.Info'],
    ['networking.k8s.io/v1/ingresses', '*v1.Ingress'],
    ['*v1.ingress', '*v1.Ingress'],
    ['namespaces', '*v1.Namespace'],
    ['services', '*v1.Service'],
  ])('for %s is %s', (unknown, expected) => {
    expect(nearestTypeString(unknown, 'v7')).toBe(expected);
  });

  it.each(['*v1.Job', '*v1.CronJob', '*v1.Endpoints', '*v1.EndpointSlice', '*v1.Event', '*v1.Secret', '', '*', '🙂'])(
    'for %j is nothing',
    (unknown) => {
      expect(nearestTypeString(unknown, 'v7')).toBeNull();
    },
  );

  it('is one that the compat reads', () => {
    expect(nearestTypeString('ingresses', 'doc')).toBe('*v1beta1.Ingress');
  });

  it('takes no long time over a long string', () => {
    expect(nearestTypeString('x'.repeat(1e6), 'v7')).toBeNull();
  });
});

it('findTypeString knows nothing of object keys', () => {
  expect(findTypeString('__proto__')).toBeUndefined();
  expect(findTypeString('constructor')).toBeUndefined();
});
