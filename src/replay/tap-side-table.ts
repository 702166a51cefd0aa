import type { AgentType } from '../agent-config/agent-type.js';
import type { TapSide } from './observation-point.js';

/** What a table asks of one peer and of the flow. A condition that a row leaves out may be either. */
export interface RowInputs {
  readonly l2End: boolean;
  readonly l3End: boolean;
  readonly localMac: boolean;
  readonly localIp: boolean;
  /** At least one tunnel header was taken off. */
  readonly tunnelled: boolean;
  /** The MAC of the peer is unicast; asked of the destination only. */
  readonly unicast: boolean;
  /** The capture network is the cloud (type 3). */
  readonly cloud: boolean;
  /** The peer is on the Internet (epc -2). */
  readonly internet: boolean;
  /** Mirrored traffic of a cloud gateway. */
  readonly cloudGateway: boolean;
}

export interface DecisionRow {
  readonly id: string;
  readonly when: Partial<RowInputs>;
  /** Answer for the source peer, answer for the destination peer; null where this peer is no place to stand. */
  readonly answer: readonly [TapSide | null, TapSide | null];
  readonly means: string;
}

export interface DecisionTable {
  readonly name: string;
  readonly agentTypes: readonly AgentType[];
  /** Equal MACs at both ends are loopback traffic. */
  readonly knowsLocal: boolean;
  /** Exactly one row fits any inputs. */
  readonly rows: readonly DecisionRow[];
}

const endpoint = ['c', 's'] as const;
const node = ['c-nd', 's-nd'] as const;
/** The roles are swapped: a gateway stands before the server for the source, behind the client for the destination. */
const gateway = ['s-gw', 'c-gw'] as const;
const none = [null, null] as const;

/** Agents on nodes of Kubernetes. The capture mode is no input: it acts through l2_end and the tap MAC alone. */
const kubernetes: DecisionTable = {
  name: 'k8s',
  agentTypes: [7, 8, 12],
  knowsLocal: true,
  rows: [
    {
      id: 'k8s/endpoint',
      when: { l2End: true, l3End: true, tunnelled: false },
      answer: endpoint,
      means: 'the NIC of the end itself',
    },
    {
      id: 'k8s/encapsulating-node',
      when: { l2End: true, l3End: true, tunnelled: true },
      answer: node,
      means: 'the node encapsulates, and the inner MAC is that of its Pod',
    },
    {
      id: 'k8s/routing-node',
      when: { l2End: true, l3End: false, localIp: true },
      answer: node,
      means: 'the node routes for an address of its own Pods',
    },
    {
      id: 'k8s/tunnel-between-nodes',
      when: { l2End: true, l3End: false, localIp: false, tunnelled: true },
      answer: node,
      means: 'the node tunnels for an address that is in no platform data',
    },
    {
      id: 'k8s/passing-through',
      when: { l2End: true, l3End: false, localIp: false, tunnelled: false },
      answer: none,
      means: 'a frame to or from this NIC whose address is not local',
    },
    {
      id: 'k8s/switching-node',
      when: { l2End: false, l3End: true, localMac: true },
      answer: node,
      means: 'the node switches the frame of its own Pod unchanged',
    },
    {
      id: 'k8s/remote-peer',
      when: { l2End: false, l3End: true, localMac: false },
      answer: none,
      means: 'an end that lives elsewhere',
    },
    {
      id: 'k8s/switched-and-routed',
      when: { l2End: false, l3End: false, localMac: true, localIp: true },
      answer: node,
      means: 'a local MAC that routes for a local address',
    },
    {
      id: 'k8s/tunnel-of-local-mac',
      when: { l2End: false, l3End: false, localMac: true, localIp: false, tunnelled: true },
      answer: node,
      means: 'a local MAC inside a tunnel, for an address that is in no platform data',
    },
    {
      id: 'k8s/flooded',
      when: { l2End: false, l3End: false, localMac: true, localIp: false, tunnelled: false },
      answer: none,
      means: 'a frame that was flooded',
    },
    {
      id: 'k8s/unknown-peer',
      when: { l2End: false, l3End: false, localMac: false },
      answer: none,
      means: 'neither MAC nor address belongs here',
    },
  ],
};

/** Agents on cloud hosts and on servers. */
const workload: DecisionTable = {
  name: 'workload',
  agentTypes: [3, 5],
  knowsLocal: true,
  rows: [
    {
      id: 'workload/endpoint',
      when: { l2End: true, l3End: true },
      answer: endpoint,
      means: 'the NIC of the end itself',
    },
    {
      id: 'workload/gateway',
      when: { l2End: true, l3End: false, unicast: true },
      answer: gateway,
      means: 'this host forwards for an address that is not its own',
    },
    {
      id: 'workload/not-unicast',
      when: { l2End: true, l3End: false, unicast: false },
      answer: none,
      means: 'broadcast or multicast',
    },
    { id: 'workload/elsewhere', when: { l2End: false }, answer: none, means: 'the end is not on this host' },
  ],
};

/** Collectors of mirrored traffic on a machine of their own. */
const mirrorCollector: DecisionTable = {
  name: 'dedicated',
  agentTypes: [6],
  knowsLocal: false,
  rows: [
    {
      id: 'dedicated/idc',
      when: { cloud: false, internet: false },
      answer: endpoint,
      means: 'an IDC network, and the end is not on the Internet',
    },
    {
      id: 'dedicated/idc-internet',
      when: { cloud: false, internet: true },
      answer: none,
      means: 'an IDC network, and the end is on the Internet',
    },
    {
      id: 'dedicated/endpoint',
      when: { cloud: true, l2End: true, cloudGateway: false },
      answer: endpoint,
      means: 'the MAC is one of those that are mirrored',
    },
    {
      id: 'dedicated/gateway',
      when: { cloud: true, l2End: true, cloudGateway: true },
      answer: gateway,
      means: 'the MAC is one of a cloud gateway',
    },
    {
      id: 'dedicated/elsewhere',
      when: { cloud: true, l2End: false },
      answer: none,
      means: 'the MAC is not one of those that are mirrored',
    },
  ],
};

export const decisionTables: readonly DecisionTable[] = [kubernetes, workload, mirrorCollector];

export function tableOf(agentType: AgentType): DecisionTable {
  const table = decisionTables.find((candidate) => candidate.agentTypes.includes(agentType));
  if (table === undefined) throw new RangeError(`no table decides for agent type ${agentType}`);
  return table;
}

/** The first row that fits. */
export function rowFor(table: DecisionTable, inputs: RowInputs): DecisionRow {
  const row = table.rows.find(({ when }) => fits(when, inputs));
  if (row === undefined) throw new RangeError(`the table ${table.name} has no row for ${JSON.stringify(inputs)}`);
  return row;
}

export function fits(when: Partial<RowInputs>, inputs: RowInputs): boolean {
  for (const key of Object.keys(when) as (keyof RowInputs)[]) if (when[key] !== inputs[key]) return false;
  return true;
}
