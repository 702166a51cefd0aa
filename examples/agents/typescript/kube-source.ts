/** Objects as the Kubernetes API lists and watches them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi } from './kube-api.js';
import { chosenResources } from './kube-resources.js';
import { type KubeWatcher, watchResource } from './kube-watcher.js';
import type { Resource, Source } from './reporter.js';

export interface KubeSettings {
  readonly ingressType: string;
  readonly intervalSeconds: number;
  /** YAML of the agent group, which holds where the server's says nothing of resources; "" for DeepFlow's defaults. */
  readonly groupConfig: string;
}

/** At the start a failure is told only if it lasts so long; what is merely slow is waited for. */
const patienceMs = 3_000;
/** The streams of the resources run side by side: a Pod may come a moment before the ReplicaSet that it belongs to. */
const settledMs = 50;
const longestUnrestMs = 1_000;
const versionEveryMs = 60_000;

export function createKubeSource(api: KubeApi, settings: KubeSettings, log: (message: string) => void): Source {
  const watchers = new Map<string, KubeWatcher>();
  const longestPauseMs = Math.min(30, Math.max(1, settings.intervalSeconds * 2)) * 1000;
  let started = 0;
  let sentConfig = '';
  let all: readonly Resource[] = [];
  let stale = true;
  let lastChange = 0;

  const changed = (): void => {
    stale = true;
    lastChange = Date.now();
  };

  /** Starts what the configuration wants watched, and stops what it does not. */
  function apply(): void {
    const chosen = new Map(
      chosenResources([sentConfig, settings.groupConfig], log).map((one) => [JSON.stringify(one), one]),
    );
    for (const [key, watcher] of watchers) {
      if (chosen.has(key)) continue;
      watcher.stop();
      watchers.delete(key);
      changed();
    }
    for (const [key, resource] of chosen) {
      if (watchers.has(key)) continue;
      watchers.set(
        key,
        watchResource(api, resource, { ingressType: settings.ingressType, longestPauseMs, changed, log }),
      );
    }
  }

  const version = watchVersion(api, longestPauseMs, changed);
  const parts = (): readonly Pick<KubeWatcher, 'name' | 'objects' | 'listed' | 'error'>[] => [
    version,
    ...watchers.values(),
  ];

  return {
    configure(config) {
      if (config === sentConfig) return;
      sentConfig = config;
      if (started !== 0) apply();
    },
    async read() {
      if (started === 0) {
        apply();
        started = Date.now();
      }
      const failing = (): boolean => Date.now() > started + patienceMs && parts().some(({ error }) => error !== '');
      while (parts().some(({ listed }) => !listed) && !failing()) await sleep(10);
      const limit = Date.now() + longestUnrestMs;
      while (Date.now() - lastChange < settledMs && Date.now() < limit) await sleep(10);

      const errors = parts().flatMap(({ name, listed, error }) =>
        error !== '' ? [error] : listed ? [] : [`${name}: not listed yet`],
      );
      if (stale && errors.length === 0) {
        all = parts().flatMap(({ objects }) => [...objects.values()]);
        stale = false;
      }
      return { resources: all, errors };
    },
  };
}

/** The answer to GET /version, without which servers show nothing; it changes when the cluster is upgraded. */
function watchVersion(api: KubeApi, longestPauseMs: number, changed: () => void) {
  const { signal } = new AbortController();
  const state = { name: 'version', objects: new Map<string, Resource>(), listed: false, error: '' };
  void (async () => {
    for (;;) {
      try {
        const json = JSON.stringify(await api.get('/version', signal));
        if (state.objects.get('version')?.json !== json) {
          state.objects.set('version', { key: 'version', type: '*version.Info', json });
          changed();
        }
        state.listed = true;
        state.error = '';
      } catch (thrown) {
        state.error = `version: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      }
      await sleep(state.error === '' ? versionEveryMs : longestPauseMs);
    }
  })();
  return state;
}
