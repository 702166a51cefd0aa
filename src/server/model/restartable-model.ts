import type { ModelEvent } from './model-event.js';
import type { SavedState } from './saved-state.js';
import { createServerModel, type ServerModel } from './server-model.js';
import type { ServerSettings } from './server-state.js';
import type { StateListener } from './state-write.js';

/** A model that can lose its memory as the real server does: what stands in its database stays. */
export interface RestartableModel extends ServerModel {
  /** @returns what the server starts with now */
  restart(): SavedState;
  restarts(): number;
}

/** @throws as `createServerModel` */
export function createRestartableModel(
  settings: ServerSettings,
  saved?: SavedState,
  listener?: StateListener,
): RestartableModel {
  const listeners = new Set<(event: ModelEvent) => void>();
  const listen = (to: ServerModel): ServerModel => {
    to.onChange((event) => {
      for (const each of listeners) each(event);
    });
    return to;
  };
  let model = listen(createServerModel(settings, saved, undefined, listener));
  let restarts = 0;
  return {
    settings,
    apply: (call) => model.apply(call),
    clusters: (time) => model.clusters(time),
    cluster: (clusterId, time) => model.cluster(clusterId, time),
    domains: () => model.domains(),
    agents: (time) => model.agents(time),
    agent: (lcuuid, time) => model.agent(lcuuid, time),
    findAgent: (identity) => model.findAgent(identity),
    groupOf: (identity) => model.groupOf(identity),
    groups: () => model.groups(),
    seats: (time) => model.seats(time),
    platform: (clusterId) => model.platform(clusterId),
    change: (change, time) => model.change(change, time),
    learn: (change, time) => model.learn(change, time),
    catchUp: () => model.catchUp(),
    pushAnswer: (call) => model.pushAnswer(call),
    onChange: (added) => {
      listeners.add(added);
      return () => listeners.delete(added);
    },
    saved: () => model.saved(),
    counters: () => model.counters(),
    kept: () => model.kept(),
    counts: () => model.counts(),
    restart: () => {
      const { database, memory } = model.saved();
      // NICs stand in the database, too; which version of them it was is what gets lost.
      const genesis = memory.genesis.map((report) => ({ ...report, version: null }));
      const saved: SavedState = { database, memory: { clusters: [], prometheus: [], genesis } };
      model = listen(createServerModel(settings, saved, model.kept(), listener));
      restarts += 1;
      return saved;
    },
    restarts: () => restarts,
  };
}
