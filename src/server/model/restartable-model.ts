import { createServerModel, type ServerModel } from './server-model.js';
import type { ServerSettings } from './server-state.js';

/** A model that can lose its memory as the real server does: what stands in its database stays. */
export interface RestartableModel extends ServerModel {
  /** @returns what the server starts with now */
  restart(): ServerSettings;
  restarts(): number;
}

/** @throws as `createServerModel` */
export function createRestartableModel(settings: ServerSettings): RestartableModel {
  let model = createServerModel(settings);
  let restarts = 0;
  return {
    get settings() {
      return model.settings;
    },
    apply: (call) => model.apply(call),
    clusters: (time) => model.clusters(time),
    cluster: (clusterId, time) => model.cluster(clusterId, time),
    domains: () => model.domains(),
    agents: () => model.agents(),
    counts: () => model.counts(),
    restart: () => {
      const clusters = model.domains().map(({ clusterId }) => clusterId);
      const agents = model.agents().map(({ ctrlIp, ctrlMac }) => ({ ctrlIp, ctrlMac }));
      model = createServerModel({ ...settings, clusters, agents });
      restarts += 1;
      return model.settings;
    },
    restarts: () => restarts,
  };
}
