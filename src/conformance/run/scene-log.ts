import type { JournalRecord } from '../../journal/record.js';
import type { KubeRequest } from '../../kube/kube-object.js';
import { createAgentObservation, type ObservedAgentCall, type ObservedPush } from './observed-agents.js';
import { createRecent, type ObservedCall, type ObservedSync, observeCall, observeSync } from './observed-call.js';
import type { TimelineRecorder } from './timeline-recorder.js';
import { agentCallText, callText, requestText } from './timeline-texts.js';

/** What the agent did in a scenario: the newest of it, oldest first. */
export interface SceneLog {
  calls(): readonly ObservedCall[];
  /** Also those that are not kept. */
  readonly totalCalls: number;
  /** Calls that carried entries, also those that are not kept. */
  readonly uploads: number;
  syncs(): readonly ObservedSync[];
  agentCalls(): readonly ObservedAgentCall[];
  pushes(): readonly ObservedPush[];
  requests(): readonly KubeRequest[];
  /** @returns whether it tells anything of the agent */
  addRecord(record: JournalRecord): boolean;
  addRequest(request: KubeRequest, phase: 'begin' | 'end'): void;
}

export interface SceneLogOptions {
  readonly timeline: TimelineRecorder;
  /** @param event index on the timeline */
  readonly onUpload: (call: ObservedCall, event: number) => void;
}

const kept = 2_000;

export function createSceneLog({ timeline, onUpload }: SceneLogOptions): SceneLog {
  const calls = createRecent<ObservedCall>(kept);
  const requests = createRecent<KubeRequest>(kept);
  const syncs = createRecent<ObservedSync>(kept);
  const agents = createAgentObservation();
  const openRequests = new Set<number>();
  let uploads = 0;

  const replace = (request: KubeRequest): void => {
    const list = requests.list() as KubeRequest[];
    const at = list.findLastIndex(({ seq }) => seq === request.seq);
    if (at >= 0) list[at] = request;
  };

  const addCall = (call: ObservedCall): void => {
    calls.add(call);
    const event = timeline.add({ lane: 'request', text: callText(call), request: call.seq });
    if (call.entryCount === 0) return;
    uploads += 1;
    onUpload(call, event);
  };

  return {
    calls: calls.list,
    get totalCalls() {
      return calls.total;
    },
    get uploads() {
      return uploads;
    },
    syncs: syncs.list,
    agentCalls: agents.calls,
    pushes: agents.pushes,
    requests: requests.list,
    addRecord(record) {
      if (record.kind === 'fault') timeline.add({ lane: 'fault', text: record.text });
      const isOfAgent = agents.add(record);
      if (record.kind !== 'call') return isOfAgent;
      const agentCall = isOfAgent ? agents.calls().at(-1) : undefined;
      if (agentCall !== undefined) {
        timeline.add({ lane: 'request', text: agentCallText(agentCall), request: agentCall.seq });
      }
      const sync = observeSync(record);
      if (sync !== null) syncs.add(sync);
      const call = observeCall(record);
      if (call !== null) addCall(call);
      return true;
    },
    addRequest(request, phase) {
      if (openRequests.delete(request.seq)) {
        replace(request);
        return;
      }
      if (phase === 'begin') openRequests.add(request.seq);
      requests.add(request);
      timeline.add({ lane: 'api-request', text: requestText(request) });
    },
  };
}
