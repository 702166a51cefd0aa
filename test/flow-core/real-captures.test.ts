import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FlowRecord } from '../../src/replay/flow-record.js';
import { booksBalance, run } from './core.js';

const root = new URL('../../capture-fixtures/', import.meta.url);
const spans = ['flannel-vxlan', 'macvlan', 'cilium-peer', 'ipvlan-l3'].flatMap((cni) =>
  ['same', 'cross'].map((span) => `${cni}/${span}`),
);

const files = (span: string) => readdirSync(new URL(`${span}/`, root)).filter((name) => name.endsWith('.pcap'));
const outcomeOf = (span: string, name: string) => run(readFileSync(new URL(`${span}/${name}`, root)));
const tcpOf = (records: readonly FlowRecord[]) => records.filter(({ protocol }) => protocol === 6);

describe('recorded exchanges', () => {
  for (const span of spans) {
    it(`${span}: the exchange is one flow at each place, its book balances`, () => {
      for (const name of files(span)) {
        const outcome = outcomeOf(span, name);
        expect(booksBalance(outcome), name).toBe(true);
        expect(outcome.counters.notes['truncated-tail-bytes'], name).toBe(0);
        for (const { closeType, server, direction, client } of tcpOf(outcome.records)) {
          expect(server.port, name).toBe(8080);
          const isWhole = client.packets > 0 && server.packets > 0;
          if (isWhole) expect([closeType, direction.score], name).toEqual([1, 255]);
        }
      }
    });

    it(`${span}: all places share the sequence numbers of the handshake`, () => {
      const seqs = files(span).flatMap((name) => tcpOf(outcomeOf(span, name).records).map(({ synSeq }) => synSeq));
      expect(new Set(seqs.filter((seq) => seq !== 0)).size).toBe(1);
    });
  }

  it('takes VXLAN off at the node NIC and finds the exchange of the Pod', () => {
    const [node] = tcpOf(outcomeOf('flannel-vxlan/cross', 'n1-eth0.pcap').records);
    const [pod] = tcpOf(outcomeOf('flannel-vxlan/cross', 'pod-p1a-eth0.pcap').records);
    expect(node?.tunnel).toMatchObject({ type: 1, tier: 1, tx: { id: 1, src: '10.10.0.1', dst: '10.10.0.2' } });
    for (const side of ['client', 'server'] as const) {
      const { ip, port, packets, bytes, l4Bytes } = pod?.[side] ?? {};
      expect(node?.[side]).toMatchObject({ ip, port, packets, bytes, l4Bytes });
    }
    expect(node?.rtt).toBeLessThan(pod?.rtt ?? 0);
  });

  it('shows one direction only at the NIC that Cilium redirects past', () => {
    const [record] = tcpOf(outcomeOf('cilium-peer/same', 'n1-lxcp1a.pcap').records);
    expect([record?.client.packets, record?.server.packets].filter((packets) => packets === 0)).toHaveLength(1);
    expect([8, 11]).toContain(record?.closeType);
  });
});
