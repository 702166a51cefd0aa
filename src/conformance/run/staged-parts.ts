import type { RunningServer } from '../../server/fake-server.js';
import type { KubeFaults, KubeTarget } from '../kube-target.js';
import type { AgentCrew } from './agent-crew.js';
import type { SceneLog } from './scene-log.js';
import type { SceneTruth } from './scene-truth.js';
import {
  SceneNotSet,
  type StagedAgents,
  type StagedCluster,
  type StagedKubeFaults,
  type StagedServer,
} from './stage.js';
import type { TimelineRecorder } from './timeline-recorder.js';

/** The cluster, as a scenario may change it. */
export function stagedCluster(target: KubeTarget, { isOwn }: Pick<SceneTruth, 'isOwn'>): StagedCluster {
  return {
    create: (object) => target.create(object),
    update: (object) => target.update(object),
    delete: (object) => target.delete(object),
    takes: ({ metadata }) => target.scope.kind === 'cluster' || metadata.namespace !== undefined,
    list: async () => (await target.list()).filter(isOwn),
    async get(kind, name) {
      const found = (await target.list()).find(
        (object) => object.kind === kind && object.metadata.name === name && isOwn(object),
      );
      if (found === undefined) throw new Error(`Kubernetes holds no ${kind} ${name}, which the scenario counts on.`);
      return found;
    },
  };
}

/** The Kubernetes API, as a scenario can make it fail; what it does lands on the timeline. */
export function stagedKubeFaults(target: KubeTarget, log: SceneLog, timeline: TimelineRecorder): StagedKubeFaults {
  return {
    requests: log.requests,
    fault(fault) {
      const faults = needFaults(target);
      timeline.add({ lane: 'fault', text: `the Kubernetes API: ${fault.id} (${fault.effect.kind})` });
      const stop = faults.add(fault);
      return () => {
        timeline.add({ lane: 'fault', text: `the Kubernetes API: end of ${fault.id}` });
        stop();
      };
    },
    rotateToken: () => needFaults(target).rotateToken(),
    breakConnections: (how) => needFaults(target).breakConnections(how),
    sendBookmarks() {
      timeline.add({ lane: 'step', text: 'the Kubernetes API sends bookmarks' });
      if (target.sendBookmarks === undefined) throw new SceneNotSet('this Kubernetes cannot be told to send bookmarks');
      target.sendBookmarks();
    },
  };
}

/** The fake server, as a scenario can make it fail; what it does lands on the timeline. */
export function stagedServer(server: RunningServer, log: SceneLog, timeline: TimelineRecorder): StagedServer {
  return {
    address: server.grpc,
    calls: log.calls,
    syncs: log.syncs,
    agentCalls: log.agentCalls,
    pushes: log.pushes,
    model: server.model,
    change(change) {
      timeline.add({ lane: 'step', text: `the server's database: ${change.kind}` });
      return server.change(change);
    },
    fault(fault) {
      timeline.add({ lane: 'fault', text: `the server: ${fault.id} (${fault.effect.kind})` });
      const stop = server.faults.add(fault);
      return () => {
        timeline.add({ lane: 'fault', text: `the server: end of ${fault.id}` });
        stop();
      };
    },
    apply: (effect, id) => server.faults.apply(effect, id),
  };
}

export function stagedAgents(agents: AgentCrew): StagedAgents {
  return {
    get running() {
      return agents.running;
    },
    start: (env) => agents.start(env),
    stop: () => agents.stop(),
  };
}

function needFaults({ faults }: KubeTarget): KubeFaults {
  if (faults === null) throw new SceneNotSet('this Kubernetes cannot be made to fail');
  return faults;
}
