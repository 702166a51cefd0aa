import { type ServedTopology, withServedMacs } from '../../platform/served-macs.js';
import type { Topology } from '../../platform/topology.js';
import type { ServerFacts } from './server-resources.js';

/** A topology with what a server knows of its NICs, where one was asked. */
export function servedTopology(topology: Topology, served: ServerFacts | null): ServedTopology {
  const nics = served?.nics ?? null;
  return served === null || nics === null ? { topology, notes: [] } : withServedMacs(topology, nics, served.url);
}
