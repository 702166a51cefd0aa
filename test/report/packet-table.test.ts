import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packetJson, secondsText } from '../../src/report/packet-json.js';
import { packetLine, packetTableHead } from '../../src/report/packet-table.js';
import { createStyle } from '../../src/report/style.js';
import { run } from '../flow-core/core.js';

const plain = createStyle(false);
const capture = readFileSync(new URL('../../capture-fixtures/flannel-vxlan/cross/n1-eth0.pcap', import.meta.url));
const { rows } = run(capture, { task: 'packets' });
const syn = rows.find((row) => row.tcpFlags === 2);
const arp = rows.find((row) => row.reason === 'arp');
if (syn === undefined || arp === undefined) throw new Error('the capture has a SYN and an ARP');

describe('a packet as JSON', () => {
  it('has the documented fields, MACs as text, the tunnel whole', () => {
    const json = JSON.parse(packetJson(syn));
    expect(json).toMatchObject({
      index: syn.index,
      vlan: [],
      tunnel: { type: 1, tier: 1, id: 1, src: '10.10.0.1', dst: '10.10.0.2', macSrc: '02:00:00:00:01:00', offset: 36 },
      src: '10.244.1.10',
      dst: '10.244.2.10',
      protocol: 6,
      dport: 8080,
      tcpFlags: 2,
      payload: 0,
      reason: null,
    });
    expect(json.macSrc).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(Object.keys(json).slice(0, 16)).toEqual(
      'index ts length vlan tunnel macSrc macDst src dst protocol sport dport tcpFlags seq ack payload'.split(' '),
    );
  });

  it('writes every digit of its time, as a number', () => {
    const text = packetJson({ ...syn, time: 1_795_289_884_481_971_123n });
    expect(text).toContain('"ts":1795289884.481971123,');
    expect(JSON.parse(text).ts).toBeCloseTo(1_795_289_884.481971, 5);
    expect(secondsText(5n)).toBe('0.000000005');
    expect(secondsText(-1_500_000_000n)).toBe('-1.500000000');
  });

  it('says why it is in no flow', () => {
    expect(JSON.parse(packetJson(arp))).toMatchObject({ reason: 'arp', src: null, protocol: null, tunnel: null });
  });
});

describe('a packet as a line', () => {
  it('shows ends, flags and the tunnel', () => {
    expect(packetLine(syn, syn.time, plain)).toMatch(
      /^ +\d+ +0\.000000000 +\d+ {2}tcp {7}10\.244\.1\.10:\d+ > 10\.244\.2\.10:8080 +SYN seq \d+ ack 0; vxlan 1 10\.10\.0\.1 > 10\.10\.0\.2, inner frame at 36\n$/,
    );
  });

  it('shows MACs and the reason where there is no address', () => {
    expect(packetLine(arp, 0n, plain)).toMatch(/ - +02:\S+ > \S+ +EtherType 0x0806; in no flow: arp\n$/);
  });

  it('stands under its head', () => {
    const head = packetTableHead(plain);
    expect(packetLine(syn, syn.time, plain).indexOf('tcp')).toBe(head.indexOf('protocol'));
    expect(packetLine(syn, syn.time, plain).indexOf('10.244.1.10')).toBe(head.indexOf('from > to'));
  });
});
