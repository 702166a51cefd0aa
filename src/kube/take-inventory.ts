import type { Compat } from './compat.js';
import type { Snapshot } from './entry.js';
import { adviseOn } from './gather/advice.js';
import { gatherConfigMaps } from './gather/config-maps.js';
import { checkCrashes } from './gather/crashes.js';
import { checkDelivery, checkInflation, checkJson, failuresInOrder } from './gather/failures.js';
import { gatherIngresses } from './gather/ingresses.js';
import { gatherNamespaces } from './gather/namespaces.js';
import { gatherNodes } from './gather/nodes.js';
import { createOwnerLookup } from './gather/owner-lookup.js';
import { checkPodSubnets } from './gather/pod-subnets.js';
import { createKnownSurroundings, type KnownSurroundings } from './gather/pod-surroundings.js';
import { addNamespaceHazards, gatherPods, rememberOrdinary } from './gather/pods.js';
import { gatherReplicaSets } from './gather/replica-sets.js';
import { createServiceMatcher } from './gather/service-matching.js';
import { gatherServices } from './gather/services.js';
import { ingressTypeIn, sortEntries } from './gather/sort-entries.js';
import { reasonFor, stateOf } from './gather/state.js';
import { gatherVersion } from './gather/version.js';
import { gatherWorkloads } from './gather/workloads.js';
import type { InventoryCounts, InventoryWithReadings } from './inventory.js';

const nothingShown: InventoryCounts = {
  nodes: 0,
  namespaces: 0,
  workloads: 0,
  replicaSets: 0,
  services: 0,
  servicePorts: 0,
  workloadPorts: 0,
  ingresses: 0,
  ingressRules: 0,
  ingressBackends: 0,
  pods: 0,
  configMaps: 0,
};

/**
 * What deepflow-server would show of a snapshot, object by object, with the reason for each that it leaves out. Does
 * not depend on the order of entries, and never throws.
 */
export type TakeInventory = (snapshot: Snapshot, compat: Compat) => InventoryWithReadings;

export const takeInventory: TakeInventory = (snapshot, compat) => take(snapshot, compat, createKnownSurroundings());

/** `takeInventory` for one snapshot after another of a cluster: it need not look twice at what stayed as it was. */
export function createInventoryTaker(): TakeInventory {
  const known = createKnownSurroundings();
  return (snapshot, compat) => take(snapshot, compat, known);
}

function take(snapshot: Snapshot, compat: Compat, known: KnownSurroundings): InventoryWithReadings {
  const draft = sortEntries(snapshot, compat);
  const ingressType = ingressTypeIn(draft);
  checkDelivery(draft);
  checkInflation(draft);
  checkJson(draft, ingressType);
  gatherVersion(draft);
  const nodes = gatherNodes(draft);
  const namespaces = gatherNamespaces(draft);
  const configMaps = gatherConfigMaps(draft, namespaces.names);
  const workloads = gatherWorkloads(draft, namespaces.names);
  const replicaSets = gatherReplicaSets(draft, namespaces.names, workloads);
  const owners = createOwnerLookup(draft, workloads, replicaSets);
  const surroundings = known({ compat, nodes, namespaces });
  const pods = gatherPods(draft, { surroundings, workloads, replicaSets, owners });
  addNamespaceHazards(draft, namespaces);
  const strays = checkPodSubnets(draft, pods.remarkable, surroundings);
  rememberOrdinary(draft, pods, strays, surroundings);
  const services = gatherServices(draft, namespaces.names, createServiceMatcher(draft, workloads, pods));
  const ingresses = gatherIngresses(draft, namespaces.names, services, ingressType);
  checkCrashes(draft, pods.crashing);
  draft.refused.sort((one, other) => one - other);
  const failures = failuresInOrder(draft);
  const state = stateOf(failures);
  const counts: InventoryCounts = {
    nodes: nodes.count,
    namespaces: namespaces.count,
    workloads: workloads.size,
    replicaSets: replicaSets.size,
    services: services.count,
    servicePorts: services.ports,
    workloadPorts: services.workloadPorts,
    ingresses: ingresses.count,
    ingressRules: ingresses.rules,
    ingressBackends: ingresses.backends,
    pods: pods.count,
    configMaps,
  };
  return {
    inventory: {
      clusterId: snapshot.clusterId,
      compat,
      version: String(snapshot.version),
      state,
      reason: reasonFor(state, failures),
      failures,
      counts: state === 'shown' ? counts : nothingShown,
      objects: draft.rows,
      hazards: draft.hazards.inOrder(),
      advice: adviseOn(draft, failures, owners),
    },
    readings: draft.readings,
    hidden: draft.refused,
  };
}
