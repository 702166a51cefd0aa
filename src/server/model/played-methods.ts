import type { MessageName } from '../../wire/message-types.js';
import { findMethod } from '../../wire/protos.js';
import {
  playDebugAgentCache,
  playDebugGpidAgentData,
  playDebugGpidGlobalData,
  playDebugRealGlobalData,
  playDebugRipToVip,
} from '../services/debug.js';
import { playGenesisSync } from '../services/genesis-sync.js';
import { playGetKubernetesClusterId } from '../services/get-kubernetes-cluster-id.js';
import { playGpidSync, playShareGpidLocalData } from '../services/gpid-sync.js';
import {
  playAnalyzerSync,
  playGetOrgIds,
  playGetPrometheusLabelIds,
  playGetPrometheusTargets,
  playGetUniversalTagNameMaps,
} from '../services/ingester.js';
import { playKubernetesApiSync } from '../services/kubernetes-api-sync.js';
import { playPrometheusApiSync } from '../services/prometheus-api-sync.js';
import { playQuery } from '../services/query.js';
import { playSync } from '../services/sync.js';
import type { CallOutcome, ServiceCall } from './call-outcome.js';
import type { ServerSettings, ServerState } from './server-state.js';

export type Service = (state: ServerState, call: ServiceCall) => CallOutcome;

export interface PlayedMethod {
  readonly package: 'agent' | 'trident';
  readonly requestType: MessageName;
  /** It is decoded as a whole, in the way of all other calls. */
  readonly isDecoded: boolean;
  readonly service: Service;
}

/** rpcs of the Synchronizer services that are answered with one message, in whichever package has them. */
const synchronizer: Readonly<Record<string, Service>> = {
  KubernetesAPISync: playKubernetesApiSync,
  GetKubernetesClusterID: playGetKubernetesClusterId,
  Sync: playSync,
  GenesisSync: playGenesisSync,
  Query: playQuery,
  GPIDSync: playGpidSync,
  ShareGPIDLocalData: playShareGpidLocalData,
  AnalyzerSync: playAnalyzerSync,
  GetPrometheusLabelIDs: playGetPrometheusLabelIds,
  GetPrometheusTargets: playGetPrometheusTargets,
  GetUniversalTagNameMaps: playGetUniversalTagNameMaps,
  GetOrgIDs: playGetOrgIds,
  PrometheusAPISync: playPrometheusApiSync,
};

const debug: Readonly<Record<string, Service>> = {
  DebugGPIDGlobalData: playDebugGpidGlobalData,
  DebugGPIDAgentData: playDebugGpidAgentData,
  DebugGPIDVTapData: playDebugGpidAgentData,
  DebugRealGlobalData: playDebugRealGlobalData,
  DebugRIPToVIP: playDebugRipToVip,
  DebugAgentCache: playDebugAgentCache,
};

/** Uploads of snapshots, which are looked at piece by piece; the server's own limit holds for them. */
const uploads: ReadonlySet<string> = new Set(['KubernetesAPISync', 'PrometheusAPISync']);

/** By path. */
const methods: ReadonlyMap<string, PlayedMethod> = new Map(
  (['agent', 'trident'] as const).flatMap((name) => [
    ...playedIn(name, 'Synchronizer', synchronizer),
    ...playedIn(name, 'Debug', debug),
  ]),
);

/** Those of a service that its package has. */
function playedIn(
  name: 'agent' | 'trident',
  service: 'Synchronizer' | 'Debug',
  methodsOf: Readonly<Record<string, Service>>,
): [string, PlayedMethod][] {
  return Object.entries(methodsOf).flatMap(([method, play]) => {
    const path = `/${name}.${service}/${method}`;
    const known = findMethod(path);
    if (known === null) return [];
    return [[path, { package: name, requestType: known.requestType, isDecoded: !uploads.has(method), service: play }]];
  });
}

export const playedPaths: readonly string[] = [...methods.keys()];

/** What servers of v7 still answer in the former package: for their data side, and to tell old agents that they are too old. */
const leftInV7: ReadonlySet<string> = new Set(
  ['Sync', 'AnalyzerSync', 'GetPrometheusLabelIDs', 'GetPrometheusTargets', 'GetUniversalTagNameMaps', 'GetOrgIDs'].map(
    (method) => `/trident.Synchronizer/${method}`,
  ),
);

/** Whether a server with these settings plays `path`. */
export function isPlayed(path: string, settings: ServerSettings, ownPackage: string): boolean {
  const method = methods.get(path);
  if (method === undefined) return false;
  return !settings.strictPackages || method.package === ownPackage || (settings.compat === 'v7' && leftInV7.has(path));
}

export function playedMethod(path: string, settings: ServerSettings, ownPackage: string): PlayedMethod | null {
  return isPlayed(path, settings, ownPackage) ? (methods.get(path) ?? null) : null;
}
