import { Document } from 'yaml';
import type { BuiltNetwork, CniLab } from './cni-lab.js';
import { listedConversations } from './expected.js';
import type { Span } from './plan.js';
import type { LabPoint } from './points.js';
import type { RecordedNic } from './record-span.js';
import type { Topology } from './topology.js';

/** The site file of one span's recording. */
export function siteYaml(
  lab: CniLab,
  built: BuiltNetwork,
  topology: Topology,
  { span, points }: { readonly span: Span; readonly points: readonly LabPoint[] },
  recorded: readonly RecordedNic[],
): string {
  const listed = listedConversations(lab, span, points);
  const document = new Document({
    ...(lab.agent === undefined ? {} : { agent: lab.agent }),
    nodes: topology.nodes.map(({ name, nics }) => ({
      name,
      nics: nics.map(({ name: nic, mac, ifindex, ips }) => ({
        name: nic,
        ...macOf(mac),
        ifindex,
        ...(ips.length > 0 ? { ips } : {}),
      })),
    })),
    pods: topology.pods.map(({ name, node, hostNic, nics }) => ({
      name,
      node,
      ...(built.vpcs === undefined ? {} : { vpc: built.vpcs[name] }),
      nics: nics
        .filter((nic) => nic.name === 'eth0')
        .map(({ name: nic, mac, ips }) => ({ name: nic, kind: built.podNic, hostNic, ...macOf(mac), ips })),
    })),
    captures: recorded.map(({ node, nic, pod, file }) => (pod === null ? { node, nic, file } : { pod, file })),
    ...(span === 'pod-to-service' ? { resources: 'cluster.json' } : {}),
    syscalls: [{ file: 'syscalls.jsonl' }],
    expect: { cni: lab.row, span, ...(listed.length > 0 ? { conversations: listed } : {}) },
  });
  document.commentBefore = ` ${lab.title}; recorded by the lab on kernel ${topology.kernel}.`;
  return document.toString({ lineWidth: 120 });
}

/** A tunnel of IP in IP has no Ethernet address. */
function macOf(mac: string): { readonly mac?: string } {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== '00:00:00:00:00:00' ? { mac } : {};
}
