import { replayReport } from '../../../src/replay/replay-report.js';
import type { ReplayResult } from '../../../src/report/replay-result.js';
import { exchange, runLab } from '../../replay/support/lab.js';
import type { Leg } from '../../replay/support/model-core.js';

/** Nodes with two Pods each; the first Pod of each of the first `talking` nodes calls that of the next node. */
export function largeSite(
  nodeCount: number,
  talking: number,
  options: { readonly broken?: number } = {},
): ReplayResult {
  const numbers = Array.from({ length: nodeCount }, (_, i) => i + 1);
  const nodeMac = (i: number) => 0x02_00_00_10_00_00 + i;
  const podMac = (i: number, k: number) => 0x02_00_00_20_00_00 + i * 16 + k;
  const gateway = 0x02_00_00_30_00_00;
  const text = (mac: number) =>
    mac
      .toString(16)
      .padStart(12, '0')
      .replace(/(..)(?=.)/g, '$1:');
  const podIp = (i: number, k: number) => `10.244.${i}.${10 + k}`;
  const site = JSON.stringify({
    nodes: numbers.map((i) => ({
      name: `node-${i}`,
      nics: [
        { name: 'eth0', mac: text(nodeMac(i)), ips: [`10.10.0.${i}/24`] },
        ...[1, 2].map((k) => ({ name: `veth${i}x${k}`, mac: text(gateway + i * 16 + k) })),
      ],
    })),
    pods: numbers.flatMap((i) =>
      [1, 2].map((k) => ({
        name: `web-${i}-${k}`,
        node: `node-${i}`,
        nics: [{ kind: 'veth', hostNic: `veth${i}x${k}`, mac: text(podMac(i, k)), ips: [podIp(i, k)] }],
      })),
    ),
    captures: numbers.flatMap((i) =>
      ['eth0', `veth${i}x1`].map((nic) => ({ node: `node-${i}`, nic, file: `node-${i}-${nic}.pcap` })),
    ),
    expect: { cni: 'veth' },
  });
  const legs: Record<string, Leg[]> = {};
  const carry = (place: string, leg: Leg) => {
    legs[place] = [...(legs[place] ?? []), leg];
  };
  const calls = numbers.slice(0, talking).map((i) => {
    const to = (i % nodeCount) + 1;
    const client = { ip: podIp(i, 1), port: 40_000 + i };
    const server = { ip: podIp(to, 1), port: 8080 };
    const leg = (from: number, at: number, add: number): Leg => ({
      client: { ...client, mac: from },
      server: { ...server, mac: at },
      at: 1_000_000 + i * 1000 + add,
      synSeq: i,
      synAckSeq: i + 1000,
    });
    carry(`node-${i} veth${i}x1`, leg(podMac(i, 1), gateway, 0));
    carry(`node-${i} eth0`, leg(nodeMac(i), nodeMac(to), 20));
    if (i > (options.broken ?? 0)) carry(`node-${to} eth0`, leg(nodeMac(i), nodeMac(to), 40));
    carry(`node-${to} veth${to}x1`, leg(gateway, podMac(to, 1), 60));
    return exchange({ ...client, node: `node-${i}` }, { ...server, node: `node-${to}` });
  });
  const { topology, conversations, coverage, advice, captures } = runLab({ site, legs, syscalls: calls.flat() });
  const report = replayReport({
    site: 'large.yaml',
    config: { tap_mode: 0, tap_interface_regex: '^(eth|veth).*$', decap_type: [1, 2] },
    captures,
    platform: { kind: 'reported', facts: [], refused: [] },
    judged: conversations,
    conversationsLeftOut: 0,
    coverage,
    advice,
    notes: [],
    withExplanations: false,
  });
  return { report, captures, topology };
}
