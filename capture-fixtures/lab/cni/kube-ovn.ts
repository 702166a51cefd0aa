import type { BuiltNetwork, CniLab, LabVariant } from '../cni-lab.js';
import type { Network } from '../network.js';
import { ovsTools, type Switch, startSwitch } from '../ovs.js';
import { addMasquerading, addNodes, byPod } from '../parts.js';
import {
  flatNetwork,
  type NodeName,
  nodeAddress,
  nodeMac,
  nodeOf,
  nodes,
  otherNode,
  type PodName,
  podMac,
  podNetwork,
  pods,
  serviceAddress,
  vethMac,
} from '../plan.js';
import { at, type LabTunnel, pointsOfVeth } from '../points.js';

/** Named as Kube-OVN names them: the start of the container's id. */
const nic = (pod: string): string => `c0de${pod.slice(1)}_h`;
const tunnelKey = 7;
const ovn0Address: Readonly<Record<NodeName, string>> = { n1: '10.244.0.1', n2: '10.244.0.2' };
const ovn0Mac: Readonly<Record<NodeName, string>> = { n1: '02:00:00:0c:01:00', n2: '02:00:00:0c:02:00' };
const gatewayMac = '02:00:00:0a:00:fe';

type Overlay = 'vxlan' | 'geneve';

/** Pods of one subnet over all nodes, behind OVS; the node’s own way to them is ovn0. */
async function buildOverlay(network: Network, kind: Overlay, withOvnLb: boolean): Promise<BuiltNetwork> {
  await addNodes(network);
  const switches = await addSwitches(network, 'br-int');
  for (const node of nodes) {
    const remote = `options:remote_ip=${nodeAddress[otherNode[node]]}`;
    await switches[node].configure(
      ...['add-port', 'br-int', 'tunnel', '--', 'set', 'interface', 'tunnel', `type=${kind}`, remote],
      ...[`options:key=${tunnelKey}`, '--', 'add-port', 'br-int', 'ovn0', '--'],
      ...['set', 'interface', 'ovn0', 'type=internal', `mac="${ovn0Mac[node]}"`],
    );
    await network.ip(node, [`addr add ${ovn0Address[node]}/16 dev ovn0`, 'link set ovn0 up mtu 1400']);
    await network.exec(node, [
      'sysctl',
      '-qw',
      'net.ipv4.conf.all.send_redirects=0',
      'net.ipv4.conf.ovn0.send_redirects=0',
    ]);
  }
  await addPods(
    network,
    switches,
    'br-int',
    podNetwork,
    16,
    (pod) => `route add default via ${ovn0Address[nodeOf[pod]]}`,
  );
  await addMasquerading(network);
  const tunnelNic = kind === 'vxlan' ? 'vxlan_sys_4789' : 'genev_sys_6081';
  return {
    addresses: podNetwork,
    podNic: 'veth',
    hostNics: byPod(nic),
    nodeNics: ['ovn0', tunnelNic, 'eth0'],
    addService: withOvnLb
      ? (client, server) => addOvnLb(switches[nodeOf[client]], 'br-int', podNetwork, client, server)
      : (client, server) => addKubeProxy(network, client, server),
  };
}

/** Pods with their own MACs on the wire of the nodes. */
async function buildUnderlay(network: Network): Promise<BuiltNetwork> {
  await addNodes(network);
  const switches = await addSwitches(network, 'br-provider');
  for (const node of nodes) {
    await network.ip(node, `addr flush dev eth0`);
    await switches[node].configure(
      ...[
        'set',
        'bridge',
        'br-provider',
        `other-config:hwaddr="${nodeMac[node]}"`,
        '--',
        'add-port',
        'br-provider',
        'eth0',
      ],
    );
    await network.ip(node, [`addr add ${nodeAddress[node]}/24 dev br-provider`, 'link set br-provider up']);
  }
  await addPods(network, switches, 'br-provider', flatNetwork, 24, () => 'route add default via 10.10.0.254');
  for (const pod of pods) await network.ip(pod, `neigh add 10.10.0.254 lladdr ${gatewayMac} dev eth0 nud permanent`);
  return {
    addresses: flatNetwork,
    podNic: 'veth',
    hostNics: byPod(nic),
    nodeNics: ['br-provider', 'eth0'],
    addService: (client, server) => addOvnLb(switches[nodeOf[client]], 'br-provider', flatNetwork, client, server),
  };
}

async function addSwitches(network: Network, bridge: string): Promise<Readonly<Record<NodeName, Switch>>> {
  const [n1, n2] = await Promise.all([startSwitch(network, 'n1'), startSwitch(network, 'n2')]);
  for (const one of [n1, n2]) await one.configure('add-br', bridge);
  return { n1, n2 };
}

async function addPods(
  network: Network,
  switches: Readonly<Record<NodeName, Switch>>,
  bridge: string,
  addresses: Readonly<Record<PodName, string>>,
  prefixLength: number,
  route: (pod: PodName) => string,
): Promise<void> {
  for (const pod of pods) {
    const node = nodeOf[pod];
    await network.addVeth(
      { namespace: node, nic: nic(pod), mac: vethMac[pod] },
      { namespace: pod, nic: 'eth0', mac: podMac[pod] },
    );
    await network.ip(pod, [
      `addr add ${addresses[pod]}/${prefixLength} dev eth0`,
      'link set eth0 up mtu 1400',
      route(pod),
    ]);
    await network.ip(node, `link set ${nic(pod)} up`);
    await switches[node].configure('add-port', bridge, nic(pod));
  }
}

/** OVN's load balancer: the switch translates, so that the packet leaves it as one from Pod to Pod. */
async function addOvnLb(
  one: Switch,
  bridge: string,
  addresses: Readonly<Record<PodName, string>>,
  client: PodName,
  server: PodName,
): Promise<void> {
  const backend = addresses[server];
  const translate = (to: string): string => `ct(commit,zone=1,nat(dst=${to}),table=1)`;
  const rules = [
    `priority=100,tcp,nw_dst=${serviceAddress},tp_dst=80,actions=${translate(`${backend}:8080`)}`,
    `priority=90,ip,nw_dst=${serviceAddress},actions=${translate(backend)}`,
    `priority=80,ip,nw_src=${backend},nw_dst=${addresses[client]},actions=ct(zone=1,nat,table=2)`,
    `table=1,priority=10,ip,actions=mod_dl_dst:${podMac[server]},NORMAL`,
    'table=2,priority=10,actions=NORMAL',
  ];
  for (const rule of rules) await one.addFlow(bridge, rule);
}

/** Without OVN's load balancer the node translates, and puts ovn0's address in the client's place on the way back in. */
async function addKubeProxy(network: Network, client: PodName, server: PodName): Promise<void> {
  const backend = podNetwork[server];
  await network.nft(
    nodeOf[client],
    `table ip service {
       chain translate {
         type nat hook prerouting priority -100;
         ip daddr ${serviceAddress} tcp dport 80 dnat to ${backend}:8080
         ip daddr ${serviceAddress} dnat to ${backend}
       }
       chain back {
         type nat hook postrouting priority 90;
         oifname "ovn0" ct status dnat masquerade
       }
     }\n`,
  );
}

const shown: Readonly<Record<Overlay, LabTunnel>> = {
  vxlan: { type: 'VXLAN', id: tunnelKey },
  geneve: { type: 'Geneve', id: tunnelKey },
};

const withoutDecapsulation = (set: LabVariant['set'], advice: string): LabVariant => ({
  name: 'the tunnel is not taken off',
  span: 'cross-node',
  ...(set === undefined ? {} : { set }),
  points: [at('c', 'n1', nic('p1a')), at('s', 'n2', nic('p2a'))],
  verdict: 'fail',
  advice,
});

const common = {
  kernel: 'guest',
  tools: ovsTools,
  serviceAt: 'node',
  advice: { 'pod-to-node': ['client-behind-gateway'] },
} as const;

export const kubeOvnVxlan: CniLab = {
  ...common,
  id: 'kube-ovn-vxlan',
  title: 'Open vSwitch on each node, VXLAN on UDP 4789 between them (Kube-OVN)',
  row: 'kube-ovn-vxlan',
  points: pointsOfVeth({ nic, tunnel: shown.vxlan, masquerades: true }),
  masquerades: true,
  variants: [withoutDecapsulation({ decap_type: [2] }, 'vxlan-not-decapsulated')],
  build: (network) => buildOverlay(network, 'vxlan', true),
};

export const kubeOvnGeneve: CniLab = {
  ...common,
  id: 'kube-ovn-geneve',
  title: 'Open vSwitch on each node, Geneve on UDP 6081 between them (Kube-OVN)',
  row: 'kube-ovn-geneve',
  agent: { decap_type: [1, 2, 4] },
  points: pointsOfVeth({ nic, tunnel: shown.geneve, masquerades: true }),
  masquerades: true,
  variants: [withoutDecapsulation({ decap_type: [1, 2] }, 'geneve-not-decapsulated')],
  build: (network) => buildOverlay(network, 'geneve', true),
};

const { 'pod-to-service': throughService } = kubeOvnGeneve.points;
const otherwise = 'as kube-ovn-geneve';

export const kubeOvnWithoutLb: CniLab = {
  ...common,
  id: 'kube-ovn-without-lb',
  title:
    'as kube-ovn-geneve, but Services are translated by the node, which hides the client (Kube-OVN, enable-lb false)',
  row: 'kube-ovn-geneve',
  agent: { decap_type: [1, 2, 4] },
  points: throughService === undefined ? {} : { 'pod-to-service': throughService },
  without: { 'same-node': otherwise, 'cross-node': otherwise, 'pod-to-node': otherwise, 'node-to-pod': otherwise },
  masqueradesService: true,
  advice: { 'pod-to-service': ['client-behind-gateway'] },
  build: (network) => buildOverlay(network, 'geneve', false),
};

export const kubeOvnUnderlay: CniLab = {
  ...common,
  id: 'kube-ovn-underlay',
  title: 'Open vSwitch on each node with the node’s NIC in it, Pod MACs on the wire (Kube-OVN underlay)',
  row: 'kube-ovn-underlay',
  points: pointsOfVeth({ nic }),
  advice: {},
  build: (network) => buildUnderlay(network),
};
