import { createFaultCounting } from '../../faults/fault-counting.js';
import { messageType } from '../../wire/protos.js';
import { scanSyncRequest } from '../../wire/wire-format.js';
import { isServerWide, type ServerFault, type ServerFaultMatch, type SynchronizerPackage } from './server-fault.js';

/** The part of a call that decides whether a fault strikes it. */
export interface StrikableCall {
  readonly path: string;
  readonly request: Uint8Array;
}

/** The faults that wait for calls. */
export interface FaultSelection {
  /** @returns takes the fault back */
  add(fault: ServerFault): () => void;
  /** The fault that strikes this call, which counts as struck then. */
  strike(call: StrikableCall): ServerFault | null;
}

/** @param random 0 (inclusive) to 1 (exclusive) */
export function createFaultSelection(random: () => number): FaultSelection {
  const counting = createFaultCounting<ServerFault, CallFacts>({
    concerns: ({ match, effect }, call) => matches(match ?? {}, call) && concerns(effect, call),
    times: ({ effect }) => (isServerWide(effect) ? 1 : Number.POSITIVE_INFINITY),
    random,
  });
  return {
    add: counting.add,
    strike: (call) => (counting.isIdle() ? null : counting.strike(factsOf(call))),
  };
}

interface CallFacts {
  readonly method: string;
  readonly package: SynchronizerPackage;
  readonly size: number;
  /** Looked up only where a fault asks for them: a request may have 100 MB. */
  clusterId(): string;
  hasEntries(): boolean;
}

function factsOf({ path, request }: StrikableCall): CallFacts {
  const [, packageName, method = ''] = /^\/(agent|trident)\.Synchronizer\/(\w+)$/.exec(path) ?? [];
  const own: SynchronizerPackage = packageName === 'agent' ? 'agent' : 'trident';
  let scan: ReturnType<typeof scanSyncRequest> | null = null;
  const scanned = () => {
    scan ??= scanSyncRequest(request);
    return scan;
  };
  return {
    method,
    package: own,
    size: request.length,
    clusterId: () => {
      if (method === 'KubernetesAPISync') return scanned().clusterId;
      if (method !== 'Sync' && method !== 'Push') return '';
      return messageType(`${own}.SyncRequest`).tryDecode(request).message?.kubernetes_cluster_id ?? '';
    },
    hasEntries: () => method === 'KubernetesAPISync' && scanned().entryCount > 0,
  };
}

function matches(match: ServerFaultMatch, call: CallFacts): boolean {
  const { method, package: packageName, clusterId, withEntries } = match;
  if (method !== undefined && ![method].flat().includes(call.method)) return false;
  if (packageName !== undefined && packageName !== call.package) return false;
  if (withEntries !== undefined && (call.method !== 'KubernetesAPISync' || withEntries !== call.hasEntries())) {
    return false;
  }
  return clusterId === undefined || clusterId === call.clusterId();
}

/** Some effects have no meaning for some calls. */
function concerns(effect: ServerFault['effect'], call: CallFacts): boolean {
  switch (effect.kind) {
    case 'answer-version':
      return call.method === 'KubernetesAPISync';
    case 'offer-file':
      return call.method === 'Upgrade';
    case 'message-limit':
      return call.size > effect.bytes;
    case 'only-package':
      return call.package !== effect.package;
    default:
      return true;
  }
}
