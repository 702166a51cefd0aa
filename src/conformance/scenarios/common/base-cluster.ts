import type { KubeObject } from '../../../kube/kube-object.js';
import {
  configMap,
  ingress,
  kubeNamespace,
  namespace,
  node,
  pod,
  replicaSet,
  service,
  workload,
} from './kube-objects.js';

/** A small cluster with an object of every type that agents upload by default, none of which lacks what it points at. */
export function baseCluster(): readonly KubeObject[] {
  const frontend = workload('apps/v1', 'Deployment', { name: 'frontend', labels: { team: 'grün-队伍' } });
  const frontendSet = replicaSet(frontend, '7c5d8f6b49');
  const store = workload('apps/v1', 'StatefulSet', { name: 'store' });
  const logger = workload('apps/v1', 'DaemonSet', { name: 'logger' });
  const legacy = workload('v1', 'ReplicationController', { name: 'legacy' });
  return [
    node('node-1', 1),
    node('node-2', 2),
    ...['default', 'kube-system', namespace].map(kubeNamespace),
    frontend,
    frontendSet,
    store,
    logger,
    legacy,
    pod({ name: 'frontend-7c5d8f6b49-x2x4z', owner: frontendSet, number: 11 }),
    pod({ name: 'frontend-7c5d8f6b49-9qk7w', owner: frontendSet, number: 12, node: 2 }),
    pod({ name: 'store-0', owner: store, number: 13 }),
    pod({ name: 'logger-fz8mn', owner: logger, number: 14 }),
    pod({ name: 'logger-2kd9s', owner: logger, number: 15, node: 2 }),
    pod({ name: 'legacy-7hv2x', owner: legacy, number: 16 }),
    service({ name: 'frontend', number: 10 }),
    service({ name: 'store', number: 11 }),
    ingress({ name: 'www', service: 'frontend' }),
    configMap({ name: 'settings' }),
  ];
}
