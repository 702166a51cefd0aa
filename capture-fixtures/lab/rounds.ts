import type { BuiltNetwork, CniLab } from './cni-lab.js';
import {
  isPod,
  type NodeName,
  nodeAddress,
  nodeAddress6,
  nodeOf,
  type PodName,
  parties,
  pods,
  type Span,
  serviceAddress,
  serviceAddress6,
} from './plan.js';
import type { Round } from './traffic.js';

/** Who calls whom, once. */
export interface TrafficRound {
  readonly round: Round;
  readonly client: PodName | NodeName;
  readonly server: PodName | NodeName;
  /** Address that the server listens on, and the one that the client calls. */
  readonly serves: string;
  readonly calls: string;
}

/** Once, and a second time in labs with two address families or two VPCs. */
export function roundsOf(lab: CniLab, built: BuiltNetwork, span: Span): readonly TrafficRound[] {
  const { client, server } = parties[span];
  const toService = span === 'pod-to-service';
  const serves = isPod(server) ? built.addresses[server] : nodeAddress[server];
  const first: TrafficRound = { round: 1, client, server, serves, calls: toService ? serviceAddress : serves };
  if (lab.second === 'ipv6') {
    const serves6 = isPod(server) ? (built.addresses6?.[server] ?? '') : nodeAddress6[server];
    return [first, { ...first, round: 2, serves: serves6, calls: toService ? serviceAddress6 : serves6 }];
  }
  if (lab.second === 'vpc')
    return [first, { ...first, round: 2, client: neighbour(client), server: neighbour(server) }];
  return [first];
}

/** The other Pod of the same node. */
function neighbour(name: PodName | NodeName): PodName | NodeName {
  return pods.find((pod) => isPod(name) && pod !== name && nodeOf[pod] === nodeOf[name]) ?? name;
}
