import type { RunningApiServer } from '../../apiserver/api-server.js';
import type { KubeTarget } from '../kube-target.js';

/** The embedded Kubernetes API as scenarios use it: all of it may be changed, and it can be made to fail. */
export function embeddedTarget(server: RunningApiServer): KubeTarget {
  const { store } = server;
  return {
    kubeconfig: server.kubeconfig,
    scope: { kind: 'cluster' },
    gitVersion: server.gitVersion,
    create: async (object) => store.create(object),
    update: async (object) => {
      const { resourceVersion: _, ...metadata } = object.metadata;
      return store.update({ ...object, metadata: { ...metadata, name: object.metadata.name } });
    },
    delete: async (object) => store.delete(object),
    list: async () => store.list(),
    onChange: (listener) => store.onChange(listener),
    onRequest: (listener) => server.onRequest(listener),
    onWatchEvent: (listener) => server.onWatchEvent(listener),
    sendBookmarks: () => server.sendBookmarks(),
    faults: server.faults,
    close: () => server.close(),
  };
}
